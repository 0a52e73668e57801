//! The order of the checks, and the framework's own errors.

use serde_json::json;

use crate::support::client::{raw, step};
use crate::support::{ENGINEER, INACTIVE, Service, TECH, VIEWER};

/// Every path of the service with the methods it has.
const PATHS: [(&str, &str); 32] = [
    ("/api/v1/l1/intake", "POST"),
    ("/api/v1/l1/queue", "GET, HEAD"),
    ("/api/v1/l1/sessions/active", "GET, HEAD"),
    ("/api/v1/l1/sessions/x", "GET, HEAD"),
    ("/api/v1/l1/sessions/x/events", "GET, HEAD"),
    ("/api/v1/l1/sessions/x/step", "POST"),
    ("/api/v1/l1/sessions/x/notes", "POST"),
    ("/api/v1/l1/sessions/x/resolve", "POST"),
    ("/api/v1/l1/sessions/x/escalate", "POST"),
    ("/api/v1/l1/escalate-without-walk", "POST"),
    ("/api/v1/l1/tickets/x", "GET, HEAD"),
    ("/api/v1/l1/tickets/x/walk", "POST"),
    ("/api/v1/me", "GET, HEAD"),
    ("/api/v1/users", "GET, HEAD, POST"),
    ("/api/v1/users/x", "GET, HEAD, PATCH"),
    ("/api/v1/users/x/events", "GET, HEAD"),
    ("/api/v1/l1/flows/suggest", "GET, HEAD, POST"),
    ("/api/v1/flows", "GET, HEAD, POST"),
    ("/api/v1/flows/x", "GET, HEAD"),
    ("/api/v1/flows/x/draft", "PUT"),
    ("/api/v1/flows/x/draft/export", "GET, HEAD"),
    ("/api/v1/flows/x/check", "POST"),
    ("/api/v1/flows/x/publish", "POST"),
    ("/api/v1/flows/x/archive", "POST"),
    ("/api/v1/flows/x/restore", "POST"),
    ("/api/v1/flows/x/diff", "GET, HEAD"),
    ("/api/v1/flows/x/versions", "GET, HEAD"),
    ("/api/v1/flows/x/versions/x", "GET, HEAD"),
    ("/api/v1/flows/x/versions/x/export", "GET, HEAD"),
    ("/api/v1/openapi.json", "GET, HEAD"),
    ("/api/v1/docs/", "GET, HEAD"),
    ("/livez", "GET, HEAD"),
];

#[test]
fn a_method_that_a_path_lacks_is_405_with_allow_before_any_token_is_asked_for() {
    let service = Service::start();
    for (path, allow) in PATHS {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            if allow.contains(method) {
                continue;
            }
            let answer = service.send(method, path, &[], b"");
            assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{method} {path}");
        }
    }
}

#[test]
fn an_unknown_path_is_404_before_any_token_is_asked_for() {
    let service = Service::start();
    let paths = [
        "/",
        "/api/v1",
        "/api/v1/l1/queue/",
        "/api/v1/l1/sessions//step",
        "/api/v1/l1/sessions/x/y",
        "/metrics",
        "/api/v1/docsx",
        "/api/v1/docs/nothing.js",
        "/api/v1/docs/../openapi.json",
        "/%00",
        "/api/v1/l1/QUEUE",
    ];
    for path in paths {
        for method in ["GET", "POST"] {
            let answer = service.send(method, path, &[], b"");
            let docs = path.starts_with("/api/v1/docs/") && method == "POST";
            let expected = if docs { (405, "method_not_allowed") } else { (404, "route_not_found") };
            assert_eq!((answer.status, answer.code().as_str()), expected, "{method} {path}");
        }
    }
}

#[test]
fn each_check_comes_before_the_next() {
    let service = Service::start();
    let session = service.flow_session(TECH);
    let closed = service.flow_session(TECH);
    let resolve = format!("/api/v1/l1/sessions/{closed}/resolve");
    assert_eq!(service.post(TECH, &resolve, &json!({"helpful": true, "resolution_notes": ""})).status, 200);
    let bearer = |user| format!("Bearer {}", service.token(user));
    let (tech, engineer) = (bearer(TECH), bearer(ENGINEER));
    let missing = "/api/v1/l1/sessions/00000000-0000-0000-0000-000000000000/step";
    let no_uuid = "/api/v1/l1/sessions/x/step";
    let here = format!("/api/v1/l1/sessions/{session}/step");
    let ended = format!("/api/v1/l1/sessions/{closed}/step");
    let good = step().to_string();
    let json = ("content-type", "application/json");
    let call = |token: Option<&str>, kind: Option<(&str, &str)>, path: &str, body: &str| {
        let headers: Vec<(&str, &str)> = token.map(|t| ("authorization", t)).into_iter().chain(kind).collect();
        let answer = service.send("POST", path, &headers, body.as_bytes());
        (answer.status, answer.code())
    };
    let expect = |status: u16, code: &str| (status, code.to_owned());
    // Everything below is wrong at once; one after the other is put right.
    assert_eq!(call(None, None, no_uuid, "{"), expect(401, "unauthenticated"));
    assert_eq!(call(Some(&engineer), None, no_uuid, "{"), expect(403, "l1_access_required"));
    assert_eq!(call(Some(&tech), None, no_uuid, "{"), expect(415, "unsupported_media_type"));
    assert_eq!(call(Some(&tech), Some(json), no_uuid, "{"), expect(400, "malformed_json"));
    assert_eq!(call(Some(&tech), Some(json), no_uuid, "{}"), expect(422, "invalid_request"));
    assert_eq!(call(Some(&tech), Some(json), missing, "{}"), expect(422, "invalid_request"));
    assert_eq!(call(Some(&tech), Some(json), missing, &good), expect(404, "session_not_found"));
    assert_eq!(call(Some(&tech), Some(json), &ended, &good), expect(400, "session_not_active"));
    assert_eq!(call(Some(&tech), Some(json), &here, &good).0, 200);
}

#[test]
fn one_answer_lists_the_defects_of_path_and_body_together() {
    let service = Service::start();
    let answer = service.post(TECH, "/api/v1/l1/sessions/x/step", &json!({"node_id": " ", "answer": 1, "note": {}}));
    assert_eq!(answer.pointers(), ["/path/session_id", "/node_id", "/answer", "/note"]);
    assert!(
        answer.detail().starts_with("Invalid request: /path/session_id must be a UUID; /node_id must not be blank")
    );
    let answer = service.get(TECH, "/api/v1/l1/queue?limit=0&status_filter=x&cursor=y");
    assert_eq!(answer.pointers(), ["/query/status_filter", "/query/limit", "/query/cursor"]);
}

#[test]
fn the_access_rule_applies_to_every_route_of_the_first_line() {
    let service = Service::start();
    for (path, methods) in PATHS.iter().filter(|(path, _)| path.starts_with("/api/v1/l1/")) {
        let method = methods.split(',').next().unwrap();
        let status = |user| {
            service.send(method, path, &[("authorization", &format!("Bearer {}", service.token(user)))], b"").status
        };
        assert_eq!(service.send(method, path, &[], b"").status, 401, "{path}");
        assert_eq!((status(ENGINEER), status(VIEWER), status(INACTIVE)), (403, 403, 401), "{path}");
    }
}

#[test]
fn head_answers_as_get_without_a_body() {
    let service = Service::start();
    service.intake(TECH, json!({}));
    let bearer = format!("Bearer {}", service.token(TECH));
    let answer = service.send("HEAD", "/api/v1/l1/queue", &[("authorization", &bearer)], b"");
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    let lines = "HEAD /nothing HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";
    let answer = raw(service.address, lines.as_bytes());
    assert_eq!((answer.status, answer.body.len()), (404, 0));
}

#[test]
fn a_harmless_request_id_is_kept_and_any_other_replaced() {
    let service = Service::start();
    let id_for = |headers: &[(&str, &str)]| {
        service.send("GET", "/livez", headers, b"").header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(id_for(&[("x-request-id", "a.B-9_")]), "a.B-9_");
    let (long, longest) = ("x".repeat(65), "x".repeat(64));
    assert_eq!(id_for(&[("x-request-id", &longest)]), longest);
    for bad in ["", "a b", "ä", "a\"b", "<x>", long.as_str()] {
        let id = id_for(&[("x-request-id", bad)]);
        assert_eq!(uuid::Uuid::parse_str(&id).unwrap().get_version_num(), 7, "{bad}");
    }
    assert_ne!(id_for(&[("x-request-id", "one"), ("x-request-id", "two")]), "one");
}
