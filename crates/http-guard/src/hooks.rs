//! What the application adds: its proxies, its metrics, and the text of its refusals.

use std::net::IpAddr;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;

use crate::framing::HeadDefect;
use crate::timer::CloseReason;

/// The application's part. Every method has a default, and `()` is an implementation that uses them all.
///
/// The methods are called on the worker threads and must not block.
pub trait Hooks: Send + Sync + 'static {
    /// Whether a peer is a proxy that carries the connections of many clients. It has no limit of its own.
    fn is_trusted_proxy(&self, _peer: IpAddr) -> bool {
        false
    }

    /// A connection was let in.
    fn connection_opened(&self) {}

    /// A connection that was let in has ended.
    fn connection_closed(&self) {}

    /// A connection was refused because its address has as many as it may.
    fn connection_refused(&self, _peer: IpAddr) {}

    /// A connection was closed because a deadline passed.
    fn connection_timed_out(&self, _reason: CloseReason) {}

    /// The response to a connection that is refused. Without one the connection is closed at once.
    fn refusal(&self) -> Option<HttpResponse> {
        None
    }

    /// The response to a request whose head did not arrive in time. Its body must not be a stream.
    fn head_timeout(&self) -> HttpResponse {
        HttpResponse::RequestTimeout()
            .content_type(ContentType::plaintext())
            .body("the head of the request did not arrive in time\n")
    }

    /// The response to a request whose head cannot be read. `None` leaves it to the application, which finds the defect
    /// with [`Connection::head_defect`](crate::Connection::head_defect) on a placeholder request.
    fn bad_head(&self, defect: HeadDefect) -> Option<HttpResponse> {
        let (mut response, text) = match defect {
            HeadDefect::UrlTooLong => (HttpResponse::UriTooLong(), "the URL is too long\n"),
            HeadDefect::TooLarge => {
                (HttpResponse::RequestHeaderFieldsTooLarge(), "the head of the request is too large\n")
            }
            HeadDefect::Malformed => (HttpResponse::BadRequest(), "the head of the request is malformed\n"),
        };
        Some(response.content_type(ContentType::plaintext()).body(text))
    }

    /// Whether a known fault is switched on.
    #[cfg(feature = "fault-injection")]
    fn planted(&self, _fault: &'static str) -> bool {
        false
    }
}

impl Hooks for () {}
