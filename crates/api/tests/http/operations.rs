//! Health, metrics, faults, and the documentation.

use std::time::{Duration, Instant};

use firstline_api::{Code, HttpLimits};
use serde_json::json;

use crate::support::client::{Answer, raw, step};
use crate::support::directory::Fault;
use crate::support::{Service, TECH};

const PATH: &str = "/api/v1/l1/sessions/active";

fn metrics(service: &Service, path: &str) -> Answer {
    raw(service.metrics_address, format!("GET {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n").as_bytes())
}

#[test]
fn a_fault_of_the_store_is_503_or_500_without_its_cause() {
    let service = Service::start();
    let code = |fault| {
        service.fault(fault);
        let answer = service.get(TECH, PATH);
        assert!(!answer.text().contains("secret-cause"));
        (answer.status, answer.code())
    };
    assert_eq!(code(Fault::Unavailable), (503, "store_unavailable".to_owned()));
    assert_eq!(code(Fault::Failed), (500, "internal".to_owned()));
    assert_eq!(code(Fault::Corrupt), (500, "internal".to_owned()));
    assert_eq!(code(Fault::Panic), (500, "internal".to_owned()));
    service.fault(Fault::None);
    assert_eq!(service.get(TECH, PATH).status, 200, "a panic ends one request and not the worker");
}

#[test]
fn an_answer_that_takes_too_long_is_503() {
    let limits = HttpLimits { request_timeout: Duration::from_millis(100), ..HttpLimits::default() };
    let service = Service::with_limits(limits);
    service.fault(Fault::Slow);
    let began = Instant::now();
    let answer = service.get(TECH, PATH);
    assert_eq!((answer.status, answer.code().as_str()), (503, "request_timeout"));
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn readiness_follows_store_and_draining_and_liveness_does_not() {
    let service = Service::start();
    let status = |path| service.send("GET", path, &[], b"").status;
    assert_eq!((status("/livez"), status("/readyz")), (200, 200));
    for fault in [Fault::Unavailable, Fault::Slow] {
        service.fault(fault);
        let answer = service.send("GET", "/readyz", &[], b"");
        assert_eq!((answer.status, answer.code().as_str(), status("/livez")), (503, "store_unavailable", 200));
    }
    service.fault(Fault::None);
    service.shared.readiness().start_draining();
    let answer = service.send("GET", "/readyz", &[], b"");
    assert_eq!((answer.status, answer.code().as_str(), status("/livez")), (503, "draining", 200));
    let answer = service.get(TECH, PATH);
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")), "requests are still served");
}

#[test]
fn an_answer_that_compression_would_make_longer_is_sent_as_it_is() {
    let answer = Service::start().send("GET", "/livez", &[("accept-encoding", "gzip")], b"");
    assert_eq!((answer.header("content-encoding"), answer.text()), (None, r#"{"status":"ok"}"#));
}

#[test]
fn an_instance_that_drains_closes_kept_connections() {
    use std::io::{Read, Write};
    let service = Service::start();
    let mut stream = std::net::TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let request = b"GET /livez HTTP/1.1\r\nhost: t\r\n\r\n";
    let mut buffer = [0; 4_096];
    for _ in 0..2 {
        stream.write_all(request).unwrap();
        let read = stream.read(&mut buffer).unwrap();
        assert!(buffer[..read].starts_with(b"HTTP/1.1 200 OK\r\n"), "kept alive until then");
    }
    service.shared.readiness().start_draining();
    stream.write_all(request).unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with("HTTP/1.1 200 OK\r\n") && rest.contains("connection: close"), "{rest}");
}

#[test]
fn metrics_count_by_template_and_hold_no_id() {
    let service = Service::start();
    let session = service.flow_session(TECH);
    service.get(TECH, &format!("/api/v1/l1/sessions/{session}"));
    service.post(TECH, &format!("/api/v1/l1/sessions/{session}/step"), &step());
    service.post(TECH, &format!("/api/v1/l1/sessions/{session}/escalate"), &json!({"reason_category": "c"}));
    service.send("GET", "/canary-path?canary", &[], b"");
    service.send("CANARY", "/livez", &[], b"");
    service.shared.metrics().count_abandoned(3);
    let answer = metrics(&service, "/metrics");
    assert_eq!(answer.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    let text = answer.text();
    let answered = |method: &str, route: &str, status: u16| {
        let (method, route) = (format!("http_request_method=\"{method}\""), format!("http_route=\"{route}\""));
        let status = format!("http_response_status_code=\"{status}\"");
        format!("http_server_request_duration_seconds_count{{{method},{route},{status}}} 1")
    };
    for line in [
        &answered("GET", "/api/v1/l1/sessions/{session_id}", 200),
        &answered("GET", "unmatched", 404),
        &answered("_OTHER", "/livez", 405),
        "http_server_active_requests 0",
        r#"firstline_sessions_total{outcome="started"} 1"#,
        r#"firstline_sessions_total{outcome="escalated"} 1"#,
        r#"firstline_sessions_total{outcome="abandoned"} 3"#,
        "firstline_steps_recorded_total 1",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\nin\n{text}");
    }
    for secret in [session.as_str(), &TECH.to_string(), "canary", "CANARY"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let answer = metrics(&service, "/other");
    assert_eq!((answer.status, answer.code().as_str()), (404, "route_not_found"));
    assert_eq!(service.send("GET", "/metrics", &[], b"").status, 404, "not on the public listener");
}

#[test]
fn the_documentation_page_loads_nothing_from_outside() {
    let service = Service::start();
    let answer = service.send("GET", "/api/v1/docs", &[], b"");
    assert_eq!((answer.status, answer.header("location")), (308, Some("/api/v1/docs/")));
    let page = service.send("GET", "/api/v1/docs/", &[], b"");
    assert_eq!(page.header("content-type"), Some("text/html"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'self';") && !policy.contains("http"), "{policy}");
    // What the page names is relative, and is there.
    let mut named = 0;
    for attribute in ["src=\"", "href=\""] {
        for rest in page.text().split(attribute).skip(1) {
            let file = rest.split('"').next().unwrap().trim_start_matches("./");
            assert!(!file.contains("//"), "{file}");
            assert_eq!(service.send("GET", &format!("/api/v1/docs/{file}"), &[], b"").status, 200, "{file}");
            named += 1;
        }
    }
    assert!(named >= 5, "{named}");
    let script = service.send("GET", "/api/v1/docs/swagger-initializer.js", &[], b"");
    assert!(script.text().contains("\"/api/v1/openapi.json\"") && !script.text().contains("http"));
    assert!(script.text().contains("\"validatorUrl\": \"none\""), "{}", script.text());
}

#[test]
fn the_committed_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let current = firstline_api::openapi_json();
    if std::env::var_os("FIRSTLINE_BLESS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == current,
        "docs/openapi.json is not what the code says. Write it anew with `cargo run -- openapi > docs/openapi.json` or \
         `FIRSTLINE_BLESS=1 cargo test -p firstline-api`, and commit it."
    );
    let service = Service::start();
    let served = service.send("GET", "/api/v1/openapi.json", &[], b"");
    assert_eq!(served.text(), current);
    assert_eq!(served.json()["openapi"], "3.1.0");
}

#[test]
fn every_code_stands_in_the_documentation_with_its_status() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ERRORS.md")).unwrap();
    for code in Code::ALL {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{}` |", code.as_str())));
        assert!(row.is_some(), "`{}` has no row in docs/ERRORS.md", code.as_str());
        let status = format!("| {} |", code.status_code());
        assert!(row.unwrap().contains(&status), "{} has another status in docs/ERRORS.md", code.as_str());
    }
    let rows = text.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, Code::ALL.len(), "docs/ERRORS.md has a code that does not exist");
}

#[test]
fn every_operation_lists_its_refusals_and_its_token() {
    let document: serde_json::Value = serde_json::from_str(&firstline_api::openapi_json()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let has = |status: &str| operation["responses"].get(status).is_some();
            let needs_right =
                ["/api/v1/l1/", "/api/v1/users", "/api/v1/flows"].iter().any(|start| path.starts_with(start));
            let needs_token = needs_right || path == "/api/v1/me";
            assert!((has("200") || has("201")) && has("500") && has("503"), "{method} {path}");
            assert_eq!((has("401"), has("403")), (needs_token, needs_right), "{method} {path}");
            assert_eq!(operation["security"] == json!([{"bearer": []}]), needs_token, "{method} {path}");
            if operation.get("requestBody").is_some() {
                assert!(["400", "408", "413", "415", "422"].iter().all(|status| has(status)), "{path}");
            }
            let of_headers = operation["parameters"].as_array().into_iter().flatten();
            let conditional = of_headers.clone().any(|parameter| parameter["name"] == "If-Match");
            assert_eq!(has("412"), conditional, "{method} {path}");
        }
    }
}

#[test]
fn a_socket_of_the_metrics_sends_each_write_at_once() {
    let service = Service::start();
    raw(service.metrics_address, b"GET /metrics HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
    assert_eq!(*service.metrics_nodelay.lock().unwrap(), [true]);
}
