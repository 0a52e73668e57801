//! Responses to connections that have no request: the protocol layer cannot send them.

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::http::header::{self, HeaderValue};

/// A response as HTTP/1.1 sends it, with `Connection: close`. A body that is a stream is left out.
pub(crate) fn encode(response: HttpResponse) -> Vec<u8> {
    let (mut response, body) = response.into_parts();
    let body = body.try_into_bytes().unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let mut bytes = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            bytes.extend_from_slice(part);
        }
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&body);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_written_whole_and_says_that_the_connection_closes() {
        let response = HttpResponse::RequestTimeout().insert_header(("x-request-id", "7")).body("late\n");
        let text = String::from_utf8(encode(response)).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines: Vec<&str> = head.split("\r\n").collect();
        assert_eq!((lines.remove(0), body), ("HTTP/1.1 408 Request Timeout", "late\n"));
        lines.sort_unstable();
        assert_eq!(lines, ["connection: close", "content-length: 5", "x-request-id: 7"]);
    }
}
