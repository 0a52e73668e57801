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

pub(crate) fn intake(user: Uuid, team: &Team) -> Request {
    let call = json!({
        "problem_statement": "Outlook does not open since the update this morning", "customer_name": "Ada Lovelace",
        "customer_contact": "+49 30 1234567", "flow_id": team.flow,
    });
    request("POST", "/api/v1/l1/intake", &token(user), Some(&call))
}

pub(crate) fn step(session: &str, user: Uuid, number: usize) -> Request {
    let step = json!({
        "node_id": format!("node-{number}"), "question": "Does Outlook start in safe mode (hold Ctrl while you click it)?",
        "answer": "Yes, it does", "note": "customer had to look for the key",
    });
    request("POST", &session_path(session, "/step"), &token(user), Some(&step))
}

/// Begins `count` sessions of `user`, each with `steps` steps; answers their ids.
pub(crate) fn sessions(service: &Service, team: &Team, user: Uuid, count: usize, steps: usize) -> Vec<String> {
    let made = Rc::new(RefCell::new(Vec::new()));
    let (out, intake) = (Rc::clone(&made), intake(user, team));
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
