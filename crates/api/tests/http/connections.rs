//! What the service adds to the deadlines and limits of connections: problems, metrics, listed proxies, bodies.
//! `crates/http-guard/tests` has the rest.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use firstline_api::{ClientAddressRule, EdgeSettings, HttpLimits, HttpSettings, ServeSettings, TokenVerifier};
use serde_json::Value;

use crate::support::client::raw;
use crate::support::directory::Fault;
use crate::support::{ENGINEER, Service, TECH, secret, settings};

const LIVE: &[u8] = b"GET /livez HTTP/1.1\r\nhost: t\r\n\r\n";

/// How long an answer that is due at once may take on a machine that is busy with other tests.
const SOON: Duration = Duration::from_secs(5);

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn impatient() -> ServeSettings {
    ServeSettings { head_timeout: ms(400), send_timeout: ms(800), keep_alive: ms(2_000), ..ServeSettings::default() }
}

fn start(connections: &ServeSettings, http: impl Into<HttpSettings>) -> Service {
    Service::over(connections, http, TokenVerifier::hs256(&secret(), &settings()))
}

fn connect(service: &Service) -> TcpStream {
    let stream = TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Reads the answer to one request of [`LIVE`].
fn one_answer(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(br#"{"status":"ok"}"#) && stream.read(&mut byte).unwrap() > 0 {
        text.push(byte[0]);
    }
    String::from_utf8(text).unwrap()
}

/// Sends byte after byte until the other side ends it, or for a long time; what came back, and after how long.
fn dribble(stream: &mut TcpStream, bytes: &mut dyn Iterator<Item = u8>) -> (String, Duration) {
    let (began, mut back) = (Instant::now(), Vec::new());
    stream.set_read_timeout(Some(ms(20))).unwrap();
    for byte in bytes {
        let sent = stream.write_all(&[byte]);
        let mut buffer = [0; 4_096];
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => back.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock && sent.is_ok() => {}
            Err(_) => break,
        }
        assert!(began.elapsed() < Duration::from_secs(20), "nobody ended it");
    }
    (String::from_utf8_lossy(&back).into_owned(), began.elapsed())
}

/// Waits for the end; what came until then, and after how long.
fn until_end(stream: &mut TcpStream) -> (Vec<u8>, Duration) {
    let (began, mut all) = (Instant::now(), Vec::new());
    let _ = stream.read_to_end(&mut all);
    (all, began.elapsed())
}

fn others_are_served(service: &Service) {
    let began = Instant::now();
    assert_eq!(service.get(TECH, "/api/v1/l1/queue").status, 200);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

fn cut(service: &Service, reason: &str) -> u64 {
    let scrape = raw(service.metrics_address, b"GET /metrics HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
    let line = format!("firstline_connections_cut_total{{reason=\"{reason}\"}} ");
    let found = scrape.text().lines().find_map(|found| found.strip_prefix(&line).map(|count| count.parse().unwrap()));
    found.unwrap_or(0)
}

fn open(service: &Service) -> i64 {
    let scrape = raw(service.metrics_address, b"GET /metrics HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
    let value = scrape.text().lines().find_map(|line| line.strip_prefix("firstline_connections_open "));
    value.unwrap().parse().unwrap()
}

#[test]
fn a_slow_first_head_is_ended_with_a_whole_problem() {
    let service = start(&impatient(), HttpLimits::default());
    let endless = b"GET /livez HTTP/1.1\r\nx: ".iter().copied().chain(std::iter::repeat(b'x'));
    let (answer, after) = dribble(&mut connect(&service), &mut endless.into_iter());
    assert!((ms(380)..SOON).contains(&after), "{after:?}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer:?}"));
    assert!(head.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{head}");
    for header in ["content-type: application/problem+json", "connection: close", "x-content-type-options: nosniff"] {
        assert!(head.contains(header), "{head}");
    }
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!((body["status"].as_u64(), body["code"].as_str()), (Some(408), Some("head_timeout")));
    assert!(head.contains(&format!("x-request-id: {}", body["request_id"].as_str().unwrap())));
    assert_eq!(cut(&service, "head"), 1);
    others_are_served(&service);
}

#[test]
fn a_body_byte_by_byte_has_its_own_time_and_no_more() {
    let limits = HttpLimits { body_timeout: ms(1_200), ..HttpLimits::default() };
    let service = start(&impatient(), limits);
    let body = r#"{"problem_statement":"The scanner is dark"}"#;
    let head = |length: usize| {
        format!(
            "POST /api/v1/l1/intake HTTP/1.1\r\nhost: t\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n",
            service.token(TECH)
        )
    };
    // Longer than a head may take, and still in time.
    let mut stream = connect(&service);
    stream.write_all(head(body.len()).as_bytes()).unwrap();
    let (first, rest) = body.split_at(body.len() / 2);
    stream.write_all(first.as_bytes()).unwrap();
    std::thread::sleep(ms(700));
    stream.write_all(rest.as_bytes()).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
    let mut stream = connect(&service);
    stream.write_all(head(10_000).as_bytes()).unwrap();
    let (answer, after) = dribble(&mut stream, &mut std::iter::repeat(b' '));
    assert!((ms(1_100)..ms(2_000) + SOON).contains(&after), "{after:?}");
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("body_timeout"), "{answer}");
    others_are_served(&service);
}

#[test]
fn a_half_closed_client_with_an_unfinished_body_gets_a_problem() {
    let service = start(&impatient(), HttpLimits::default());
    let mut stream = connect(&service);
    let head = "POST /api/v1/l1/intake HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: 99\r\n";
    stream.write_all(format!("{head}authorization: Bearer {}\r\n\r\n{{", service.token(TECH)).as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let (answer, after) = until_end(&mut stream);
    assert!(answer.starts_with(b"HTTP/1.1 400") && after < SOON, "{after:?}");
}

#[test]
fn a_client_that_waits_with_its_body_is_not_asked_for_it_when_the_head_decides() {
    let service = start(&ServeSettings::default(), HttpLimits::default());
    let begin = |user: &str, kind: &str, length: usize| {
        let mut stream = connect(&service);
        let head = format!(
            "POST /api/v1/l1/intake HTTP/1.1\r\nhost: t\r\nauthorization: Bearer {user}\r\ncontent-type: {kind}\r\n\
             content-length: {length}\r\nexpect: 100-continue\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let (tech, engineer, json) = (service.token(TECH), service.token(ENGINEER), "application/json");
    for (user, kind, length, status) in [
        ("forged", json, 9, 401),
        (engineer.as_str(), json, 9, 403),
        (tech.as_str(), "text/plain", 9, 415),
        (tech.as_str(), json, 524_289, 413),
    ] {
        let (answer, after) = until_end(&mut begin(user, kind, length));
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && after < SOON, "{after:?}: {answer}");
        assert!(answer.contains("\r\nconnection: close\r\n") && answer.matches("HTTP/1.1").count() == 1, "{answer}");
    }
    let body = br#"{"problem_statement":"No sound"}"#;
    let mut stream = begin(&tech, json, body.len());
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
}

#[test]
fn an_answer_may_take_longer_than_a_head() {
    let limits = HttpLimits { request_timeout: ms(1_500), ..HttpLimits::default() };
    let service = start(&impatient(), limits);
    service.fault(Fault::Slow);
    let answer = service.get(TECH, "/api/v1/l1/queue");
    assert_eq!((answer.status, answer.code().as_str()), (503, "request_timeout"));
}

#[test]
fn authentication_and_handler_have_one_deadline_together() {
    for (request_timeout, status) in [(ms(800), 503), (ms(5_000), 200)] {
        let service = start(&impatient(), HttpLimits { request_timeout, ..HttpLimits::default() });
        // Half a second for the user, half a second for the account.
        service.fault(Fault::Late);
        let began = Instant::now();
        let answer = service.get(TECH, "/api/v1/me");
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(began.elapsed() > ms(700), "{:?}", began.elapsed());
        if status == 503 {
            assert_eq!(answer.code(), "request_timeout");
        }
    }
}

#[test]
fn a_change_does_not_begin_when_the_authentication_has_used_up_half_of_the_time() {
    let call = serde_json::json!({ "problem_statement": "No sound" });
    for (request_timeout, status) in [(ms(800), 503), (ms(5_000), 200)] {
        let service = start(&impatient(), HttpLimits { request_timeout, ..HttpLimits::default() });
        // Half a second for the user.
        service.fault(Fault::Late);
        let answer = service.post(TECH, "/api/v1/l1/intake", &call);
        assert_eq!(answer.status, status, "{}", answer.text());
        if status == 503 {
            assert_eq!(answer.code(), "request_timeout");
        }
        service.fault(Fault::None);
        let tickets = service.get(TECH, "/api/v1/l1/queue").json();
        assert_eq!(tickets.as_array().unwrap().len(), usize::from(status == 200));
    }
}

#[test]
fn an_address_has_so_many_connections_and_a_listed_proxy_any_number() {
    let connections = ServeSettings { connections_per_address: 3, ..ServeSettings::default() };
    let service = start(&connections, HttpLimits::default());
    let mut held: Vec<TcpStream> = (0..3).map(|_| connect(&service)).collect();
    for stream in &mut held {
        stream.write_all(LIVE).unwrap();
        assert!(one_answer(stream).starts_with("HTTP/1.1 200"));
    }
    let (answer, after) = until_end(&mut connect(&service));
    assert!(answer.is_empty() && after < ms(4_000), "{after:?}");
    assert_eq!((open(&service), cut(&service, "address")), (3, 1));
    let client_address =
        ClientAddressRule { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..ClientAddressRule::default() };
    let edge = EdgeSettings { client_address, ..EdgeSettings::default() };
    let service = start(&connections, HttpSettings { edge, ..HttpSettings::default() });
    let mut held: Vec<TcpStream> = (0..10).map(|_| connect(&service)).collect();
    for stream in &mut held {
        stream.write_all(LIVE).unwrap();
        assert!(one_answer(stream).starts_with("HTTP/1.1 200"));
    }
}
