//! Whatever is sent, the answer names it, and nothing is half done.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use firstline_testkit::people::token;
use serde_json::{Value, json};

use crate::site::{Site, intake, path, step};

const INTAKE: &str = "/api/v1/l1/intake";

/// The pointers that a 422 names.
fn pointers(answer: &firstline_testkit::http::Answer) -> Vec<String> {
    answer.problem(422);
    let problem = answer.json();
    let errors = problem["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| !error["detail"].as_str().unwrap().is_empty()), "{problem}");
    errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
}

pub fn bad_bodies_are_named_and_change_nothing(site: &Site) {
    let client = site.technician();
    let json_type = [("content-type", "application/json")];
    let deep = format!("{{\"problem_statement\":{}{}}}", "[".repeat(300), "]".repeat(300));
    for body in ["", "{", "nonsense", "{\"problem_statement\": NaN}", r#"{"problem_statement": "\ud800"}"#, &deep] {
        assert_eq!(client.post_text(INTAKE, body).problem(400), "malformed_json", "{body:.40}");
    }
    let invalid = client.send("POST", INTAKE, &json_type, Some(b"{\"problem_statement\": \"\xff\"}"));
    assert_eq!(invalid.problem(400), "malformed_json");
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
        let answer = client.send("POST", INTAKE, &[("content-type", content_type)], Some(b"{}"));
        answer.problem(415);
    }
    let large = format!("{{\"problem_statement\":\"{}\"}}", "x".repeat(600_000));
    client.post_text(INTAKE, &large).problem(413);
    assert_eq!(status_after_sending_all(site, 10 << 20), "HTTP/1.1 413 Payload Too Large");
    for body in ["[]", "null", "7", "\"text\""] {
        client.post_text(INTAKE, body).problem(422);
    }
    assert_eq!(client.get("/api/v1/l1/queue").expect(200), json!([]), "something was half done");
}

/// What a client sees that sends the whole body, of this many bytes, before it looks at the answer.
fn status_after_sending_all(site: &Site, bytes: usize) -> String {
    let mut stream = TcpStream::connect(site.services[0].address()).unwrap();
    let token = token(site.ours.technician);
    let head = format!(
        "POST {INTAKE} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {bytes}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&vec![b' '; bytes]).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

pub fn every_defect_is_listed_at_once(site: &Site) {
    let client = site.technician();
    let bad =
        json!({ "problem_statement": " ", "customer_name": 7, "customer_contact": "x".repeat(321), "flow_id": "x" });
    let named = pointers(&client.post(INTAKE, &bad));
    assert_eq!(named, ["/problem_statement", "/customer_name", "/customer_contact", "/flow_id"]);

    let nothing = [
        ("/step", vec!["/node_id", "/question", "/answer"]),
        ("/notes", vec!["/notes"]),
        ("/resolve", vec!["/helpful", "/resolution_notes"]),
        ("/escalate", vec!["/reason_category"]),
    ];
    let (session, _) = intake(&client, &json!({ "flow_id": site.ours.flow }));
    for (route, expected) in nothing {
        assert_eq!(pointers(&client.post(&path(&session, route), &json!({}))), expected);
        let nulls: serde_json::Map<String, Value> =
            expected.iter().map(|pointer| (pointer[1..].to_owned(), Value::Null)).collect();
        assert_eq!(pointers(&client.post(&path(&session, route), &Value::Object(nulls))), expected);
    }
    let both = json!({ "problem_statement": "x", "flow_id": site.ours.flow, "flow_proposal_id": site.ours.proposal });
    assert!(!pointers(&client.post(INTAKE, &both)).is_empty());
    assert_eq!(client.get(&path(&session, "")).expect(200)["version"], json!(1));
}

pub fn strange_queries_and_ids_are_refused_with_their_names(site: &Site) {
    let client = site.technician();
    for limit in ["-1", "0", "201", "9223372036854775808", "abc", "5.0", "1e2", "%00", "", " 5"] {
        let answer = client.get(&format!("/api/v1/l1/queue?limit={}", limit.replace(' ', "%20")));
        answer.problem(422);
    }
    for query in ["status_filter=closed", "status_filter=%00", "status_filter=OPEN", "cursor=xyz", "cursor=%ff"] {
        client.get(&format!("/api/v1/l1/queue?{query}")).problem(422);
    }
    client.get("/api/v1/l1/queue?status_filter=&limit=200&unknown=1").expect(200);
    for id in ["7", "not-a-uuid", "%00", "00000000-0000-0000-0000-00000000000g", "%F0%9F%92%A9"] {
        client.get(&path(id, "")).problem(422);
    }
    let (session, _) = intake(&client, &json!({}));
    for spelled in [session.to_uppercase(), session.replace('-', "")] {
        assert_eq!(client.get(&path(&spelled, "")).expect(200)["id"], json!(session));
    }
}

pub fn the_limits_hold_at_their_edges(site: &Site) {
    let client = site.technician();
    let (session, _) = intake(&client, &json!({ "flow_id": site.ours.flow }));
    let step_route = path(&session, "/step");
    for (route, base, field, max) in [
        (INTAKE, json!({ "problem_statement": "x" }), "problem_statement", 16_384),
        (INTAKE, json!({ "problem_statement": "x" }), "customer_name", 200),
        (INTAKE, json!({ "problem_statement": "x" }), "customer_contact", 320),
        (step_route.as_str(), step("a"), "node_id", 128),
        (step_route.as_str(), step("a"), "question", 4_096),
        (step_route.as_str(), step("a"), "answer", 4_096),
        (step_route.as_str(), step("a"), "note", 16_384),
    ] {
        for (text, fits) in [
            ("ü".repeat(max), true),
            ("ü".repeat(max + 1), false),
            (format!("a\0{field}"), false),
            ("\u{10ffff}".repeat(2), true),
        ] {
            let mut body = base.clone();
            body[field] = json!(text);
            let answer = client.post(route, &body);
            if fits {
                answer.expect(200);
            } else {
                assert_eq!(pointers(&answer), [format!("/{field}")]);
            }
        }
    }
    let nul = json!({ "notes": [{ "k": [{ "deep\0": 1 }] }] });
    assert_eq!(pointers(&client.post(&path(&session, "/notes"), &nul)).len(), 1);
    let coerced = json!({ "helpful": "true", "resolution_notes": 1 });
    assert_eq!(pointers(&client.post(&path(&session, "/resolve"), &coerced)), ["/helpful", "/resolution_notes"]);
}
