//! Reading a body: its media type, its size, the time it takes, its JSON.

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HeaderMap};
use actix_web::web::{Bytes, BytesMut, Payload};
use firstline_domain::fault;
use firstline_domain::json;
use firstline_domain::text::byte_order_mark_len;
use futures_util::StreamExt;
use mime::Mime;
use serde_json::{Map, Value};

use crate::problem::{Code, Problem};
use crate::route::BodyRule;
use crate::state::HttpLimits;

/// The most bytes that are read and dropped of a body that is too large, so that its sender sees the answer.
const DISCARDED_BYTES: usize = 32 << 20;

/// A type that a handler reads from a request body.
pub(crate) trait Body: Sized + 'static {
    /// Reads the whole body, within the limits.
    async fn read(headers: &HeaderMap, payload: Payload, limits: &HttpLimits, rule: BodyRule) -> Result<Self, Problem>;
}

/// Any JSON; null on routes without a body.
impl Body for Value {
    async fn read(headers: &HeaderMap, payload: Payload, limits: &HttpLimits, rule: BodyRule) -> Result<Self, Problem> {
        if rule == BodyRule::None {
            return Ok(Self::Null);
        }
        let text = read_text(headers, payload, limits, rule).await?;
        if text.is_empty() && rule == BodyRule::Optional {
            return Ok(Self::Object(Map::new()));
        }
        // Only the position is reported: the library's message may quote the customer's text.
        json::parse(&text).map_err(|error| Problem::malformed_json(error.line(), error.column()))
    }
}

/// Reads the bytes of a body whose media type is JSON.
pub(super) async fn read_text(
    headers: &HeaderMap,
    payload: Payload,
    limits: &HttpLimits,
    rule: BodyRule,
) -> Result<Bytes, Problem> {
    let optional = matches!(rule, BodyRule::Optional);
    let has_type = headers.contains_key(CONTENT_TYPE);
    if has_encoding(headers) {
        return Err(unsupported("The body must not have a Content-Encoding"));
    }
    if !is_json(headers) && (has_type || !optional) {
        return Err(unsupported("The body must be of the type application/json"));
    }
    let patience = fault!("no-body-deadline", std::time::Duration::MAX, limits.body_timeout);
    let text = match tokio::time::timeout(patience, read(headers, payload, limits.body_bytes)).await {
        Ok(read) => read?,
        Err(_) => return Err(Problem::new(Code::BodyTimeout, "The body did not arrive in time")),
    };
    fault!("log-body", tracing::debug!(?text, "body read"));
    if !has_type && !text.is_empty() {
        return Err(unsupported("The body must be of the type application/json"));
    }
    // RFC 8259, section 8.1: a parser may ignore a byte order mark.
    Ok(text.slice(byte_order_mark_len(&text)..))
}

async fn read(headers: &HeaderMap, mut payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    if content_length(headers).is_some_and(|length| length > limit as u64) {
        return Err(if awaits_continue(headers) {
            too_large(limit)
        } else {
            refused_as_too_large(payload, limit).await
        });
    }
    // Nearly every body is one chunk, which needs no copy.
    let Some(first) = payload.next().await else { return Ok(Bytes::new()) };
    let first = first.map_err(|_| incomplete())?;
    let mut all = match payload.next().await {
        None if first.len() <= limit => return Ok(first),
        None => return Err(refused_as_too_large(payload, limit).await),
        Some(second) => {
            let mut all = BytesMut::from(first);
            all.extend_from_slice(&second.map_err(|_| incomplete())?);
            all
        }
    };
    while all.len() <= limit {
        let Some(chunk) = payload.next().await else { return Ok(all.freeze()) };
        all.extend_from_slice(&chunk.map_err(|_| incomplete())?);
    }
    Err(refused_as_too_large(payload, limit).await)
}

/// Reads on before it refuses the body. Many clients send all of a body before they read the answer; without this they
/// would get a connection reset.
async fn refused_as_too_large(mut payload: Payload, limit: usize) -> Problem {
    let mut patience = DISCARDED_BYTES;
    while let Some(Ok(chunk)) = payload.next().await {
        patience = patience.saturating_sub(chunk.len());
        if patience == 0 {
            break;
        }
    }
    too_large(limit)
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("The body is larger than {limit} bytes"))
}

/// Whether the client sends the body only when it is asked for. To read it is to ask for it.
fn awaits_continue(headers: &HeaderMap) -> bool {
    headers.get_all(EXPECT).any(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn has_encoding(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Whether there is exactly one media type, `application/json`, in UTF-8 if it says so. Many clients write `utf8`.
fn is_json(headers: &HeaderMap) -> bool {
    let mut all = headers.get_all(CONTENT_TYPE);
    let (Some(value), None) = (all.next(), all.next()) else { return false };
    // The library does not take white space before a semicolon, which RFC 9110 (section 5.6.6) allows.
    let text = value.to_str().ok().map(|text| text.split(';').map(str::trim_end).collect::<Vec<_>>().join(";"));
    let Some(media_type) = text.and_then(|text| text.parse::<Mime>().ok()) else { return false };
    media_type.essence_str() == mime::APPLICATION_JSON
        && media_type.params().all(|(name, value)| {
            name != mime::CHARSET || value == mime::UTF_8 || value.as_str().eq_ignore_ascii_case("utf8")
        })
}

fn unsupported(detail: &'static str) -> Problem {
    Problem::new(Code::UnsupportedMediaType, detail)
}

fn incomplete() -> Problem {
    Problem::new(Code::BadRequest, "The body ended too early or was not well framed")
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn sent(values: &[&str]) -> bool {
        let values = values.iter().map(|value| (CONTENT_TYPE, HeaderValue::from_str(value).unwrap()));
        is_json(&values.collect())
    }

    #[test]
    fn json_is_known_by_its_media_type_in_any_spelling_and_in_utf_8_alone() {
        for value in [
            "application/json",
            "Application/JSON",
            "application/json;",
            "application/json; charset=utf-8",
            "application/json;charset=UTF-8;",
            "application/json ; charset=utf-8",
            "application/json; charset=\"utf-8\"",
            "application/json; charset=utf8",
            "application/json;charset=\"UTF8\"",
            "application/json; charset=\"UTF-8\"; odata=verbose",
        ] {
            assert!(sent(&[value]), "{value}");
        }
        for value in [
            "",
            "json",
            "text/json",
            "application/jsonl",
            "application/problem+json",
            "application/json, application/json",
            "application/json; charset=latin1",
            "application/json; charset=utf88",
            "application/json; charset=utf-16",
            "application/json; charset=utf-16; charset=utf-8",
        ] {
            assert!(!sent(&[value]), "{value}");
        }
        assert!(!sent(&[]));
        assert!(!sent(&["application/json", "application/json"]));
    }
}
