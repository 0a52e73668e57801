//! Calls that come in, their tickets, and the queue.

use serde_json::{Value, json};

use super::probe::{Object, Probe, RouteCase, Who};

fn call(words: &dyn Fn(&str) -> String, more: Value) -> Value {
    let mut call = json!({
        "problem_statement": words("problem_statement"), "customer_name": words("customer_name"),
        "customer_contact": words("customer_contact"),
    });
    let (call_fields, more) = (call.as_object_mut().expect("an object"), more);
    call_fields.extend(more.as_object().expect("an object").clone());
    call
}

pub(super) fn intake(words: &dyn Fn(&str) -> String) -> RouteCase {
    let path = "/api/v1/l1/intake";
    RouteCase::of(
        Who::FirstLine,
        [
            Probe::post(path, call(words, json!({}))).labelled("ad hoc"),
            Probe::post(path, call(words, json!({ "flow_id": "{}" }))).naming(Object::Flow).labelled("of a flow"),
            Probe::post(path, call(words, json!({ "flow_proposal_id": "{}" })))
                .naming(Object::Proposal)
                .labelled("of a proposal"),
        ],
    )
}

pub(super) fn queue() -> RouteCase {
    let path = "/api/v1/l1/queue";
    RouteCase::of(
        Who::FirstLine,
        [
            Probe::get(path),
            Probe::get("/api/v1/l1/queue?status_filter=walking&limit=200").labelled("filtered"),
            Probe::get("/api/v1/l1/queue?limit=1&cursor={}").naming(Object::Cursor).missing(422).labelled("next page"),
        ],
    )
}

pub(super) fn read() -> RouteCase {
    RouteCase::of(Who::FirstLine, [Probe::get("/api/v1/l1/tickets/{}").naming(Object::Ticket)])
}

pub(super) fn walk() -> RouteCase {
    let walk = |body: Value| Probe::post("/api/v1/l1/tickets/{}/walk", body);
    // What is to be walked is looked at before the ticket's state, so that a ticket in use tells as well.
    let of = |body: Value| Probe::post("/api/v1/l1/tickets/{own}/walk", body).beside(Object::Ticket).own(400);
    RouteCase::of(
        Who::FirstLine,
        [
            walk(json!({})).naming(Object::Ticket).own(400).labelled("a ticket that is walked"),
            walk(json!({})).naming(Object::OpenTicket).labelled("an open ticket"),
            of(json!({ "flow_id": "{}" })).naming(Object::Flow).labelled("of a flow"),
            of(json!({ "flow_proposal_id": "{}" })).naming(Object::Proposal).labelled("of a proposal"),
        ],
    )
}

pub(super) fn escalate_without_walk(words: &dyn Fn(&str) -> String) -> RouteCase {
    let more = json!({ "reason_category": words("reason_category"), "reason": words("reason") });
    RouteCase::of(Who::FirstLine, [Probe::post("/api/v1/l1/escalate-without-walk", call(words, more))])
}
