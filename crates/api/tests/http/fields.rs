//! Every field with every kind of value.

use serde_json::{Map, Value, json};

use crate::support::{COVERAGE, DRAFT, FLOW, FOREIGN_FLOW, FOREIGN_PROPOSAL, OWNER, PROPOSAL, Service, TECH};
use uuid::Uuid;

/// A text field of a route: name, most characters, whether it must be there, whether it may be blank, and whether the
/// empty text counts as missing.
struct Text {
    name: &'static str,
    max: usize,
    required: bool,
    blank: bool,
}

const fn text(name: &'static str, max: usize, required: bool, blank: bool) -> Text {
    Text { name, max, required, blank }
}

/// Calls one route with fresh objects each time, so that an accepted body always has something to act on.
type Call = fn(&Service, &Value) -> crate::support::client::Answer;

fn routes() -> Vec<(Call, Value, Vec<Text>)> {
    vec![
        (
            |service, body| service.post(TECH, "/api/v1/l1/intake", body),
            json!({"problem_statement": "p", "customer_name": "n", "customer_contact": "c"}),
            vec![
                text("problem_statement", 16_384, true, false),
                text("customer_name", 200, false, true),
                text("customer_contact", 320, false, true),
            ],
        ),
        (
            |service, body| {
                let session = service.flow_session(TECH);
                service.post(TECH, &format!("/api/v1/l1/sessions/{session}/step"), body)
            },
            json!({"node_id": "n", "question": "q", "answer": "a", "note": "x"}),
            vec![
                text("node_id", 128, true, false),
                text("question", 4_096, true, false),
                text("answer", 4_096, true, false),
                text("note", 16_384, false, true),
            ],
        ),
        (
            |service, body| {
                let session = service.flow_session(TECH);
                service.post(TECH, &format!("/api/v1/l1/sessions/{session}/resolve"), body)
            },
            json!({"helpful": true, "resolution_notes": "r"}),
            vec![text("resolution_notes", 65_536, true, true)],
        ),
        (
            |service, body| {
                let session = service.flow_session(TECH);
                service.post(TECH, &format!("/api/v1/l1/sessions/{session}/escalate"), body)
            },
            json!({"reason_category": "c", "reason": "r"}),
            vec![text("reason_category", 64, true, false), text("reason", 16_384, false, true)],
        ),
        (
            |service, body| service.post(TECH, "/api/v1/l1/escalate-without-walk", body),
            json!({"problem_statement": "p", "customer_name": "n", "customer_contact": "c", "reason_category": "c",
                "reason": "r"}),
            vec![
                text("problem_statement", 16_384, true, false),
                text("customer_name", 200, false, true),
                text("customer_contact", 320, false, true),
                text("reason_category", 64, true, false),
                text("reason", 16_384, false, true),
            ],
        ),
        (
            |service, body| service.post(TECH, "/api/v1/l1/flows/suggest", body),
            json!({"q": "printer"}),
            vec![text("q", 16_384, true, false)],
        ),
    ]
}

fn with(body: &Value, name: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[name] = value;
    body
}

fn without(body: &Value, name: &str) -> Value {
    let mut body = body.clone();
    body.as_object_mut().unwrap().remove(name);
    body
}

#[test]
fn every_text_field_keeps_its_rule() {
    let service = Service::start();
    for (call, good, fields) in routes() {
        for field in fields {
            let name = field.name;
            let check = |body: &Value, expected: Option<&str>, what: &str| {
                let answer = call(&service, body);
                match expected {
                    None => assert_eq!(answer.status, 200, "{name}, {what}: {}", answer.text()),
                    Some(detail) => {
                        assert_eq!(answer.status, 422, "{name}, {what}");
                        let errors = &answer.json()["errors"];
                        assert_eq!(*errors, json!([{"pointer": format!("/{name}"), "detail": detail}]), "{what}");
                    }
                }
            };
            let required = field.required.then_some("is required");
            let blank = (!field.blank).then_some("must not be blank");
            let too_long = format!("must have at most {} characters", field.max);
            check(&without(&good, name), required, "missing");
            check(&with(&good, name, Value::Null), required, "null");
            check(&with(&good, name, json!("")), blank, "empty");
            check(&with(&good, name, json!(" \t\n\u{3000}")), blank, "blank");
            check(&with(&good, name, json!("\u{200b}\u{ad}\u{3164}")), blank, "invisible");
            check(&with(&good, name, json!("ü".repeat(field.max))), None, "at the limit");
            check(&with(&good, name, json!("😀".repeat(field.max))), None, "at the limit, four bytes each");
            check(&with(&good, name, json!("ü".repeat(field.max + 1))), Some(&too_long), "one over");
            check(&with(&good, name, json!("a\0b")), Some("must not contain the character U+0000"), "U+0000");
            for other in [json!(1), json!(1.5), json!(true), json!([]), json!({}), json!(["x"])] {
                check(&with(&good, name, other.clone()), Some("must be a string"), &other.to_string());
            }
            check(&with(&good, name, json!("\u{feff}\u{202e}x\u{10ffff}")), None, "odd characters");
        }
    }
}

#[test]
fn helpful_is_a_bool_and_nothing_that_looks_like_one() {
    let service = Service::start();
    let path = format!("/api/v1/l1/sessions/{}/resolve", service.flow_session(TECH));
    let pointers = |body: Value| service.post(TECH, &path, &body).pointers();
    for bad in [json!("true"), json!(1), json!(0), json!([]), json!({}), json!("")] {
        assert_eq!(pointers(json!({"helpful": bad, "resolution_notes": ""})), ["/helpful"]);
    }
    assert_eq!(pointers(json!({"resolution_notes": ""})), ["/helpful"]);
    assert_eq!(pointers(json!({"helpful": null})), ["/helpful", "/resolution_notes"]);
    assert_eq!(service.post(TECH, &path, &json!({"helpful": false, "resolution_notes": ""})).json()["helpful"], false);
}

#[test]
fn a_target_is_a_uuid_in_any_spelling_and_only_one() {
    let service = Service::start();
    let intake = |extra: Value| {
        let mut body: Map<String, Value> = extra.as_object().unwrap().clone();
        body.insert("problem_statement".to_owned(), json!("p"));
        service.post(TECH, "/api/v1/l1/intake", &Value::Object(body))
    };
    let hyphenated = FLOW.hyphenated().to_string();
    for spelling in [
        hyphenated.clone(),
        hyphenated.to_uppercase(),
        FLOW.simple().to_string(),
        FLOW.braced().to_string(),
        FLOW.urn().to_string(),
    ] {
        assert_eq!(intake(json!({"flow_id": spelling})).json()["session_kind"], "flow", "{spelling}");
    }
    assert_eq!(intake(json!({"flow_proposal_id": PROPOSAL})).json()["session_kind"], "proposal");
    assert_eq!(intake(json!({"flow_id": null, "flow_proposal_id": null})).json()["session_kind"], "adhoc");
    assert_eq!(intake(json!({"flow_id": FLOW, "flow_proposal_id": PROPOSAL})).pointers(), ["/flow_proposal_id"]);
    assert_eq!(
        intake(json!({"flow_id": "x", "flow_proposal_id": 7})).pointers(),
        ["/flow_id", "/flow_proposal_id", "/flow_proposal_id"]
    );
    for bad in [json!(""), json!(" "), json!(7), json!(format!(" {FLOW}")), json!(&hyphenated[1..]), json!([FLOW])] {
        assert_eq!(intake(json!({"flow_id": bad})).pointers(), ["/flow_id"]);
    }
    for (extra, code, detail) in [
        (json!({"flow_id": DRAFT}), "flow_not_found", "Flow not found"),
        (json!({"flow_id": FOREIGN_FLOW}), "flow_not_found", "Flow not found"),
        (json!({"flow_id": PROPOSAL}), "flow_not_found", "Flow not found"),
        (json!({"flow_proposal_id": FLOW}), "flow_proposal_not_found", "Flow proposal not found"),
        (json!({"flow_proposal_id": FOREIGN_PROPOSAL}), "flow_proposal_not_found", "Flow proposal not found"),
    ] {
        let answer = intake(extra);
        assert_eq!((answer.status, answer.code().as_str(), answer.detail().as_str()), (404, code, detail));
    }
    assert_eq!(service.get(TECH, "/api/v1/l1/queue").json().as_array().unwrap().len(), 7, "a refusal leaves no ticket");
}

#[test]
fn notes_are_an_array_of_objects_and_keep_their_key_order() {
    let service = Service::start();
    let session = service.flow_session(TECH);
    let path = format!("/api/v1/l1/sessions/{session}/notes");
    let pointers = |body: Value| service.post(TECH, &path, &body).pointers();
    for bad in [json!({}), json!({"notes": null}), json!({"notes": {}}), json!({"notes": "[]"}), json!({"notes": 1})] {
        assert_eq!(pointers(bad), ["/notes"]);
    }
    assert_eq!(pointers(json!({"notes": [{}, 1, null, {}, []]})), ["/notes/1", "/notes/2", "/notes/4"]);
    assert_eq!(pointers(json!({"notes": [{"a": {"b\0": 1}}]})), ["/notes/0/a/b\u{fffd}"]);
    assert_eq!(pointers(json!({"notes": [{"a": ["x", "y\0"]}]})), ["/notes/0/a/1"]);
    let many = pointers(json!({"notes": vec![1; 5_000]}));
    assert_eq!(many.len(), 200, "an answer lists at most 200 defects");
    let body = r#"{"notes":[{"z":1,"a":{"y":null,"b":[1.50,-0.0,1e2,123456789012345678901234567890]}},{}]}"#;
    let answer = service.post_bytes(TECH, &path, body.as_bytes());
    let stored = r#""walk_notes":[{"z":1,"a":{"y":null,"b":[1.5,-0.0,100.0,1.2345678901234568e+29]}},{}]"#;
    assert!(answer.text().contains(stored), "{}", answer.text());
}

#[test]
fn notes_have_a_size_and_keep_the_stored_ones_when_it_is_passed() {
    let service = Service::start();
    let session = service.flow_session(TECH);
    let path = format!("/api/v1/l1/sessions/{session}/notes");
    // `[{"t":"…"}]` has ten bytes around the text.
    let of_size = |bytes: usize| json!({"notes": [{"t": "x".repeat(bytes - 10)}]});
    assert_eq!(service.post(TECH, &path, &of_size(262_144)).status, 200);
    let answer = service.post(TECH, &path, &of_size(262_145));
    assert_eq!((answer.status, answer.code().as_str()), (400, "notes_too_large"));
    let notes = service.get(TECH, &format!("/api/v1/l1/sessions/{session}")).json()["walk_notes"].to_string();
    assert_eq!(notes.len(), 262_144);
}

#[test]
fn nul_is_found_also_in_what_no_field_reads() {
    let service = Service::start();
    let body = json!({"problem_statement": "p", "x": {"y": ["\0"]}, "k\0/~": 1, "customer_name": "\0"});
    let answer = service.post(TECH, "/api/v1/l1/intake", &body);
    assert_eq!(answer.pointers(), ["/x/y/0", "/k\u{fffd}~1~0", "/customer_name"]);
}

#[test]
fn unknown_fields_are_left_alone_and_customer_text_may_be_empty() {
    let service = Service::start();
    let (_, ticket) = service.intake(COVERAGE, json!({"customer_name": "", "customer_contact": "", "unknown": [1]}));
    let ticket = service.get(TECH, &format!("/api/v1/l1/tickets/{ticket}")).json();
    assert_eq!((&ticket["customer_name"], &ticket["customer_contact"]), (&Value::Null, &Value::Null));
}

#[test]
fn ids_in_the_path_are_uuids_in_any_spelling() {
    let service = Service::start();
    let session = service.flow_session(TECH);
    let id = uuid::Uuid::parse_str(&session).unwrap();
    for spelling in [session.to_uppercase(), id.simple().to_string(), format!("%7B{id}%7D"), id.urn().to_string()] {
        let answer = service.get(TECH, &format!("/api/v1/l1/sessions/{spelling}"));
        assert_eq!(answer.json()["id"], session, "{spelling}");
    }
    for bad in ["x", "1", "%00", "%FF", "null", &session[1..], &format!("{session}%20")] {
        for rest in ["", "/events"] {
            let answer = service.get(TECH, &format!("/api/v1/l1/sessions/{bad}{rest}"));
            assert_eq!(answer.pointers(), ["/path/session_id"], "{bad}");
        }
        assert_eq!(service.get(TECH, &format!("/api/v1/l1/tickets/{bad}")).pointers(), ["/path/ticket_id"]);
    }
}

#[test]
fn an_unknown_parameter_is_named_on_our_routes_and_ignored_on_the_originals() {
    let service = Service::start();
    let session = service.flow_session(TECH);
    for (user, path) in [
        (OWNER, "/api/v1/users?email=mia".to_owned()),
        (OWNER, format!("/api/v1/users/{TECH}/events?email=mia")),
        (OWNER, "/api/v1/flows?email=mia".to_owned()),
        (OWNER, format!("/api/v1/flows/{}/versions?email=mia", Uuid::nil())),
        (OWNER, format!("/api/v1/flows/{}/stats?email=mia", Uuid::nil())),
        (TECH, format!("/api/v1/l1/sessions/{session}/events?email=mia")),
        (TECH, "/api/v1/l1/flows/suggest?q=printer&email=mia".to_owned()),
    ] {
        let answer = service.get(user, &path);
        assert_eq!((answer.status, answer.pointers()), (422, vec!["/query/email".to_owned()]), "{path}");
        assert!(answer.text().contains("which has ") && !answer.text().contains("mia"), "{}", answer.text());
    }
    let odd = service.get(OWNER, "/api/v1/users?%3Cscript%3E=1");
    assert_eq!((odd.status, odd.pointers()), (422, vec!["/query".to_owned()]));
    for path in ["/api/v1/l1/queue?email=mia", "/api/v1/l1/sessions/active?email=mia"] {
        assert_eq!(service.get(TECH, path).status, 200, "{path}");
    }
}
