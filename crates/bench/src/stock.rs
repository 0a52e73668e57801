//! What is in the database before a case begins: sessions with paths of ten steps, sessions to be walked.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use firstline_testkit::people::{Team, token};
use firstline_testkit::service::Service;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::load::{self, Request, request};

/// The path of ten steps of every walk that is measured.
pub(crate) const STEPS: usize = 10;

pub(crate) fn session_path(session: &str, rest: &str) -> String {
    format!("/api/v1/l1/sessions/{session}{rest}")
}

pub(crate) fn intake(user: Uuid, flow: Uuid) -> Request {
    let call = json!({
        "problem_statement": "Outlook does not open since the update this morning", "customer_name": "Ada Lovelace",
        "customer_contact": "+49 30 1234567", "flow_id": flow,
    });
    request("POST", "/api/v1/l1/intake", &token(user), Some(&call))
}

const QUESTION: &str = "Does Outlook start in safe mode (hold Ctrl while you click it)?";
const ANSWER: &str = "Yes, it does";
const NOTE: &str = "customer had to look for the key";

pub(crate) fn step(session: &str, user: Uuid, number: usize) -> Request {
    let step = json!({
        "node_id": format!("node-{number}"), "question": QUESTION, "answer": ANSWER, "note": NOTE,
    });
    request("POST", &session_path(session, "/step"), &token(user), Some(&step))
}

/// A step of a walk of the [`guided_flow`].
pub(crate) fn guided_step(session: &str, user: Uuid, number: usize) -> Request {
    let step = json!({ "node_id": format!("node-{}", number % GUIDED_NODES), "answer": "1", "note": NOTE });
    request("POST", &session_path(session, "/step"), &token(user), Some(&step))
}

/// How many questions the guided walk asks before it comes round again.
const GUIDED_NODES: usize = 20;

/// Writes and publishes a flow that asks what [`step`] records, round and round; nothing for a service that has no authored flows.
pub(crate) fn guided_flow(service: &Service, team: &Team) -> Option<Uuid> {
    let question = |number: usize| {
        let next = format!("node-{}", (number + 1) % GUIDED_NODES);
        json!({ "id": format!("node-{number}"), "kind": "question", "prompt": QUESTION, "answers": [
            { "id": "yes", "label": ANSWER, "key": 1, "next": next }, { "id": "no", "label": "No", "key": 2, "next": "end" } ] })
    };
    let nodes =
        (0..GUIDED_NODES).map(question).chain([json!({ "id": "end", "kind": "resolved", "text": "It opens." })]);
    let document = json!({
        "format": "firstline-flow/1", "name": "Outlook does not open", "description": "When Outlook does not open.",
        "keywords": ["outlook"], "language": "en", "root": "node-0", "nodes": nodes.collect::<Vec<_>>(),
    });
    let author = service.client(&token(team.engineer));
    let made = author.post("/api/v1/flows", &document);
    if made.status == 404 {
        return None;
    }
    let id = made.expect(201)["id"].as_str().unwrap().parse().unwrap();
    author.send("POST", &format!("/api/v1/flows/{id}/publish"), &[], None).expect(200);
    Some(id)
}

/// Begins `count` sessions of `user` on `flow`, each with `steps` steps; answers their ids.
pub(crate) fn sessions(service: &Service, flow: Uuid, user: Uuid, count: usize, steps: usize) -> Vec<String> {
    let made = Rc::new(RefCell::new(Vec::new()));
    let (out, intake) = (Rc::clone(&made), intake(user, flow));
    let each = count.div_ceil(16);
    load::run(service.address(), 16, Duration::ZERO, {
        async move |_, connection, _| {
            for _ in 0..each {
                let begun: Value = serde_json::from_slice(connection.call(&intake).await).unwrap();
                let id = begun["session_id"].as_str().unwrap().to_owned();
                for number in 0..steps {
                    connection.call(&step(&id, user, number)).await;
                }
                out.borrow_mut().push(id);
            }
        }
    });
    Rc::try_unwrap(made).unwrap().into_inner()
}
