//! Reads the head of a request before the protocol layer does. A head that the protocol layer would refuse without a
//! body, or an upgrade that it would echo, does not reach it.

use std::mem::MaybeUninit;

use actix_http::{Method, Uri};
use httparse::{Error, Header, Request, Status};

/// The most bytes of a URL. The `http` crate reads 65,534.
pub const MAX_URL_BYTES: usize = 64_000;

/// The most bytes of a head: request line and headers. actix-http reads 131,071.
pub const MAX_HEAD_BYTES: usize = 128_000;

/// The most headers of a request: those that actix-http reads.
pub const MAX_HEADERS: usize = 96;

/// The most bytes of a header's name. actix-http panics beyond 65,535.
pub const MAX_HEADER_NAME_BYTES: usize = 1_024;

/// What keeps a head from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadDefect {
    /// Its URL has more than [`MAX_URL_BYTES`].
    UrlTooLong,
    /// It has more bytes or headers than are read, or too long a name of one.
    TooLarge,
    /// It is not a head of HTTP/1.1 or HTTP/1.0.
    Malformed,
}

/// How a body is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes, 0 for none.
    Sized(u64),
    Chunked,
    /// What follows is not HTTP: a tunnel.
    Opaque,
}

/// A whole head.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// How many of the bytes it takes.
    pub(super) len: usize,
    pub(super) body: Body,
    /// What is forwarded in its place, if not itself.
    pub(super) rewritten: Option<Vec<u8>>,
    pub(super) defect: Option<HeadDefect>,
}

/// What a connection's next bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// The beginning of a head.
    Partial,
    Whole(Head),
    /// Something that no request can follow.
    Refused(HeadDefect),
}

/// Reads the head that `bytes` begin with.
pub(super) fn read(bytes: &[u8]) -> Read {
    let mut headers = [const { MaybeUninit::uninit() }; MAX_HEADERS];
    let mut request = Request::new(&mut []);
    match request.parse_with_uninit_headers(bytes, &mut headers) {
        Ok(Status::Partial) => Read::Partial,
        Ok(Status::Complete(len)) => check(&request, len).map_or_else(Read::Refused, Read::Whole),
        Err(Error::TooManyHeaders) => Read::Refused(HeadDefect::TooLarge),
        Err(_) => Read::Refused(HeadDefect::Malformed),
    }
}

fn check(request: &Request<'_, '_>, len: usize) -> Result<Head, HeadDefect> {
    let (Some(method), Some(target), Some(minor)) = (request.method, request.path, request.version) else {
        return Err(HeadDefect::Malformed);
    };
    let too_long = target.len() > MAX_URL_BYTES;
    if len > MAX_HEAD_BYTES {
        return Err(if too_long { HeadDefect::UrlTooLong } else { HeadDefect::TooLarge });
    }
    if Method::from_bytes(method.as_bytes()).is_err() || (!too_long && Uri::try_from(target).is_err()) {
        return Err(HeadDefect::Malformed);
    }
    let framing = Framing::of(request.headers, minor)?;
    let body = framing.body(method, minor)?;
    let target = if too_long { "/" } else { target };
    let rewritten = (too_long || framing.upgrades).then(|| rewrite(method, target, minor, request.headers));
    Ok(Head { len, body, rewritten, defect: too_long.then_some(HeadDefect::UrlTooLong) })
}

/// What the headers say of the body and of the connection.
#[derive(Default)]
struct Framing {
    length: Option<u64>,
    chunked: bool,
    host: bool,
    /// Another protocol is asked for.
    upgrades: bool,
}

impl Framing {
    /// Reads the headers by the rules of actix-http, so that both see the same bodies.
    fn of(headers: &[Header<'_>], minor: u8) -> Result<Self, HeadDefect> {
        let mut framing = Self::default();
        for Header { name, value } in headers {
            if name.len() > MAX_HEADER_NAME_BYTES {
                return Err(HeadDefect::TooLarge);
            }
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            if is("content-length") {
                let length = length(value).filter(|_| framing.length.is_none());
                framing.length = Some(length.ok_or(HeadDefect::Malformed)?);
            } else if is("transfer-encoding") {
                let chunked = value.trim_ascii().eq_ignore_ascii_case(b"chunked");
                if framing.chunked || !chunked || minor == 0 {
                    return Err(HeadDefect::Malformed);
                }
                framing.chunked = true;
            } else if is("host") {
                if framing.host {
                    return Err(HeadDefect::Malformed);
                }
                framing.host = true;
            } else if is("upgrade") || (is("connection") && options(value).any(is_upgrade)) {
                framing.upgrades = true;
            }
        }
        Ok(framing)
    }

    fn body(&self, method: &str, minor: u8) -> Result<Body, HeadDefect> {
        let lacks_host = minor == 1 && !self.host;
        let lacks_length = minor == 0 && method == "POST" && self.length.is_none();
        if lacks_host || lacks_length || (self.chunked && self.length.is_some()) {
            return Err(HeadDefect::Malformed);
        }
        Ok(match self.length {
            None if self.chunked => Body::Chunked,
            None | Some(0) if method == "CONNECT" => Body::Opaque,
            length => Body::Sized(length.unwrap_or(0)),
        })
    }
}

/// The number of a `Content-Length`: digits, with nothing in front.
fn length(value: &[u8]) -> Option<u64> {
    let digits = value.trim_ascii();
    let text = std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_digit));
    text?.parse().ok()
}

/// The options of a `Connection` header.
fn options(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

fn is_upgrade(option: &[u8]) -> bool {
    option.eq_ignore_ascii_case(b"upgrade")
}

/// The head without its request for another protocol. A server that does not upgrade ignores that (RFC 9110, section
/// 7.8); the protocol layer would echo it and close the connection, and read a body without end for `websocket`.
fn rewrite(method: &str, target: &str, minor: u8, headers: &[Header<'_>]) -> Vec<u8> {
    let version = if minor == 0 { " HTTP/1.0\r\n" } else { " HTTP/1.1\r\n" };
    let mut head = [method, " ", target, version].concat().into_bytes();
    for Header { name, value } in headers {
        if name.eq_ignore_ascii_case("upgrade") {
            continue;
        }
        let kept: Vec<&[u8]>;
        let value: &[&[u8]] = if name.eq_ignore_ascii_case("connection") {
            kept = options(value).filter(|option| !is_upgrade(option)).collect();
            &kept
        } else {
            &[value]
        };
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(&value.join(&b", "[..]));
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
