//! Serves the two applications on their listeners.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_server::Server;
use actix_web::{HttpResponse, HttpServer};
use firstline_http_guard::{CloseReason, HeadDefect, Hooks, ServeSettings};
use tokio::net::TcpStream;

use crate::app::{app, metrics_app};
use crate::observe::head_timeout;
use crate::state::{Services, Shared};

/// How much longer than all its deadlines together a request may take before its connection is closed. Only a deadline
/// that does not work gets there.
const SLACK: Duration = Duration::from_secs(5);

/// Serves [`app`](crate::app()) on a listener; every phase of a connection has a deadline. `services` is called once in
/// each worker. The server begins with the first poll.
///
/// # Errors
/// The listener cannot be used.
pub fn serve(
    listener: TcpListener,
    settings: &ServeSettings,
    shared: &Shared,
    services: impl Fn() -> Services + Send + Clone + 'static,
) -> io::Result<Server> {
    let limits = shared.limits();
    let response_timeout = limits.body_timeout + limits.request_timeout + SLACK;
    let hooks = Arc::new(ServiceHooks(shared.clone()));
    let shared = shared.clone();
    firstline_http_guard::serve(listener, settings, response_timeout, hooks, move || app(&shared, services()))
}

/// Counts connections, knows the listed proxies, and refuses with problems.
struct ServiceHooks(Shared);

impl Hooks for ServiceHooks {
    fn is_trusted_proxy(&self, peer: IpAddr) -> bool {
        self.0.edge().trusts(peer)
    }

    fn connection_opened(&self) {
        self.0.metrics().connection_opened();
    }

    fn connection_closed(&self) {
        self.0.metrics().connection_closed();
    }

    fn connection_refused(&self, _peer: IpAddr) {
        self.0.metrics().count_refused_connection();
    }

    fn connection_timed_out(&self, reason: CloseReason) {
        self.0.metrics().count_timed_out_connection(reason);
    }

    fn head_timeout(&self) -> HttpResponse {
        head_timeout(&self.0)
    }

    /// The application answers, after it has counted the request by its address.
    fn bad_head(&self, _defect: HeadDefect) -> Option<HttpResponse> {
        None
    }

    #[cfg(feature = "sabotage")]
    fn planted(&self, fault: &'static str) -> bool {
        firstline_domain::sabotage::planted(fault)
    }
}

/// Serves [`metrics_app`](crate::metrics_app()) on a listener, with one thread. `connected` is called with each
/// connection. The server begins with the first poll.
///
/// # Errors
/// The listener cannot be used.
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
