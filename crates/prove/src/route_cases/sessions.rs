//! Walk sessions.

use serde_json::{Value, json};

use super::probe::{Object, Probe, RouteCase, Who};

fn of_session(probes: impl IntoIterator<Item = Probe>) -> RouteCase {
    RouteCase::of(Who::FirstLine, probes.into_iter().map(|probe| probe.naming(Object::Session)))
}

fn change(rest: &str, body: Value) -> RouteCase {
    of_session([Probe::post(&format!("/api/v1/l1/sessions/{{}}/{rest}"), body)])
}

pub(super) fn active() -> RouteCase {
    RouteCase::of(Who::FirstLine, [Probe::get("/api/v1/l1/sessions/active")])
}

pub(super) fn read() -> RouteCase {
    of_session([Probe::get("/api/v1/l1/sessions/{}")])
}

pub(super) fn events() -> RouteCase {
    of_session([Probe::get("/api/v1/l1/sessions/{}/events")])
}

pub(super) fn step(words: &dyn Fn(&str) -> String) -> RouteCase {
    let step = json!({
        "node_id": words("node_id"), "question": words("question"), "answer": words("answer"), "note": words("note"),
    });
    change("step", step)
}

pub(super) fn undo(words: &dyn Fn(&str) -> String) -> RouteCase {
    let undo = |body| Probe::post("/api/v1/l1/sessions/{}/undo", body).naming(Object::WalkedSession);
    // A node that is not the newest step's is refused.
    let other = undo(json!({ "node_id": words("node_id") })).labelled("another node").own(400);
    RouteCase::of(Who::FirstLine, [undo(json!({})), other])
}

pub(super) fn notes(words: &dyn Fn(&str) -> String) -> RouteCase {
    change("notes", json!({ "notes": [{ "text": words("notes"), words("notes_key"): 1 }] }))
}

pub(super) fn resolve(words: &dyn Fn(&str) -> String) -> RouteCase {
    change("resolve", json!({ "helpful": true, "resolution_notes": words("resolution_notes") }))
}

pub(super) fn escalate(words: &dyn Fn(&str) -> String) -> RouteCase {
    change("escalate", json!({ "reason_category": words("reason_category"), "reason": words("reason") }))
}
