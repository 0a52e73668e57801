//! What the answers hold, and that the document says so.

use std::time::Duration;

use firstline_testkit::answers::SESSION_MEMBERS;
use serde_json::json;

use crate::support::client::{assert_described, keys, step};
use crate::support::{COLLEAGUE, COVERAGE, FLOW, PROPOSAL, STRANGER, Service, TECH};

#[test]
fn a_session_has_its_fields_in_order_with_nulls() {
    let service = Service::start();
    let (session, ticket) = service.intake(COVERAGE, json!({"flow_id": FLOW}));
    let answer = service.get(TECH, &format!("/api/v1/l1/sessions/{session}")).json();
    let expected = json!({
        "id": session, "session_kind": "flow", "flow_id": FLOW, "flow_proposal_id": null, "current_node_id": null,
        "walked_path": [], "walk_notes": [], "status": "active", "started_at": "2026-01-01T00:00:00.123456Z",
        "last_step_at": "2026-01-01T00:00:00.123456Z", "resolved_at": null, "ticket_id": ticket,
        "ticket_kind": "internal", "acting_as": "l1_coverage", "created_by_user_id": COVERAGE, "helpful": null,
        "resolution_notes": null, "escalation_reason": null, "escalation_reason_category": null, "escalated_at": null,
        "version": 1, "flow_version": null, "next_node": null, "progress": null,
    });
    assert_eq!(answer, expected);
    assert_eq!(keys(&answer), SESSION_MEMBERS);
    assert_described(&service, "Session", &answer);
}

#[test]
fn a_walk_goes_from_intake_to_resolved_with_its_events() {
    let service = Service::start();
    let (session, ticket) = service.intake(TECH, json!({"flow_proposal_id": PROPOSAL, "customer_contact": "555"}));
    let path = format!("/api/v1/l1/sessions/{session}");
    let second = || service.clock.advance(Duration::from_secs(1));
    second();
    let mut noted = step();
    noted["note"] = json!("He sighed");
    let answer = service.post(TECH, &format!("{path}/step"), &noted).json();
    assert_eq!(
        answer["walked_path"],
        json!([{"node_id": "n1", "question": "Is it plugged in?", "answer": "Yes",
        "note": "He sighed", "answered_at": "2026-01-01T00:00:01.123456Z", "answer_id": null, "next_node_id": null}])
    );
    assert_eq!((&answer["current_node_id"], &answer["version"]), (&json!("n1"), &json!(2)));
    assert_described(&service, "Step", &answer["walked_path"][0]);
    second();
    let answer = service.post(COLLEAGUE, &format!("{path}/notes"), &json!({"notes": [{"b": 1, "a": 2}]})).json();
    assert_eq!(answer["last_step_at"], "2026-01-01T00:00:02.123456Z");
    second();
    let resolve = json!({"helpful": true, "resolution_notes": "Plugged in"});
    let answer = service.post(COVERAGE, &format!("{path}/resolve"), &resolve).json();
    assert_eq!(
        (&answer["status"], &answer["helpful"], &answer["resolution_notes"], &answer["resolved_at"]),
        (&json!("resolved"), &json!(true), &json!("Plugged in"), &json!("2026-01-01T00:00:03.123456Z"))
    );
    let events = service.get(TECH, &format!("{path}/events")).json();
    let kinds: Vec<&str> = events.as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["started", "step_recorded", "notes_replaced", "resolved"]);
    assert_eq!(
        events[3],
        json!({"seq": 4, "kind": "resolved", "data": resolve, "actor_user_id": COVERAGE,
        "acting_as": "l1_coverage", "at": "2026-01-01T00:00:03.123456Z", "undone_by_seq": null})
    );
    assert_eq!(keys(&events[0]), ["seq", "kind", "data", "actor_user_id", "acting_as", "at", "undone_by_seq"]);
    let types = ["StartedEvent", "StepRecordedEvent", "NotesReplacedEvent", "ResolvedEvent"];
    for (name, event) in types.into_iter().zip(events.as_array().unwrap()) {
        assert_described(&service, name, event);
    }
    for (name, event) in [("SessionStarted", 0), ("ReplacedNotes", 2), ("Resolution", 3)] {
        assert_described(&service, name, &events[event]["data"]);
    }
    let ticket = service.get(TECH, &format!("/api/v1/l1/tickets/{ticket}")).json();
    assert_eq!((&ticket["status"], &ticket["customer_contact"]), (&json!("resolved"), &json!("555")));
    assert_described(&service, "Ticket", &ticket);
    assert_described(&service, "SessionSummary", &ticket["sessions"][0]);
    let without: Vec<&str> =
        SESSION_MEMBERS.into_iter().filter(|key| !["walked_path", "walk_notes"].contains(key)).collect();
    assert_eq!(keys(&ticket["sessions"][0]), without);
    let refused = service.post(TECH, &format!("{path}/step"), &step());
    assert_eq!(
        (refused.code().as_str(), refused.detail().as_str()),
        ("session_not_active", "Session not active (status=resolved)")
    );
}

#[test]
fn escalating_without_a_walk_answers_the_escalated_session() {
    let service = Service::start();
    let body = json!({"problem_statement": "Fire", "reason_category": "safety"});
    let answer = service.post(TECH, "/api/v1/l1/escalate-without-walk", &body).json();
    assert_eq!(
        (&answer["status"], &answer["session_kind"], &answer["escalation_reason"], &answer["version"]),
        (&json!("escalated"), &json!("adhoc"), &json!(""), &json!(2))
    );
    assert_eq!(answer["escalation_reason_category"], "safety");
    assert_eq!(answer["escalated_at"], answer["started_at"]);
}

#[test]
fn intake_answers_what_the_original_answers() {
    let service = Service::start();
    let answer = service.post(TECH, "/api/v1/l1/intake", &json!({"problem_statement": "p"})).json();
    assert_eq!(keys(&answer), ["session_id", "session_kind", "ticket_id", "ticket_kind"]);
    assert_described(&service, "WalkBegun", &answer);
    let rows = service.get(TECH, "/api/v1/l1/queue").json();
    assert_described(&service, "QueueRow", &rows[0]);
}

#[test]
fn active_lists_the_callers_own_last_touched_first_at_most_twenty() {
    let service = Service::start();
    let sessions: Vec<String> = (0..22)
        .map(|_| {
            service.clock.advance(Duration::from_secs(1));
            service.flow_session(TECH)
        })
        .collect();
    service.flow_session(COLLEAGUE);
    service.clock.advance(Duration::from_secs(1));
    service.post(COLLEAGUE, &format!("/api/v1/l1/sessions/{}/step", sessions[5]), &step());
    let active = service.get(TECH, "/api/v1/l1/sessions/active").json();
    let ids: Vec<&str> = active.as_array().unwrap().iter().map(|session| session["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), ids[0], ids[1]), (20, sessions[5].as_str(), sessions[21].as_str()));
    assert_eq!(keys(&active[0]), SESSION_MEMBERS);
}

#[test]
fn another_accounts_object_and_no_object_are_the_same() {
    let service = Service::start();
    let (session, ticket) = service.intake(STRANGER, json!({}));
    let nothing = "01900000-0000-7000-8000-000000000000";
    let bodies = [
        ("step", step()),
        ("notes", json!({"notes": []})),
        ("resolve", json!({"helpful": true, "resolution_notes": ""})),
        ("escalate", json!({"reason_category": "c"})),
    ];
    for (command, body) in bodies {
        let ask = |id: &str| service.post(TECH, &format!("/api/v1/l1/sessions/{id}/{command}"), &body);
        let (foreign, missing) = (ask(&session), ask(nothing));
        assert_eq!((foreign.status, foreign.detail().as_str()), (404, "Session not found"));
        assert_eq!(foreign.without_request_id(), missing.without_request_id());
    }
    for (foreign, missing) in [
        (format!("sessions/{session}"), format!("sessions/{nothing}")),
        (format!("sessions/{session}/events"), format!("sessions/{nothing}/events")),
        (format!("tickets/{ticket}"), format!("tickets/{nothing}")),
    ] {
        let (foreign, missing) =
            (service.get(TECH, &format!("/api/v1/l1/{foreign}")), service.get(TECH, &format!("/api/v1/l1/{missing}")));
        assert_eq!(foreign.status, 404);
        assert_eq!(foreign.without_request_id(), missing.without_request_id());
        let names = |answer: &crate::support::client::Answer| {
            answer.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&foreign), names(&missing));
    }
    assert_eq!(
        service.post(TECH, &format!("/api/v1/l1/tickets/{ticket}/walk"), &json!({})).detail(),
        "Ticket not found"
    );
}

#[test]
fn an_ad_hoc_session_takes_no_step() {
    let service = Service::start();
    let (session, _) = service.intake(TECH, json!({}));
    let answer = service.post(TECH, &format!("/api/v1/l1/sessions/{session}/step"), &step());
    assert_eq!((answer.status, answer.code().as_str()), (400, "adhoc_session"));
}

#[test]
fn large_answers_are_compressed_for_who_asks_and_small_ones_are_not() {
    let service = Service::start();
    let session = service.flow_session(TECH);
    let bearer = format!("Bearer {}", service.token(TECH));
    let path = format!("/api/v1/l1/sessions/{session}");
    let encoding = |accept: &str| {
        let headers = [("authorization", bearer.as_str()), ("accept-encoding", accept)];
        service.send("GET", &path, &headers, b"").header("content-encoding").map(str::to_owned)
    };
    assert_eq!(encoding("gzip"), None);
    service.post(TECH, &format!("{path}/notes"), &json!({"notes": [{"text": "x".repeat(5_000)}]}));
    assert_eq!(encoding("gzip"), Some("gzip".to_owned()));
    assert_eq!(encoding("identity"), None);
    let headers = [("authorization", bearer.as_str()), ("accept-encoding", "identity;q=0, snappy")];
    assert!([200, 406].contains(&service.send("GET", &path, &headers, b"").status));
}
