//! The limits as an operator sets them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use firstline_testkit::http::Client;
use firstline_testkit::people::{Team, token};
use firstline_testkit::service::Service;

use crate::site::binary;

const QUEUE: &str = "/api/v1/l1/queue";

fn start(team: &Team, settings: &[(&str, &str)]) -> Service {
    let on = [("FIRSTLINE__LIMITS__ENABLED", "true")];
    let settings: Vec<(&str, &str)> = on.iter().chain(settings).copied().collect();
    Service::start_with(binary(), "memory:", std::slice::from_ref(team), &settings)
}

#[test]
fn the_defaults_are_told_and_no_technician_meets_them() {
    let team = Team::new();
    let service = start(&team, &[]);
    let client = service.client(&token(team.technician));
    for _ in 0..60 {
        let answer = client.get(QUEUE);
        answer.expect(200);
        let policy = "\"address\";q=4000;w=4, \"user\";q=100;w=5, \"account\";q=2000;w=4";
        assert_eq!(answer.header("ratelimit-policy"), policy);
    }
    let refused = (0..400).map(|_| client.get(QUEUE)).find(|answer| answer.status == 429);
    let refused = refused.expect("400 requests at once are more than a person makes");
    assert_eq!(refused.problem(429), "rate_limited");
    assert_eq!(refused.header("retry-after"), "1");
    let metrics = Client::new(service.metrics_address(), None).get("/metrics").body;
    let metrics = String::from_utf8(metrics).unwrap();
    assert!(metrics.contains("firstline_requests_limited_total{limit=\"user\"}"), "{metrics}");
}

#[test]
fn the_settings_reach_the_limits() {
    let team = Team::new();
    let settings = [
        ("FIRSTLINE__LIMITS__USER_PER_SECOND", "1"),
        ("FIRSTLINE__LIMITS__USER_BURST", "7"),
        ("FIRSTLINE__LIMITS__TRUSTED_PROXIES", "127.0.0.0/8, ::1"),
        ("FIRSTLINE__LIMITS__FORWARDED_HEADER", "forwarded"),
        ("FIRSTLINE__LIMITS__ADDRESS_PER_SECOND", "1"),
        ("FIRSTLINE__LIMITS__ADDRESS_BURST", "30"),
        ("FIRSTLINE__SERVER__CORS_ORIGINS", "https://a.example,https://b.example"),
    ];
    let service = start(&team, &settings);
    let from = |address: &str| {
        let forwarded = format!("for={address}");
        let headers = [("forwarded", forwarded.as_str()), ("origin", "https://b.example")];
        service.client(&token(team.technician)).send("GET", QUEUE, &headers, None)
    };
    let first = from("203.0.113.5");
    assert_eq!(first.header("access-control-allow-origin"), "https://b.example");
    assert!(first.header("ratelimit-policy").contains("\"user\";q=7;w=7"), "{first}");
    assert!(first.header("ratelimit").starts_with("\"address\";r=29;"), "{first}");
    assert!(from("203.0.113.6").header("ratelimit").starts_with("\"address\";r=29;"));
}

#[test]
fn deadlines_hold_also_where_rates_are_turned_off() {
    let settings = [("FIRSTLINE__LIMITS__ENABLED", "false"), ("FIRSTLINE__LIMITS__HEAD_TIMEOUT", "300ms")];
    let service = start(&Team::new(), &settings);
    let mut stream = TcpStream::connect(service.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert!(stream.read(&mut [0; 4_096]).unwrap() > 0);
    stream.write_all(b"GET /livez HTTP/1.1\r\nhost").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("head_timeout"), "{answer}");
    let metrics = Client::new(service.metrics_address(), None).get("/metrics").body;
    let metrics = String::from_utf8(metrics).unwrap();
    assert!(metrics.contains("firstline_connections_cut_total{reason=\"head\"} 1"), "{metrics}");
}

#[test]
fn a_proxy_that_nobody_listed_is_named_in_the_log_and_not_for_each_request() {
    let team = Team::new();
    let service = start(&team, &[]);
    for address in ["203.0.113.5", "203.0.113.6"] {
        service.client(&token(team.technician)).send("GET", QUEUE, &[("x-forwarded-for", address)], None).expect(200);
    }
    let log = service.log();
    assert_eq!(log.matches("limits.trusted_proxies").count(), 1, "{log}");
    assert!(log.contains("127.0.0.1") && !log.contains("203.0.113."), "{log}");
}
