//! The listener of the metrics.

use std::io;
use std::net::TcpListener;

use actix_server::Server;
use actix_web::HttpServer;
use tokio::net::TcpStream;

use crate::app::metrics_app;
use crate::state::Shared;

/// Serves [`metrics_app`](crate::metrics_app()) on a listener, with one thread. `connected` is called with each
/// connection. The server begins with the first poll.
///
/// # Errors
/// What the system says of the listener.
pub fn serve_metrics(
    listener: TcpListener,
    shared: &Shared,
    connected: impl Fn(&TcpStream) + Send + Sync + 'static,
) -> io::Result<Server> {
    let shared = shared.clone();
    let server = HttpServer::new(move || metrics_app(&shared))
        .workers(1)
        .shutdown_timeout(1)
        .tcp_nodelay(true)
        .disable_signals()
        .on_connect(move |stream, _| {
            if let Some(stream) = stream.downcast_ref() {
                connected(stream);
            }
        });
    Ok(server.listen(listener)?.run())
}
