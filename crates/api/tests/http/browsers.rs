//! What browsers are told: which pages may call, and what no page may do.

use firstline_api::{EdgeSettings, HttpSettings};

use crate::support::client::{Answer, raw};
use crate::support::{Service, TECH};

const DESK: &str = "https://desk.example.com";
const QUEUE: &str = "/api/v1/l1/queue";

fn open_to_desk() -> Service {
    let edge = EdgeSettings { cors_origins: vec![DESK.parse().unwrap()], ..EdgeSettings::default() };
    Service::with_settings(HttpSettings { edge, ..HttpSettings::default() })
}

fn ask(service: &Service, path: &str, origin: &str, method: &str, headers: &str) -> Answer {
    let question =
        [("origin", origin), ("access-control-request-method", method), ("access-control-request-headers", headers)];
    service.send("OPTIONS", path, &question, b"")
}

fn of_cors(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.iter().map(|(name, _)| name.as_str());
    names.filter(|name| name.starts_with("access-control-")).collect()
}

#[test]
fn without_listed_sites_no_answer_speaks_of_them_and_options_is_405() {
    let service = Service::start();
    let bearer = format!("Bearer {}", service.token(TECH));
    let called = service.send("GET", QUEUE, &[("origin", DESK), ("authorization", &bearer)], b"");
    assert_eq!((called.status, of_cors(&called)), (200, vec![]));
    let asked = ask(&service, QUEUE, DESK, "GET", "authorization");
    assert_eq!((asked.status, asked.header("allow"), of_cors(&asked)), (405, Some("GET, HEAD"), vec![]));
}

#[test]
fn a_listed_site_may_call_every_route_and_read_what_answers_say() {
    let service = open_to_desk();
    let paths =
        [QUEUE, "/api/v1/l1/intake", "/api/v1/l1/sessions/x/step", "/api/v1/openapi.json", "/livez", "/nothing"];
    for path in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let headers = "authorization, content-type, if-match, idempotency-key, x-request-id";
            let answer = ask(&service, path, DESK, method, headers);
            assert_eq!(answer.status, 200, "{method} {path} {}", answer.text());
            assert_eq!(answer.header("access-control-allow-origin"), Some(DESK));
            assert!(answer.header("access-control-allow-methods").unwrap().contains(method));
            let allowed = answer.header("access-control-allow-headers").unwrap().to_ascii_lowercase();
            assert!(headers.split(", ").all(|header| allowed.contains(header)), "{allowed}");
            assert_eq!(answer.header("access-control-allow-credentials"), None);
        }
    }
    let bearer = format!("Bearer {}", service.token(TECH));
    for (path, bearer, status) in [(QUEUE, bearer.as_str(), 200), (QUEUE, "Bearer x", 401), ("/nothing", "", 404)] {
        let answer = service.send("GET", path, &[("origin", DESK), ("authorization", bearer)], b"");
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, Some(DESK)));
        let exposed = answer.header("access-control-expose-headers").unwrap().to_ascii_lowercase();
        for name in ["link", "ratelimit", "ratelimit-policy", "retry-after", "x-request-id", "www-authenticate"] {
            assert!(exposed.split(", ").any(|exposed| exposed == name), "{name} in {exposed}");
        }
        assert!(answer.header("vary").unwrap().to_ascii_lowercase().contains("origin"));
    }
}

#[test]
fn a_site_that_is_not_listed_is_allowed_nothing() {
    let service = open_to_desk();
    let bearer = format!("Bearer {}", service.token(TECH));
    let strangers = [
        "https://evil.example.com",
        "http://desk.example.com",
        "https://desk.example.com:8443",
        "null",
        "https://desk.example.com.evil.example",
    ];
    for origin in strangers {
        let asked = ask(&service, QUEUE, origin, "GET", "authorization");
        assert_eq!((asked.status, asked.code().as_str()), (400, "bad_request"), "{origin}");
        assert_eq!(asked.header("access-control-allow-origin"), None);
        let called = service.send("GET", QUEUE, &[("origin", origin), ("authorization", &bearer)], b"");
        assert_eq!((called.status, called.header("access-control-allow-origin")), (200, None), "{origin}");
    }
    // OPTIONS that is no browser's question is what it was.
    let options = service.send("OPTIONS", QUEUE, &[], b"");
    assert_eq!((options.status, options.header("allow")), (405, Some("GET, HEAD")));
}

#[test]
fn answers_may_be_kept_framed_and_run_by_nobody() {
    let service = Service::start();
    // `send` looks at the headers of every answer; here are those that differ.
    let strict = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    for path in [QUEUE, "/livez", "/readyz", "/nothing", "/api/v1/openapi.json"] {
        let answer = service.send("GET", path, &[], b"");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("content-security-policy"), Some(strict), "{path}");
    }
    service.send("BREW", QUEUE, &[], b"");
    service.post_bytes(TECH, "/api/v1/l1/intake", &vec![b' '; 600_000]);
    let page = service.send("GET", "/api/v1/docs/", &[], b"");
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'self'"));
    let metrics = b"GET /metrics HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";
    assert_eq!(raw(service.metrics_address, metrics).header("x-content-type-options"), Some("nosniff"));
}
