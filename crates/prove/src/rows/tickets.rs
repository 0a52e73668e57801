//! Calls that come in, their tickets, and the queue.

use serde_json::{Value, json};

use super::{Object, Row, Shot, Who};

fn call(words: &dyn Fn(&str) -> String, more: Value) -> Value {
    let mut call = json!({
        "problem_statement": words("problem_statement"), "customer_name": words("customer_name"),
        "customer_contact": words("customer_contact"),
    });
    let (call_fields, more) = (call.as_object_mut().expect("an object"), more);
    call_fields.extend(more.as_object().expect("an object").clone());
    call
}

pub(super) fn intake(words: &dyn Fn(&str) -> String) -> Row {
    let path = "/api/v1/l1/intake";
    Row::of(
        Who::FirstLine,
        [
            Shot::post(path, call(words, json!({}))).labelled("ad hoc"),
            Shot::post(path, call(words, json!({ "flow_id": "{}" }))).naming(Object::Flow).labelled("of a flow"),
            Shot::post(path, call(words, json!({ "flow_proposal_id": "{}" })))
                .naming(Object::Proposal)
                .labelled("of a proposal"),
        ],
    )
}

pub(super) fn queue() -> Row {
    let path = "/api/v1/l1/queue";
    Row::of(
        Who::FirstLine,
        [
            Shot::get(path),
            Shot::get("/api/v1/l1/queue?status_filter=walking&limit=200").labelled("filtered"),
            Shot::get("/api/v1/l1/queue?limit=1&cursor={}").naming(Object::Cursor).missing(422).labelled("next page"),
        ],
    )
}

pub(super) fn read() -> Row {
    Row::of(Who::FirstLine, [Shot::get("/api/v1/l1/tickets/{}").naming(Object::Ticket)])
}

pub(super) fn walk() -> Row {
    let walk = |body: Value| Shot::post("/api/v1/l1/tickets/{}/walk", body);
    // What is to be walked is looked at before the ticket's state, so that a ticket in use tells as well.
    let of = |body: Value| Shot::post("/api/v1/l1/tickets/{own}/walk", body).beside(Object::Ticket).own(400);
    Row::of(
        Who::FirstLine,
        [
            walk(json!({})).naming(Object::Ticket).own(400).labelled("a ticket that is walked"),
            walk(json!({})).naming(Object::OpenTicket).labelled("an open ticket"),
            of(json!({ "flow_id": "{}" })).naming(Object::Flow).labelled("of a flow"),
            of(json!({ "flow_proposal_id": "{}" })).naming(Object::Proposal).labelled("of a proposal"),
        ],
    )
}

pub(super) fn escalate_without_walk(words: &dyn Fn(&str) -> String) -> Row {
    let more = json!({ "reason_category": words("reason_category"), "reason": words("reason") });
    Row::of(Who::FirstLine, [Shot::post("/api/v1/l1/escalate-without-walk", call(words, more))])
}
