//! What every answer of the house has in common.

use firstline_testkit::http::Client;
use serde_json::json;

use crate::site::Site;

pub fn unknown_routes_and_methods_answer_problems(site: &Site) {
    let nobody = Client::new(site.services[0].address(), None);
    // The route is looked at before the token.
    for route in ["/", "/api/v1/l1", "/api/v1/l1/nothing", "/api/v1/l1/queue/", "/api/v2/l1/queue", "/%00"] {
        assert_eq!(nobody.get(route).problem(404), "route_not_found", "{route}");
    }
    for (method, route, allow) in [
        ("DELETE", "/api/v1/l1/queue", "GET"),
        ("GET", "/api/v1/l1/intake", "POST"),
        ("PUT", "/api/v1/l1/sessions/active", "GET"),
        ("PATCH", "/api/v1/l1/sessions/x/step", "POST"),
    ] {
        let answer = nobody.send(method, route, &[], None);
        assert_eq!(answer.problem(405), "method_not_allowed");
        assert!(answer.header("allow").contains(allow), "{answer}");
    }
    nobody.get("/api/v1/l1/queue").problem(401);
}

pub fn health_document_and_metrics_answer(site: &Site) {
    let nobody = Client::new(site.services[0].address(), None);
    assert_eq!(nobody.get("/livez").status, 200);
    assert_eq!(nobody.get("/readyz").status, 200);
    let document = nobody.get("/api/v1/openapi.json").expect(200);
    assert_eq!(document["openapi"], json!("3.1.0"));
    let page = nobody.get("/api/v1/docs/");
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"), "{page}");

    site.technician().get("/api/v1/l1/queue").expect(200);
    let metrics = Client::new(site.services[0].metrics_address(), None).get("/metrics");
    let text = String::from_utf8(metrics.body).unwrap();
    assert!(text.contains("http_server_request_duration_seconds"), "{text}");
    assert!(text.contains("/api/v1/l1/queue"), "{text}");
    nobody.get("/metrics").problem(404);
}

pub fn answers_carry_a_request_id(site: &Site) {
    let client = site.technician();
    let given = client.send("GET", "/api/v1/l1/queue", &[("x-request-id", "call-7")], None);
    assert_eq!(given.header("x-request-id"), "call-7");
    let unsafe_one = client.send("GET", "/api/v1/l1/queue", &[("x-request-id", "a b\"<")], None);
    assert!(!unsafe_one.header("x-request-id").is_empty());
    assert_ne!(unsafe_one.header("x-request-id"), "a b\"<");
    let missing = client.get("/nothing");
    assert_eq!(missing.json()["request_id"], json!(missing.header("x-request-id")));
}
