//! Walk sessions.

use serde_json::{Value, json};

use super::{Object, Row, Shot, Who};

fn of_session(shots: impl IntoIterator<Item = Shot>) -> Row {
    Row::of(Who::FirstLine, shots.into_iter().map(|shot| shot.naming(Object::Session)))
}

fn change(rest: &str, body: Value) -> Row {
    of_session([Shot::post(&format!("/api/v1/l1/sessions/{{}}/{rest}"), body)])
}

pub(super) fn active() -> Row {
    Row::of(Who::FirstLine, [Shot::get("/api/v1/l1/sessions/active")])
}

pub(super) fn read() -> Row {
    of_session([Shot::get("/api/v1/l1/sessions/{}")])
}

pub(super) fn events() -> Row {
    of_session([Shot::get("/api/v1/l1/sessions/{}/events")])
}

pub(super) fn step(words: &dyn Fn(&str) -> String) -> Row {
    let step = json!({
        "node_id": words("node_id"), "question": words("question"), "answer": words("answer"), "note": words("note"),
    });
    change("step", step)
}

pub(super) fn undo(words: &dyn Fn(&str) -> String) -> Row {
    let undo = |body| Shot::post("/api/v1/l1/sessions/{}/undo", body).naming(Object::WalkedSession);
    // A node that is not the newest step's is refused.
    let other = undo(json!({ "node_id": words("node_id") })).labelled("another node").own(400);
    Row::of(Who::FirstLine, [undo(json!({})), other])
}

pub(super) fn notes(words: &dyn Fn(&str) -> String) -> Row {
    change("notes", json!({ "notes": [{ "text": words("notes"), words("notes_key"): 1 }] }))
}

pub(super) fn resolve(words: &dyn Fn(&str) -> String) -> Row {
    change("resolve", json!({ "helpful": true, "resolution_notes": words("resolution_notes") }))
}

pub(super) fn escalate(words: &dyn Fn(&str) -> String) -> Row {
    change("escalate", json!({ "reason_category": words("reason_category"), "reason": words("reason") }))
}
