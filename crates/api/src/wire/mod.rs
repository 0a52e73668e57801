//! The JSON that goes out. [`schema`] describes it for the documentation; a test compares the two.

pub(crate) mod event;
pub(crate) mod flow;
pub(crate) mod flow_document_schema;
pub(crate) mod flow_report;
pub(crate) mod flow_schema;
pub(crate) mod flow_stats;
pub(crate) mod flow_stats_schema;
pub(crate) mod flow_version;
pub(crate) mod problem_schema;
pub(crate) mod schema;
pub(crate) mod session;
mod session_schema;
pub(crate) mod ticket;
pub(crate) mod user;
pub(crate) mod user_schema;

use firstline_domain::clock::Instant;
use serde::Serialize;

use crate::problem::Problem;

/// A time as answers write it: RFC 3339, UTC, microseconds.
#[derive(Serialize)]
#[serde(transparent)]
struct Time(#[serde(with = "firstline_domain::clock::rfc3339_micros")] Instant);

/// Appends `value` as JSON.
fn append<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<(), Problem> {
    // Only maps with odd keys or a broken sink make this fail, and there is neither.
    serde_json::to_writer(out, value).map_err(|_| Problem::internal())
}

/// Appends the members of `value`, which is written as an object, to the object that `out` ends with.
fn append_members(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), Problem> {
    let brace = out.len();
    append(out, value)?;
    if let Some(byte) = out.get_mut(brace) {
        *byte = b',';
    }
    Ok(())
}

/// Appends an array.
fn append_array<T>(
    out: &mut Vec<u8>,
    items: &[T],
    mut one: impl FnMut(&mut Vec<u8>, &T) -> Result<(), Problem>,
) -> Result<(), Problem> {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        one(out, item)?;
    }
    out.push(b']');
    Ok(())
}
