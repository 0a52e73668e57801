//! `Expect: 100-continue`. actix-http sends the interim response before the application has seen the head. Here the
//! application runs first: the interim response goes out when the application waits for the body, and not at all when
//! the head alone decides (RFC 9110, section 10.1.1).

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::body::BoxBody;
use actix_http::error::PayloadError;
use actix_http::{HttpMessage, Payload, Request, Response};
use actix_service::{Service, ServiceFactory, fn_factory};
use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::future::{Either, LocalBoxFuture, ready};

use crate::connection::{Connection, Expectation};
use crate::requests::TrackedResponse;

/// The service of an application, once it is made.
type Made<S> = Rc<RefCell<Option<Rc<S>>>>;

/// A request that the application works on already.
struct Begun<T>(LocalBoxFuture<'static, T>);

/// The application as actix-http takes it: a service for requests, and one for those that expect an interim response.
#[expect(clippy::type_complexity, reason = "two services that have no names to write")]
pub(crate) fn with_expectations<F>(
    app: F,
) -> (
    impl ServiceFactory<Request, Config = (), Response = TrackedResponse, Error = F::Error, InitError = F::InitError>,
    impl ServiceFactory<Request, Config = (), Response = Request, Error = Response<BoxBody>, InitError = ()>,
)
where
    F: ServiceFactory<Request, Config = (), Response = TrackedResponse> + 'static,
    F::Error: Into<Response<BoxBody>>,
{
    let made: Made<F::Service> = Rc::default();
    let for_expectations = Rc::clone(&made);
    let requests = fn_factory(move || {
        let (making, made) = (app.new_service(()), Rc::clone(&made));
        async move {
            let app = Rc::new(making.await?);
            made.replace(Some(Rc::clone(&app)));
            Ok(Requests { app })
        }
    });
    let expectations = fn_factory(move || ready(Ok(Expectations { app: Rc::clone(&for_expectations) })));
    (requests, expectations)
}

/// Answers requests, those that have begun too.
struct Requests<S> {
    app: Rc<S>,
}

impl<S> Service<Request> for Requests<S>
where
    S: Service<Request, Response = TrackedResponse> + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<LocalBoxFuture<'static, Result<S::Response, S::Error>>, S::Future>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.app.poll_ready(context)
    }

    fn call(&self, request: Request) -> Self::Future {
        let begun = request.extensions_mut().remove::<Begun<Result<S::Response, S::Error>>>();
        match begun {
            Some(Begun(answer)) => Either::Left(answer),
            None => Either::Right(self.app.call(request)),
        }
    }
}

/// Begins a request whose client waits. The outcome is its response, or the request to go on with when the client is to
/// send the body.
struct Expectations<S> {
    app: Made<S>,
}

impl<S> Service<Request> for Expectations<S>
where
    S: Service<Request, Response = TrackedResponse> + 'static,
    S::Error: Into<Response<BoxBody>>,
{
    type Response = Request;
    type Error = Response<BoxBody>;
    type Future = LocalBoxFuture<'static, Result<Request, Response<BoxBody>>>;

    fn poll_ready(&self, _context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&self, mut request: Request) -> Self::Future {
        let connection = request.conn_data::<Rc<Connection>>().cloned();
        let (Some(app), Some(connection)) = (self.app.borrow().clone(), connection) else {
            return Box::pin(ready(Ok(request)));
        };
        let body = request.take_payload();
        if !matches!(body, Payload::None) {
            connection.set_expectation(Expectation::Unread);
            let body = ExpectedBody { body, connection: Rc::clone(&connection) };
            *request.payload() = Payload::Stream { payload: Box::pin(body) };
        }
        let mut answer: LocalBoxFuture<'static, _> = Box::pin(async move { app.call(request).await });
        Box::pin(async move {
            let answered = poll_fn(|context| match answer.as_mut().poll(context) {
                Poll::Ready(answered) => Poll::Ready(Some(answered)),
                Poll::Pending if connection.expectation() == Expectation::Awaited => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            });
            match answered.await {
                Some(Ok(response)) => Err(response.map_into_boxed_body()),
                Some(Err(error)) => Err(error.into()),
                None => {
                    let request = Request::new();
                    request.extensions_mut().insert(Begun(answer));
                    Ok(request)
                }
            }
        })
    }
}

/// A body that a client may not have begun to send.
struct ExpectedBody {
    body: Payload,
    connection: Rc<Connection>,
}

impl Stream for ExpectedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let read = Pin::new(&mut self.body).poll_next(context);
        if self.connection.expectation() == Expectation::Unread {
            let now = if read.is_pending() { Expectation::Awaited } else { Expectation::Sent };
            self.connection.set_expectation(now);
        }
        read
    }
}
