//! Events in answers.

use actix_web::HttpResponse;
use firstline_domain::account::ActingAs;
use firstline_domain::ids::UserId;
use firstline_domain::service::EventView;
use serde::Serialize;

use super::{Time, append, append_array, append_members};
use crate::observe::json;
use crate::problem::Problem;

#[derive(Serialize)]
struct Head {
    seq: i64,
    kind: &'static str,
}

#[derive(Serialize)]
struct Tail {
    actor_user_id: Option<UserId>,
    acting_as: Option<&'static str>,
    at: Time,
    undone_by_seq: Option<i64>,
}

fn append_event(out: &mut Vec<u8>, EventView { event, undone_by_seq }: &EventView) -> Result<(), Problem> {
    append(out, &Head { seq: event.seq, kind: event.data.kind().as_str() })?;
    out.pop();
    out.extend_from_slice(b",\"data\":");
    out.extend_from_slice(event.data.to_json().map_err(|_| Problem::internal())?.as_bytes());
    let tail = Tail {
        actor_user_id: event.actor_user_id,
        acting_as: event.acting_as.map(ActingAs::as_str),
        at: Time(event.at),
        undone_by_seq: *undone_by_seq,
    };
    append_members(out, &tail)
}

/// The answer with a page of a session's events.
pub(crate) fn events_answer(events: &[EventView]) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(2 + 512 * events.len());
    append_array(&mut out, events, append_event)?;
    Ok(json(out))
}
