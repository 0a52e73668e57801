//! Serves the application over connections that nobody can hold on to.
//!
//! actix-http arms its timer for a request's head once a connection, has none for a client that does not read, and none
//! for a body that goes on after its answer. So each connection is watched from outside: at any moment it is in one
//! phase, and each phase ends.

mod door;
mod farewell;
mod framing;
mod metrics;
mod pace;
mod state;
mod stream;
mod watch;

use std::io;
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, apply_fn_factory, map_config};
use actix_web::dev::AppConfig;
use futures_util::future::{Either, ready};
use tokio::net::TcpStream;

use crate::app::app;
use crate::state::{Services, Shared};
use door::Door;
pub(crate) use framing::{HEAD_BYTES, HeadDefect, MAX_HEADER_NAME_BYTES, MAX_HEADERS, MAX_URL_BYTES};
pub use metrics::serve_metrics;
pub(crate) use pace::Cut;
use pace::Times;
pub(crate) use state::Connection;
use stream::Guarded;
use watch::watch;

/// How long a client that sent an unwanted body, or a broken request, may go on sending before its connection is
/// closed.
const LINGER: Duration = Duration::from_secs(1);

/// How much longer than all its deadlines together a request may take before its connection is cut: never, unless one
/// of them is broken.
const SLACK: Duration = Duration::from_secs(5);

/// How connections are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeSettings {
    /// Threads that answer requests, from 1 to 512. Default 1.
    pub workers: usize,
    /// How long requests in flight may take to finish when the server is told to stop. Default 25 s.
    pub shutdown_timeout: Duration,
    /// How long a connection is kept open for the next request. Zero: one request a connection. Default 75 s.
    pub keep_alive: Duration,
    /// How long a head may take to arrive, from the connection's beginning or from the head's first byte. Default 5 s.
    pub head_timeout: Duration,
    /// How long a client may go without taking anything of an answer that is ready. Default 10 s.
    pub send_timeout: Duration,
    /// The most connections of one worker. Further ones wait until one ends. Default 4,096.
    pub connections_per_worker: usize,
    /// The most connections from one address that is no listed proxy. Further ones are closed at once. Default 1,024.
    pub connections_per_address: usize,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self {
            workers: 1,
            shutdown_timeout: Duration::from_secs(25),
            keep_alive: Duration::from_secs(75),
            head_timeout: Duration::from_secs(5),
            send_timeout: Duration::from_secs(10),
            connections_per_worker: 4_096,
            connections_per_address: 1_024,
        }
    }
}

/// Serves [`app`](crate::app()) on a listener; `services` is called once in each worker. The server begins with the
/// first poll.
///
/// # Errors
/// What the system says of the listener.
pub fn serve(
    listener: TcpListener,
    settings: &ServeSettings,
    shared: &Shared,
    services: impl Fn() -> Services + Send + Clone + 'static,
) -> io::Result<Server> {
    let places = settings.workers.saturating_mul(settings.connections_per_worker);
    let door = Arc::new(Door::new(places, settings.connections_per_address, shared));
    let limits = shared.limits();
    let times = Times {
        head: settings.head_timeout,
        // Once for the caller, once for the use case.
        answer: limits.body_timeout + limits.request_timeout * 2 + SLACK,
        send: settings.send_timeout,
        // actix ends idle connections itself; the second is its start.
        idle: settings.keep_alive + Duration::from_secs(1),
    };
    let builder = Server::build()
        .workers(settings.workers)
        .max_concurrent_connections(settings.connections_per_worker)
        // Whole seconds are what actix takes; half a second must not become none.
        .shutdown_timeout(settings.shutdown_timeout.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX))
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let (shared, keep_alive) = (shared.clone(), settings.keep_alive);
    let builder = builder.listen("api", listener, move || {
        let app = app(&shared, services()).into_factory().map_err(|error| error.error_response());
        let stopping = stopping.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(keep_alive)
            // Ours stands in its place, for every head.
            .client_request_timeout(Duration::ZERO)
            .client_disconnect_timeout(LINGER)
            .on_connect_ext(|stream: &Guarded, extensions| {
                extensions.insert(Rc::clone(stream.connection()));
            })
            .h1(map_config(app, |()| AppConfig::default()));
        let (door, shared) = (Arc::clone(&door), shared.clone());
        apply_fn_factory(http, move |stream: TcpStream, http| {
            let peer = stream.peer_addr().ok();
            let Some(place) = door.enter(peer.map(|peer| peer.ip())) else { return Either::Left(ready(Ok(()))) };
            let connection = Rc::new(Connection::new(times, place));
            let serving = actix_service::Service::call(http, (Guarded::new(stream, Rc::clone(&connection)), peer));
            Either::Right(watch(serving, connection, shared.clone()))
        })
    })?;
    Ok(builder.run())
}
