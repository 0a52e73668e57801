//! Flows over HTTP: what answers hold, which defect is named, and in which order requests are looked at. Rules that need
//! no look into the document are tested on every store, in the server's tests.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::client::{Answer, assert_described, keys};
use crate::support::{ADMIN, COVERAGE, ENGINEER, FLOW, OTHER_OWNER, OWNER, Service, TECH, VIEWER};

const FLOWS: &str = "/api/v1/flows";

fn of(flow: impl std::fmt::Display, rest: &str) -> String {
    format!("{FLOWS}/{flow}{rest}")
}

fn document(name: &str) -> Value {
    json!({
        "format": "firstline-flow/1", "name": name, "description": "For tests.", "keywords": ["toner"], "root": "q",
        "nodes": [
            { "id": "q", "kind": "question", "prompt": "On?", "answers": [
                { "id": "y", "label": "Yes", "key": 1, "next": "e" }, { "id": "n", "label": "No", "key": 2, "next": "r" },
            ] },
            { "id": "r", "kind": "resolved", "text": "Switched on." },
            { "id": "e", "kind": "escalate", "reason_category": "hardware" },
        ],
    })
}

fn send(service: &Service, user: Uuid, method: &str, path: &str, if_match: Option<&str>, body: &str) -> Answer {
    let bearer = format!("Bearer {}", service.token(user));
    let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
    headers.extend(if_match.map(|tag| ("if-match", tag)));
    service.send(method, path, &headers, body.as_bytes())
}

fn drafted(service: &Service, document: &Value) -> String {
    let made = service.post(ENGINEER, FLOWS, document);
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()["id"].as_str().unwrap().to_owned()
}

fn act(service: &Service, flow: &str, what: &str) -> Answer {
    send(service, ENGINEER, "POST", &of(flow, &format!("/{what}")), None, "")
}

fn published(service: &Service, name: &str) -> String {
    let id = drafted(service, &document(name));
    assert_eq!(act(service, &id, "publish").status, 200);
    id
}

#[test]
fn answers_have_the_fields_that_the_document_describes() {
    let service = Service::start();
    let made = service.post(ENGINEER, FLOWS, &document("Toner")).json();
    let id = made["id"].as_str().unwrap().to_owned();
    let expected = [
        "id",
        "name",
        "status",
        "tree",
        "revision",
        "latest_version",
        "created_by_user_id",
        "created_at",
        "updated_at",
        "draft",
    ];
    assert_eq!(keys(&made), expected);
    assert_described(&service, "Flow", &made);
    assert_described(&service, "FlowDraft", &made["draft"]);
    assert_eq!(made["created_at"], "2026-01-01T00:00:00.123456Z");
    assert_described(&service, "FlowReport", &act(&service, &id, "check").json());
    act(&service, &id, "publish");
    let row = service.get(TECH, &format!("{FLOWS}?status=published")).json();
    let row = row.as_array().unwrap().iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(keys(row), ["id", "name", "status", "tree", "latest_version"]);
    assert_described(&service, "FlowRow", row);
    let version = service.get(TECH, &of(&id, "/versions/1")).json();
    assert_described(&service, "FlowVersion", &version);
    assert_described(&service, "FlowVersionRow", &service.get(TECH, &of(&id, "/versions")).json()[0]);
    send(&service, ENGINEER, "PUT", &of(&id, "/draft"), None, &document("Toner low").to_string());
    let diff = service.get(ADMIN, &of(&id, "/diff?from=1&to=draft")).json();
    assert_eq!(diff["flow"], json!([{ "field": "/name", "before": "Toner", "after": "Toner low" }]));
    assert_described(&service, "FlowDiff", &diff);
    assert_described(&service, "FlowFieldChange", &diff["flow"][0]);
    let found = service.get(TECH, "/api/v1/l1/flows/suggest?q=toner").json();
    assert_described(&service, "Suggestion", &found[0]);
    let mut gaps = document("Gaps");
    gaps["nodes"][0]["answers"][0]["next"] = json!("nowhere");
    let gaps = drafted(&service, &gaps);
    let refused = act(&service, &gaps, "publish").json();
    assert_described(&service, "FlowDefect", &refused["errors"][0]);
    assert_eq!(act(&service, &gaps, "check").json()["errors"], refused["errors"]);
}

#[test]
fn a_registered_flow_is_read_and_has_neither_draft_nor_versions() {
    let service = Service::start();
    let answer = service.get(TECH, &of(FLOW, ""));
    assert_described(&service, "Flow", &answer.json());
    assert_eq!((answer.header("etag"), &answer.json()["revision"]), (None, &Value::Null));
    for rest in ["/versions", "/versions/1", "/versions/1/export", "/draft/export", "/diff?from=1&to=draft"] {
        assert_eq!(service.get(ENGINEER, &of(FLOW, rest)).code(), "flow_not_found", "{rest}");
    }
    for what in ["check", "publish", "archive"] {
        assert_eq!(act(&service, &FLOW.to_string(), what).code(), "flow_not_found", "{what}");
    }
}

#[test]
fn checks_come_in_the_order_that_the_documentation_promises() {
    let service = Service::start();
    let id = published(&service, "Toner");
    let (good, unreadable) = (document("Toner").to_string(), json!({ "format": "firstline-flow/1" }).to_string());
    let draft = of(&id, "/draft");
    let missing = of(Uuid::from_u128(1), "/draft");
    let table = [
        // Whoever may not is refused whatever the body is.
        (TECH, "/api/v1/flows/x/draft", Some("bad"), "{", 403, "flow_authoring_required"),
        (VIEWER, "/api/v1/flows/x/draft", None, "{", 403, "flow_authoring_required"),
        // Then what is no JSON, then the path, then the condition, then the document, then the flow.
        (ENGINEER, "/api/v1/flows/x/draft", Some("bad"), "{", 400, "malformed_json"),
        (ENGINEER, "/api/v1/flows/x/draft", Some("bad"), &unreadable, 422, "invalid_request"),
        (ENGINEER, &missing, Some("bad"), &unreadable, 400, "invalid_if_match"),
        (ENGINEER, &missing, Some("\"9\""), &unreadable, 400, "flow_unreadable"),
        (ENGINEER, &missing, Some("\"9\""), &good, 404, "flow_not_found"),
        (OTHER_OWNER, &draft, Some("\"9\""), &good, 404, "flow_not_found"),
        (ENGINEER, &draft, Some("\"9\""), &good, 412, "flow_stale"),
    ];
    for (user, path, if_match, body, status, code) in table {
        let answer = send(&service, user, "PUT", path, if_match, body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path} {if_match:?} {body}");
    }
    let archived = act(&service, &id, "archive");
    assert_eq!((archived.status, archived.header("etag")), (200, Some("\"3\"")));
    let stale = send(&service, ENGINEER, "PUT", &draft, Some("\"2\""), &good);
    assert_eq!((stale.code().as_str(), stale.header("etag")), ("flow_stale", Some("\"3\"")), "before its state");
    assert_eq!(send(&service, OWNER, "PUT", &draft, Some("\"3\""), &good).code(), "flow_archived");
}

#[test]
fn a_condition_holds_through_proxies_that_compress() {
    let service = Service::start();
    let id = published(&service, "Toner");
    let draft = of(&id, "/draft");
    let current = service.get(ENGINEER, &of(&id, "")).header("etag").unwrap().trim_matches('"').to_owned();
    let body = document("Toner").to_string();
    for tag in ["W/\"2\"", "\"2-gzip\"", "\"2;gzip\"", "\"1\", \"2\"", "W/\"2-gzip\", \"9\""] {
        let tag = tag.replace('2', &current);
        let answer = send(&service, ENGINEER, "PUT", &draft, Some(&tag), &body);
        assert_eq!((answer.status, answer.header("etag")), (200, Some(format!("\"{current}\"").as_str())), "{tag}");
    }
    for tag in ["W/\"1\"", "\"1-gzip\"", "\"1\", \"9\"", "\"gzip\""] {
        assert_eq!(send(&service, ENGINEER, "PUT", &draft, Some(tag), &body).code(), "flow_stale", "{tag}");
    }
}

#[test]
fn parameters_that_break_a_rule_are_all_named() {
    let service = Service::start();
    let id = published(&service, "Toner");
    for (path, pointers) in [
        (format!("{FLOWS}?status=live&limit=0&cursor=x"), vec!["/query/status", "/query/limit", "/query/cursor"]),
        (format!("{FLOWS}?status="), vec!["/query/status"]),
        (of("x", ""), vec!["/path/flow_id"]),
        (of("x", "/versions/0"), vec!["/path/flow_id", "/path/version"]),
        (of(&id, "/versions/01"), vec!["/path/version"]),
        (of(&id, "/versions/+1"), vec!["/path/version"]),
        (of(&id, "/versions/4294967296"), vec!["/path/version"]),
        (of(&id, "/versions?limit=201&cursor=x"), vec!["/query/limit", "/query/cursor"]),
        (of(&id, "/versions/1/export?format=pdf"), vec!["/query/format"]),
        (
            of("x", "/versions/x/export?format=json&format=json"),
            vec!["/path/flow_id", "/path/version", "/query/format"],
        ),
        (of(&id, "/draft/export?format="), vec!["/query/format"]),
        (of(&id, "/diff"), vec!["/query/from", "/query/to"]),
        (of("x", "/diff?from=0&to=Draft"), vec!["/path/flow_id", "/query/from", "/query/to"]),
    ] {
        let answer = service.get(ENGINEER, &path);
        assert_eq!(
            (answer.status, answer.pointers()),
            (422, pointers.into_iter().map(str::to_owned).collect()),
            "{path}"
        );
    }
    for (body, pointer) in [
        (json!({}), "/version"),
        (json!({ "version": 0 }), "/version"),
        (json!({ "version": "1" }), "/version"),
        (json!({ "version": 1.0 }), "/version"),
        (json!([]), ""),
    ] {
        assert_eq!(service.post(ENGINEER, &of(&id, "/restore"), &body).pointers(), [pointer], "{body}");
    }
}

#[test]
fn cursors_of_flows_belong_to_account_filter_and_flow() {
    let service = Service::start();
    let (one, two) = (published(&service, "One"), published(&service, "Two"));
    for id in [&one, &two] {
        send(&service, ENGINEER, "PUT", &of(id, "/draft"), None, &document("Renamed").to_string());
        assert_eq!(act(&service, id, "publish").status, 200);
    }
    let cursor = |user: Uuid, path: &str| {
        let answer = service.get(user, path);
        let link = answer.header("link").unwrap_or_else(|| panic!("no next page: {}", answer.text())).to_owned();
        link.split("cursor=").nth(1).unwrap().split('>').next().unwrap().to_owned()
    };
    let of_flows = cursor(ENGINEER, &format!("{FLOWS}?limit=1"));
    let next = |user: Uuid, query: &str| service.get(user, &format!("{FLOWS}?cursor={of_flows}{query}")).status;
    assert_eq!((next(ENGINEER, ""), next(ADMIN, "&limit=9"), next(TECH, "")), (200, 200, 200));
    assert_eq!((next(ENGINEER, "&status=published"), next(OTHER_OWNER, "")), (422, 422));
    let of_versions = cursor(ENGINEER, &of(&one, "/versions?limit=1"));
    let next = |id: &str| service.get(ENGINEER, &of(id, &format!("/versions?cursor={of_versions}")));
    assert_eq!((next(&one).json().as_array().unwrap().len(), next(&two).status), (1, 422));
}

#[test]
fn a_version_of_a_flow_has_no_tag_of_a_revision() {
    let service = Service::start();
    let id = published(&service, "Toner");
    let version = service.get(COVERAGE, &of(&id, "/versions/1"));
    let tag = version.header("etag").unwrap();
    assert_eq!(send(&service, ENGINEER, "POST", &of(&id, "/archive"), Some(tag), "").code(), "flow_stale");
    let export = service.get(ENGINEER, &of(&id, "/draft/export"));
    let tag = export.header("etag").unwrap();
    assert_eq!(send(&service, ENGINEER, "PUT", &of(&id, "/draft"), Some(tag), export.text()).status, 200);
    assert_eq!(
        send(&service, ENGINEER, "POST", &of(&id, "/archive"), Some(tag), "").status,
        200,
        "nothing had changed"
    );
}

#[test]
fn a_document_with_bytes_that_are_no_text_is_malformed_where_they_stand() {
    let service = Service::start();
    let answer = service.post_bytes(ENGINEER, FLOWS, b"{\n  \"name\": \"\xff\"}");
    assert_eq!((answer.code().as_str(), answer.status), ("malformed_json", 400));
    assert!(answer.detail().contains("line 2, column 12"), "{}", answer.detail());
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    assert_eq!(service.post_bytes(ENGINEER, FLOWS, deep.as_bytes()).code(), "malformed_json");
    assert_eq!(service.post_bytes(ENGINEER, FLOWS, b"").code(), "malformed_json");
}
