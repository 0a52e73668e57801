//! The layer around the application that tells a connection when a request starts and when it is answered.

use std::error::Error;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_http::{ConnectionType, Request, Response};
use actix_service::{Service, ServiceFactory, apply_fn_factory};
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;
use futures_util::future::Either;

use crate::connection::{ActiveRequest, Connection};
use crate::hooks::Hooks;

/// Wraps an application, whose connections are kept open after a response if `keeps_alive`. A request whose head cannot
/// be read gets the hooks' response, if there is one.
pub(crate) fn track_requests<S, B>(
    app: S,
    keeps_alive: bool,
    hooks: Arc<dyn Hooks>,
) -> impl ServiceFactory<Request, Config = (), Response = TrackedResponse, Error = S::Error, InitError = S::InitError>
where
    S: ServiceFactory<Request, Config = ()> + 'static,
    S::Response: Into<Response<B>>,
    S::Error: Into<Response<BoxBody>>,
    B: MessageBody + 'static,
{
    apply_fn_factory(app, move |request: Request, app: &S::Service| {
        let connection = request.conn_data::<Rc<Connection>>().cloned();
        let active = connection.as_ref().map(Connection::start_request);
        let defect = connection.as_ref().and_then(|connection| connection.head_defect());
        let is_last = !keeps_alive || request.head().connection_type() == ConnectionType::Close;
        let response = match defect.and_then(|defect| hooks.bad_head(defect)) {
            Some(response) => Either::Left(std::future::ready(Response::from(response))),
            None => Either::Right(answer(app.call(request))),
        };
        async move {
            let mut response = response.await;
            // What is malformed of a request may show while it is answered.
            if connection.is_some_and(|connection| connection.reads_no_more() || connection.leaves_body_unread()) {
                response.head_mut().set_connection_type(ConnectionType::Close);
            }
            if let Some(active) = &active {
                active.respond(is_last || response.head().connection_type() == ConnectionType::Close);
            }
            Ok(response.map_body(|_, body| TrackedBody { body, _active: active }))
        }
    })
}

async fn answer<R, E, B>(call: impl Future<Output = Result<R, E>>) -> Response<BoxBody>
where
    R: Into<Response<B>>,
    E: Into<Response<BoxBody>>,
    B: MessageBody + 'static,
{
    match call.await {
        Ok(response) => response.into().map_body(|_, body| body.boxed()),
        Err(error) => error.into(),
    }
}

pub(crate) type TrackedResponse = Response<TrackedBody>;

/// A body whose request is active until the protocol layer has all of it.
pub(crate) struct TrackedBody {
    body: BoxBody,
    _active: Option<ActiveRequest>,
}

impl MessageBody for TrackedBody {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
