//! The answer to a request whose head never came to its end. There is no request yet, so no layer makes it.

use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::edge::headers::protect;
use crate::observe::X_REQUEST_ID;
use crate::problem::{Code, PROBLEM_JSON, Problem};
use crate::state::Shared;

/// The answer as it goes over the wire.
pub(super) fn head_timeout(shared: &Shared) -> Vec<u8> {
    let id = shared.ids().new_id().to_string();
    let body = Problem::new(Code::HeadTimeout, "The head of the request did not arrive in time").body(&id);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(X_REQUEST_ID, id);
    }
    protect(&mut headers);
    let mut answer = b"HTTP/1.1 408 Request Timeout\r\n".to_vec();
    for (name, value) in &headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            answer.extend_from_slice(part);
        }
    }
    answer.extend_from_slice(b"\r\n");
    answer.extend_from_slice(&body);
    answer
}
