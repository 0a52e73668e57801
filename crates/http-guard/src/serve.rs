//! Puts everything together in front of an actix-web application.

use std::fmt;
use std::io;
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Request, Response};
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, apply_fn_factory, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::AppConfig;
use futures_util::future::Either;
use tokio::net::TcpStream;

use crate::connection::Connection;
use crate::deadlines::enforce_deadlines;
use crate::expect::with_expectations;
use crate::hooks::Hooks;
use crate::limiter::ConnectionLimiter;
use crate::requests::track_requests;
use crate::settings::ServeSettings;
use crate::stream::{LINGER, MonitoredStream};
use crate::timeout_response::encode;
use crate::timer::Deadlines;

/// Serves an application on a listener, with HTTP/1.1. `app` is called once in each worker. `response_timeout` is the
/// longest that a response may take, the arrival of the request's body included, and each piece of a streamed response.
/// The server begins with the first poll.
///
/// # Errors
/// The listener cannot be used.
pub fn serve<F, I, S, B>(
    listener: TcpListener,
    settings: &ServeSettings,
    response_timeout: Duration,
    hooks: Arc<dyn Hooks>,
    app: F,
) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error>,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>>,
    B: MessageBody + 'static,
{
    let connections = settings.workers.saturating_mul(settings.connections_per_worker);
    let limiter = ConnectionLimiter::new(connections, settings.connections_per_address, Arc::clone(&hooks));
    let limiter = Arc::new(limiter);
    let deadlines = Deadlines {
        head: settings.head_timeout,
        response: response_timeout,
        send: settings.send_timeout,
        // actix-http closes idle connections itself; the second is its start.
        idle: settings.keep_alive + Duration::from_secs(1),
    };
    let builder = Server::build()
        .workers(settings.workers)
        .max_concurrent_connections(settings.connections_per_worker)
        // actix-server takes whole seconds; half a second must not become none.
        .shutdown_timeout(settings.shutdown_timeout.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX))
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let keep_alive = settings.keep_alive;
    let builder = builder.listen("http", listener, move || {
        let app = app().into_factory().map_err(|error| error.into().error_response());
        let app = track_requests(map_config(app, |()| AppConfig::default()), !keep_alive.is_zero(), Arc::clone(&hooks));
        let (app, expectations) = with_expectations(app);
        let stopping = stopping.clone();
        let http = HttpService::build()
            .expect(expectations)
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(keep_alive)
            // The deadline of this crate stands in its place, for every head.
            .client_request_timeout(Duration::ZERO)
            .client_disconnect_timeout(LINGER)
            .on_connect_ext(|stream: &MonitoredStream, extensions| {
                extensions.insert(Rc::clone(stream.connection()));
            })
            .h1(app);
        let (limiter, hooks) = (Arc::clone(&limiter), Arc::clone(&hooks));
        apply_fn_factory(http, move |stream: TcpStream, http| {
            let peer = stream.peer_addr().ok();
            let Some(permit) = limiter.admit(peer.map(|peer| peer.ip())) else {
                return Either::Left(refuse(stream, hooks.refusal().map(encode)));
            };
            let connection = Rc::new(Connection::new(deadlines, permit, Arc::clone(&hooks)));
            let stream = MonitoredStream::new(stream, Rc::clone(&connection));
            let serving = actix_service::Service::call(http, (stream, peer));
            Either::Right(enforce_deadlines(serving, connection))
        })
    })?;
    Ok(builder.run())
}

/// Closes a connection that is over the limit, with a response if there is one.
async fn refuse(stream: TcpStream, response: Option<Vec<u8>>) -> Result<(), DispatchError> {
    if let Some(response) = response
        && stream.writable().await.is_ok()
    {
        // A client that does not take it in one piece does not get it.
        let _ = stream.try_write(&response);
    }
    Ok(())
}
