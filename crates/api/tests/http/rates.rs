//! Too many requests: of a user, of an account, from an address.

use std::time::Duration;

use firstline_api::{ClientAddressRule, EdgeSettings, HttpSettings, Rate, RateSettings};

use crate::support::client::{Answer, raw};
use crate::support::directory::Fault;
use crate::support::{COLLEAGUE, ENGINEER, INACTIVE, STRANGER, Service, TECH};

const QUEUE: &str = "/api/v1/l1/queue";

/// One a minute: no test takes so long that one more is admitted by chance.
fn burst(burst: u32) -> Rate {
    Rate::new(Duration::from_mins(1), burst.try_into().unwrap())
}

fn service(rates: RateSettings, proxies: &[&str]) -> Service {
    let trusted_proxies = proxies.iter().map(|network| network.parse().unwrap()).collect();
    let client_address = ClientAddressRule { trusted_proxies, ..ClientAddressRule::default() };
    let edge = EdgeSettings { rates: Some(rates), client_address, ..EdgeSettings::default() };
    Service::with_settings(HttpSettings { edge, ..HttpSettings::default() })
}

fn seconds(answer: &Answer, header: &str) -> u64 {
    answer.header(header).unwrap().parse().unwrap()
}

fn refused(answer: &Answer, by: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (429, "rate_limited"), "{}", answer.text());
    assert!(answer.detail().starts_with(by), "{}", answer.detail());
    assert!((1..=60).contains(&seconds(answer, "retry-after")));
    assert!(answer.header("ratelimit").unwrap().contains(";r=0;t="), "{:?}", answer.header("ratelimit"));
}

#[test]
fn a_user_who_asks_too_often_is_told_when_to_come_back_and_nobody_else_is_held_up() {
    let service = service(RateSettings { user: burst(3), ..RateSettings::default() }, &[]);
    for rest in (0..3).rev() {
        let answer = service.get(TECH, QUEUE);
        assert_eq!(answer.status, 200);
        let policy = "\"address\";q=4000;w=4, \"user\";q=3;w=180, \"account\";q=2000;w=4";
        assert_eq!(answer.header("ratelimit-policy"), Some(policy));
        assert!(answer.header("ratelimit").unwrap().contains(&format!("\"user\";r={rest};t=")));
    }
    let answer = service.get(TECH, QUEUE);
    refused(&answer, "Too many requests of this user; try again in 60 s");
    assert_eq!(answer.header("retry-after"), Some("60"));
    for other in [COLLEAGUE, STRANGER] {
        assert_eq!(service.get(other, QUEUE).status, 200);
    }
    // Before the access rule and the body, after the token.
    for _ in 0..3 {
        assert_eq!(service.get(ENGINEER, QUEUE).status, 403);
    }
    refused(&service.get(ENGINEER, QUEUE), "Too many requests of this user");
    refused(&service.post_bytes(ENGINEER, "/api/v1/l1/intake", b"{"), "Too many requests of this user");
    assert_eq!(service.send("GET", QUEUE, &[("authorization", "Bearer x")], b"").status, 401);
}

#[test]
fn an_account_that_asks_too_often_holds_up_its_own_users_alone() {
    let service = service(RateSettings { account: burst(4), ..RateSettings::default() }, &[]);
    for user in [TECH, COLLEAGUE, TECH, COLLEAGUE] {
        assert_eq!(service.get(user, QUEUE).status, 200);
    }
    refused(&service.get(TECH, QUEUE), "Too many requests of this account");
    refused(&service.get(COLLEAGUE, QUEUE), "Too many requests of this account");
    assert_eq!(service.get(STRANGER, QUEUE).status, 200);
}

#[test]
fn an_address_that_asks_too_often_is_refused_before_the_route_and_the_token() {
    let service = service(RateSettings { address: burst(4), ..RateSettings::default() }, &[]);
    let get = |path: &str| service.send("GET", path, &[], b"");
    assert_eq!(get("/api/v1/openapi.json").header("ratelimit-policy"), Some("\"address\";q=4;w=240"));
    assert_eq!((get("/nothing").status, get("/api/v1/l1/intake").status, get(QUEUE).status), (404, 405, 401));
    for path in ["/nothing", "/api/v1/l1/intake", QUEUE, "/api/v1/openapi.json", "/api/v1/docs/"] {
        refused(&get(path), "Too many requests from this address");
    }
    refused(&service.get(TECH, QUEUE), "Too many requests from this address");
    // Probes and scrapes are never turned away, and say nothing of limits.
    for path in ["/livez", "/readyz"] {
        let answer = get(path);
        assert_eq!((answer.status, answer.header("ratelimit")), (200, None));
    }
    let scrape = raw(service.metrics_address, b"GET /metrics HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
    assert!(scrape.text().contains("firstline_requests_limited_total{limit=\"address\"} 6"), "{}", scrape.text());
}

#[test]
fn guessing_tokens_is_slowed_down_and_good_tokens_from_the_same_address_are_not() {
    let service = service(RateSettings { failed_sign_in: burst(5), ..RateSettings::default() }, &["127.0.0.1/32"]);
    let call = |token: &str, from: &str| {
        let bearer = format!("Bearer {token}");
        service.send("GET", QUEUE, &[("authorization", &bearer), ("x-forwarded-for", from)], b"")
    };
    let good = service.token(TECH);
    for number in 0..20 {
        assert_eq!(call(&good, "203.0.113.5").status, 200, "{number}");
    }
    for token in ["x", "y.z", &service.token(INACTIVE), "a.b.c", &good[..good.len() - 1]] {
        assert_eq!(call(token, "203.0.113.5").status, 401);
    }
    for _ in 0..3 {
        refused(&call("x", "203.0.113.5"), "Too many failed sign-ins from this address");
        // A colleague behind the same address goes on working.
        let colleague = call(&good, "203.0.113.5");
        assert_eq!(colleague.status, 200);
        assert!(colleague.header("ratelimit").unwrap().contains("\"user\";r="), "{colleague:?}");
    }
    assert_eq!(call("x", "203.0.113.6").status, 401);
}

#[test]
fn a_request_without_a_token_is_no_failed_sign_in() {
    let service = service(RateSettings { failed_sign_in: burst(1), ..RateSettings::default() }, &[]);
    let call = |headers: &[(&str, &str)]| service.send("GET", QUEUE, headers, b"");
    for _ in 0..5 {
        for headers in [&[][..], &[("authorization", "Basic eDp5")], &[("authorization", "Bearer")]] {
            assert_eq!(call(headers).status, 401, "{headers:?}");
        }
    }
    let guess = [("authorization", "Bearer x")];
    assert_eq!(call(&guess).status, 401);
    refused(&call(&guess), "Too many failed sign-ins from this address");
    assert_eq!(call(&[]).status, 401, "nobody who tries nothing is held up by those who do");
    // Every way in which a token does not count is a failed sign-in.
    let (inactive, good) = (service.token(INACTIVE), format!("Bearer {}", service.token(TECH)));
    let twice = [("authorization", good.as_str()), ("authorization", good.as_str())];
    for headers in [&twice[..], &[("authorization", &format!("Bearer {inactive}"))]] {
        refused(&call(headers), "Too many failed sign-ins from this address");
    }
}

#[test]
fn a_user_over_their_limit_takes_nothing_from_the_others_behind_the_address() {
    let rates = RateSettings { user: burst(3), address: burst(20), ..RateSettings::default() };
    let service = service(rates, &[]);
    for number in 0..60 {
        assert_eq!(service.get(TECH, QUEUE).status, if number < 3 { 200 } else { 429 });
    }
    let answer = service.get(COLLEAGUE, QUEUE);
    assert_eq!(answer.status, 200);
    assert!(answer.header("ratelimit").unwrap().starts_with("\"address\";r=16;"), "{answer:?}");
    // The account's limit is its own as well.
    let rates = RateSettings { account: burst(3), address: burst(20), ..RateSettings::default() };
    let service = self::service(rates, &[]);
    for number in 0..60 {
        let user = if number % 2 == 0 { TECH } else { COLLEAGUE };
        assert_eq!(service.get(user, QUEUE).status, if number < 3 { 200 } else { 429 });
    }
    assert_eq!(service.get(STRANGER, QUEUE).status, 200);
}

#[test]
fn a_user_over_their_limit_costs_the_directory_nothing() {
    let service = service(RateSettings { user: burst(2), ..RateSettings::default() }, &[]);
    let statuses: Vec<u16> = (0..3).map(|_| service.get(TECH, QUEUE).status).collect();
    assert_eq!(statuses, [200, 200, 429]);
    service.fault(Fault::Unavailable);
    refused(&service.get(TECH, QUEUE), "Too many requests of this user");
    assert_eq!(service.get(COLLEAGUE, QUEUE).status, 503);
}

#[test]
fn a_flood_of_bad_tokens_costs_no_user_anything() {
    let service = service(RateSettings { user: burst(2), account: burst(2), ..RateSettings::default() }, &[]);
    let forged = format!("{}x", service.token(TECH));
    for _ in 0..50 {
        let answer = service.send("GET", QUEUE, &[("authorization", &format!("Bearer {forged}"))], b"");
        assert_eq!((answer.status, answer.header("ratelimit-policy")), (401, Some("\"address\";q=4000;w=4")));
    }
    let answer = service.get(TECH, QUEUE);
    let left = answer.header("ratelimit").unwrap();
    assert!(left.contains("\"user\";r=1;t=60, \"account\";r=1;t=60"), "{left}");
}

#[test]
fn the_address_is_taken_from_a_header_of_listed_proxies_only() {
    let rates = RateSettings { address: burst(1), ..RateSettings::default() };
    let status =
        |service: &Service, from: &str| service.send("GET", "/nothing", &[("x-forwarded-for", from)], b"").status;
    let behind = service(rates, &["127.0.0.0/8"]);
    let all: Vec<u16> = ["203.0.113.5", "203.0.113.6", "1.2.3.4, 203.0.113.5", "2001:db8::1", "2001:db8::2"]
        .map(|from| status(&behind, from))
        .to_vec();
    assert_eq!(all, [404, 404, 429, 404, 429]);
    let direct = service(rates, &["10.0.0.0/8"]);
    assert_eq!((status(&direct, "203.0.113.5"), status(&direct, "203.0.113.6")), (404, 429));
}

#[test]
fn the_document_names_429_and_its_headers_on_every_route_but_the_probes() {
    let document: serde_json::Value = serde_json::from_str(&firstline_api::openapi_json()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let limited = !["/livez", "/readyz"].contains(&path.as_str());
            let responses = operation["responses"].as_object().unwrap();
            assert_eq!(responses.contains_key("429"), limited, "{method} {path}");
            let (_, success) = responses.iter().find(|(status, _)| status.starts_with('2')).unwrap();
            assert_eq!(success["headers"]["RateLimit-Policy"].is_object(), limited, "{method} {path}");
        }
    }
    let refusal = &document["components"]["responses"]["Problem429"]["headers"];
    assert!(refusal["Retry-After"].is_object() && refusal["RateLimit"].is_object());
}

#[test]
fn without_rates_no_answer_speaks_of_them() {
    let service = Service::start();
    for _ in 0..200 {
        let answer = service.get(TECH, QUEUE);
        assert_eq!((answer.status, answer.header("ratelimit"), answer.header("ratelimit-policy")), (200, None, None));
    }
}

#[test]
fn a_page_of_a_listed_site_may_read_that_it_was_too_fast() {
    let origin = "https://desk.example.com";
    let rates = Some(RateSettings { address: burst(1), ..RateSettings::default() });
    let edge = EdgeSettings { rates, cors_origins: vec![origin.parse().unwrap()], ..EdgeSettings::default() };
    let service = Service::with_settings(HttpSettings { edge, ..HttpSettings::default() });
    service.send("GET", "/nothing", &[], b"");
    let answer = service.send("GET", QUEUE, &[("origin", origin)], b"");
    refused(&answer, "Too many requests from this address");
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
}
