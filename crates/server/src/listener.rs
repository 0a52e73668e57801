//! The addresses that the process listens on.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

use crate::failure::Failure;

/// A server that was begun: the way to stop it, and its end.
pub(crate) type Listening = (ServerHandle, JoinHandle<std::io::Result<()>>);

/// Returns when one of the servers has ended by itself.
pub(crate) async fn ended(servers: &mut [Listening]) {
    while servers.iter().all(|(_, task)| !task.is_finished()) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Begins to serve.
pub(crate) fn begin(server: Server) -> Listening {
    (server.handle(), tokio::spawn(server))
}

/// Takes an address, before anything else is touched.
pub(crate) fn listen(setting: &str, address: SocketAddr, backlog: u32) -> Result<(TcpListener, SocketAddr), Failure> {
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A restart must not wait for the last run's connections to time out.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = socket.listen(backlog)?.into_std()?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bound().map_err(|error: std::io::Error| {
        let failure = Failure::caused(format_args!("cannot listen on {address} ({setting})"), &error);
        let port = address.port();
        match error.kind() {
            std::io::ErrorKind::AddrInUse => failure.remedy(format!(
                "another program has port {port}: stop it, or choose another port (port 0 takes a free one) with {}",
                if setting == "server.bind" { "--bind ADDRESS:PORT" } else { "--metrics-bind ADDRESS:PORT" }
            )),
            std::io::ErrorKind::PermissionDenied => {
                failure.remedy("choose a port above 1023, or give the right to take it")
            }
            _ => failure.remedy(format!("check {setting}")),
        }
    })
}
