//! Answers of JSON.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use firstline_domain::clock::rfc3339_micros;
use firstline_domain::flow::authored::VersionNumber;
use serde::{Serialize, Serializer};

/// The header that carries a request's id, in requests and answers.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An answer that cannot be written. Only maps with odd keys or a broken sink do that, and there is neither.
#[derive(Debug, thiserror::Error)]
#[error("an answer cannot be written as JSON")]
pub(crate) struct Unwritten(#[from] serde_json::Error);

/// An answer of `value` as JSON, which has about `capacity` bytes.
pub(crate) fn json(value: &(impl Serialize + ?Sized), capacity: usize) -> Result<HttpResponse, Unwritten> {
    /// Below this compression costs more than it saves.
    const WORTH_COMPRESSING: usize = 1_024;
    let mut body = Vec::with_capacity(capacity);
    serde_json::to_writer(&mut body, value)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json")));
    if body.len() < WORTH_COMPRESSING {
        answer.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static("identity")));
    }
    Ok(answer.body(body))
}

/// The tag of a flow: its revision.
pub(crate) fn etag_of_revision(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// The tag of a version, which is no revision: as a condition of a change it is stale.
pub(crate) fn etag_of_version(number: VersionNumber) -> String {
    format!("\"v{number}\"")
}

/// Puts the header `name` onto an answer. A value that no header can have is left out.
pub(crate) fn set_header(answer: &mut HttpResponse, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

/// The text of a JSON array that is written item by item, while it is sent.
#[derive(Debug, Default)]
pub(crate) struct ArrayText {
    has_items: bool,
}

impl ArrayText {
    /// What the array begins with.
    pub(crate) const BEGIN: &'static [u8] = b"[";

    /// Appends an item.
    pub(crate) fn item(&mut self, out: &mut Vec<u8>, item: &impl Serialize) -> Result<(), Unwritten> {
        if std::mem::replace(&mut self.has_items, true) {
            out.push(b',');
        }
        Ok(serde_json::to_writer(out, item)?)
    }

    /// Appends the end.
    pub(crate) fn end(out: &mut Vec<u8>) {
        out.push(b']');
    }
}

/// Writes a time, or that there is none: RFC 3339, UTC, microseconds.
pub(crate) fn time<S: Serializer>(
    at: &(impl Into<Option<DateTime<Utc>>> + Copy),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match (*at).into() {
        Some(at) => rfc3339_micros::serialize(&at, serializer),
        None => serializer.serialize_none(),
    }
}
