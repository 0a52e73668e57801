//! What the log says, and what it never says. A program of its own: the log belongs to the whole process.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[expect(dead_code, reason = "each test program uses its part of this")]
mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use support::client::step;
use support::directory::Fault;
use support::{ACCOUNT, ENGINEER, Service, TECH};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn the_log_has_one_line_a_request_and_never_what_a_client_wrote() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(log.clone());
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
    let service = Service::start();
    let (session, _) = service.intake(TECH, json!({"flow_id": support::FLOW, "customer_name": "canary"}));
    let mut with_canary = step();
    with_canary["answer"] = json!("canary");
    service.post(TECH, &format!("/api/v1/l1/sessions/{session}/step"), &with_canary);
    service.post(TECH, &format!("/api/v1/l1/sessions/{session}/notes"), &json!({"notes": [{"canary": "canary"}]}));
    service.post(
        TECH,
        "/api/v1/l1/intake",
        &json!({"problem_statement": "canary\0", "canary": 1, "flow_id": "canary"}),
    );
    service.post_bytes(TECH, "/api/v1/l1/intake", b"{\"canary\": canary");
    service.get(TECH, "/api/v1/l1/queue?status_filter=canary&canary=1");
    service.get(TECH, "/api/v1/l1/sessions/canary");
    service.get(ENGINEER, "/canary/canary?canary");
    service.send("CANARY", "/livez", &[("user-agent", "canary"), ("x-request-id", "can ary")], b"canary");
    let token = service.token(TECH);
    service.send("GET", "/api/v1/l1/queue", &[("authorization", &format!("Bearer {token}canary"))], b"");
    let requests_before_faults = 10;
    service.fault(Fault::Failed);
    let failed = service.get(TECH, "/api/v1/l1/queue").json()["request_id"].as_str().unwrap().to_owned();
    service.fault(Fault::Unavailable);
    let unavailable = service.get(TECH, "/api/v1/l1/queue").json()["request_id"].as_str().unwrap().to_owned();

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(!text.to_lowercase().contains("canary"), "{text}");
    assert!(!text.contains(&token) && !text.contains(token.split('.').nth(1).unwrap()));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let access: Vec<&Value> = lines.iter().filter(|line| line["target"] == "firstline_api::access").collect();
    assert_eq!(access.len(), requests_before_faults + 2, "{text}");
    let first = &access[0]["fields"];
    assert_eq!((&first["method"], &first["route"]), (&json!("POST"), &json!("/api/v1/l1/intake")));
    assert_eq!((&first["status"], &first["user_id"]), (&json!(200), &json!(TECH)));
    assert_eq!(first["account_id"], json!(ACCOUNT));
    assert!(first["duration_ms"].is_number() && first["request_id"].is_string());
    assert_eq!(access[7]["fields"]["route"], "unmatched");
    assert!(access[7]["fields"].get("user_id").is_none());
    for (request_id, level) in [(failed, "ERROR"), (unavailable, "WARN")] {
        let causes: Vec<&Value> = lines
            .iter()
            .filter(|line| line["span"]["request_id"] == request_id.as_str() && line["level"] == level)
            .collect();
        assert_eq!(causes.len(), 1, "the cause is logged once");
        assert!(causes[0]["fields"]["cause"].as_str().unwrap().ends_with(": secret-cause"));
    }
}
