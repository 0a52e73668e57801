//! Clients that are slow with what they send or take: each is ended within its time, and nobody waits for them.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use firstline_api::{ClientAddressRule, EdgeSettings, HttpLimits, HttpSettings, ServeSettings, TokenVerifier};
use serde_json::Value;

use crate::support::client::raw;
use crate::support::directory::Fault;
use crate::support::{Service, TECH, secret, settings};

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
fn a_slow_later_head_on_a_kept_connection_is_ended_as_the_first_is() {
    let service = start(&impatient(), HttpLimits::default());
    for earlier in 1..4 {
        let mut stream = connect(&service);
        for _ in 0..earlier {
            stream.write_all(LIVE).unwrap();
            assert!(one_answer(&mut stream).starts_with("HTTP/1.1 200"));
            std::thread::sleep(ms(150));
        }
        let endless = b"GET /livez HTTP/1.1\r\nx: ".iter().copied().chain(std::iter::repeat(b'x'));
        let (answer, after) = dribble(&mut stream, &mut endless.into_iter());
        assert!((ms(380)..SOON).contains(&after), "{after:?}");
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
    // One that stops altogether is ended as well.
    let mut stream = connect(&service);
    stream.write_all(LIVE).unwrap();
    one_answer(&mut stream);
    stream.write_all(b"GET /livez HT").unwrap();
    let (answer, after) = until_end(&mut stream);
    assert!(answer.starts_with(b"HTTP/1.1 408 ") && after < SOON, "{after:?}");
}

#[test]
fn a_connection_without_a_byte_and_an_idle_one_are_closed_without_a_word() {
    let service = start(&impatient(), HttpLimits::default());
    let (answer, after) = until_end(&mut connect(&service));
    assert!(answer.is_empty() && (ms(380)..ms(1_900)).contains(&after), "{after:?}");
    let mut stream = connect(&service);
    stream.write_all(LIVE).unwrap();
    one_answer(&mut stream);
    let (answer, after) = until_end(&mut stream);
    assert!(answer.is_empty() && (ms(1_900)..ms(2_000) + SOON).contains(&after), "{after:?}");
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
fn a_body_that_nobody_wants_does_not_hold_the_connection() {
    let service = start(&impatient(), HttpLimits::default());
    for head in ["transfer-encoding: chunked", "content-length: 1000000"] {
        let mut stream = connect(&service);
        stream.write_all(format!("GET /livez HTTP/1.1\r\nhost: t\r\n{head}\r\n\r\n").as_bytes()).unwrap();
        assert!(one_answer(&mut stream).starts_with("HTTP/1.1 200"));
        let (_, after) = dribble(&mut stream, &mut b"1\r\nx\r\n".iter().copied().cycle());
        assert!(after < ms(2_000) + SOON, "{after:?}");
        // And one that stops in the middle of it.
        let mut stream = connect(&service);
        stream.write_all(format!("GET /livez HTTP/1.1\r\nhost: t\r\n{head}\r\n\r\n").as_bytes()).unwrap();
        assert!(one_answer(&mut stream).starts_with("HTTP/1.1 200"));
        let (_, after) = until_end(&mut stream);
        assert!(after < ms(3_000) + SOON, "{after:?}");
    }
}

#[test]
fn pipelined_requests_are_answered_and_the_unfinished_one_behind_them_is_ended() {
    let service = start(&impatient(), HttpLimits::default());
    let mut stream = connect(&service);
    stream.write_all(&LIVE.repeat(40)).unwrap();
    for _ in 0..40 {
        assert!(one_answer(&mut stream).starts_with("HTTP/1.1 200"));
    }
    stream.write_all(&[LIVE, b"GET /livez HTTP/1.1\r\n"].concat()).unwrap();
    assert!(one_answer(&mut stream).starts_with("HTTP/1.1 200"));
    let (_, after) = dribble(&mut stream, &mut std::iter::repeat(b'x'));
    assert!(after < SOON, "{after:?}");
}

#[test]
fn a_head_that_began_behind_another_request_and_stops_has_the_time_of_a_head() {
    let connections = ServeSettings { keep_alive: ms(60_000), ..impatient() };
    let service = start(&connections, HttpLimits::default());
    for before in [1, 3] {
        let mut stream = connect(&service);
        stream.write_all(&[&LIVE.repeat(before), b"GET /li".as_slice()].concat()).unwrap();
        for _ in 0..before {
            assert!(one_answer(&mut stream).starts_with("HTTP/1.1 200"));
        }
        let (answer, after) = until_end(&mut stream);
        assert!(answer.starts_with(b"HTTP/1.1 408 ") && (ms(200)..SOON).contains(&after), "{after:?}");
    }
    // What is whole leaves the connection idle: heads with bare line feeds, and a request with a body.
    let bearer = service.token(TECH);
    let head = "POST /api/v1/l1/intake HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: 2";
    let body = format!("{head}\r\nauthorization: Bearer {bearer}\r\n\r\n{{}}");
    for whole in [LIVE, b"GET /livez HTTP/1.1\nhost: t\n\n", body.as_bytes()] {
        let mut stream = connect(&service);
        stream.write_all(whole).unwrap();
        assert!(stream.read(&mut [0; 4_096]).unwrap() > 0);
        std::thread::sleep(ms(900));
        stream.write_all(LIVE).unwrap();
        assert!(stream.read(&mut [0; 4_096]).unwrap() > 0, "{}", String::from_utf8_lossy(whole));
    }
    assert_eq!(cut(&service, "head"), 2);
}

#[test]
fn a_client_that_reads_nothing_is_ended_and_holds_up_nobody() {
    let service = start(&impatient(), HttpLimits::default());
    let mut stream = connect(&service);
    let large = b"GET /api/v1/docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: t\r\n\r\n";
    stream.write_all(&large.repeat(64)).unwrap();
    let began = Instant::now();
    while cut(&service, "send") == 0 {
        others_are_served(&service);
        assert!(began.elapsed() < ms(800) + SOON, "{:?}", began.elapsed());
        std::thread::sleep(ms(20));
    }
    assert!(began.elapsed() > ms(700), "{:?}", began.elapsed());
    // What was not sent is thrown away at once, and the client is told so.
    let mut broken = stream.write_all(LIVE);
    while broken.is_ok() && began.elapsed() < ms(800) + SOON {
        std::thread::sleep(ms(20));
        broken = stream.write_all(LIVE);
    }
    assert!(broken.is_err());
    assert_eq!(open(&service), 0);
}

#[test]
fn a_client_that_reads_slowly_but_steadily_gets_everything() {
    let service = start(&impatient(), HttpLimits::default());
    let path = "/api/v1/docs/swagger-ui-bundle.js";
    let whole = service.send("GET", path, &[], b"").body.len();
    let mut stream = connect(&service);
    let request = format!("GET {path} HTTP/1.1\r\nhost: t\r\n\r\n").repeat(15);
    let last = format!("GET {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
    stream.write_all((request + &last).as_bytes()).unwrap();
    let (began, mut received, mut buffer) = (Instant::now(), 0, vec![0; 1 << 20]);
    loop {
        let read = stream.read(&mut buffer).unwrap();
        received += read;
        if read == 0 {
            break;
        }
        std::thread::sleep(ms(60));
    }
    assert!(received > 16 * whole, "{received} of {whole}");
    assert!(began.elapsed() > ms(900), "it was too fast to say anything: {:?}", began.elapsed());
    assert_eq!(cut(&service, "send"), 0);
}

#[test]
fn a_half_closed_client_gets_its_answer_and_an_unfinished_one_its_end() {
    let service = start(&impatient(), HttpLimits::default());
    let mut stream = connect(&service);
    stream.write_all(LIVE).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let (answer, after) = until_end(&mut stream);
    assert!(answer.starts_with(b"HTTP/1.1 200") && after < SOON, "{after:?}");
    let mut stream = connect(&service);
    stream.write_all(b"GET /livez HTTP/1.1\r\nx: ").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let (_, after) = until_end(&mut stream);
    assert!(after < SOON, "{after:?}");
    let mut stream = connect(&service);
    let head = "POST /api/v1/l1/intake HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: 99\r\n";
    stream.write_all(format!("{head}authorization: Bearer {}\r\n\r\n{{", service.token(TECH)).as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let (answer, after) = until_end(&mut stream);
    assert!(answer.starts_with(b"HTTP/1.1 400") && after < SOON, "{after:?}");
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
    drop(held.pop());
    let began = Instant::now();
    loop {
        let mut stream = connect(&service);
        let sent = stream.write_all(LIVE);
        if sent.is_ok() && matches!(stream.read(&mut [0; 8]), Ok(8)) {
            break;
        }
        assert!(began.elapsed() < SOON, "the place was not given back");
        std::thread::sleep(ms(10));
    }
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

#[test]
fn when_places_run_out_idle_connections_make_room_and_whoever_waits_is_served() {
    let connections = ServeSettings { connections_per_worker: 4, ..ServeSettings::default() };
    let service = start(&connections, HttpLimits::default());
    let mut idle: Vec<TcpStream> = (0..4).map(|_| connect(&service)).collect();
    for stream in &mut idle {
        stream.write_all(LIVE).unwrap();
        assert!(one_answer(stream).starts_with("HTTP/1.1 200"));
    }
    let began = Instant::now();
    let mut waiting = connect(&service);
    waiting.write_all(LIVE).unwrap();
    assert!(one_answer(&mut waiting).starts_with("HTTP/1.1 200"));
    // Idle connections are kept for 75 s otherwise.
    assert!((ms(1_000)..Duration::from_secs(15)).contains(&began.elapsed()), "{:?}", began.elapsed());
}

#[test]
fn one_client_cannot_keep_its_neighbours_behind_the_same_address_out_by_holding_connections() {
    let connections =
        ServeSettings { connections_per_address: 8, head_timeout: ms(60_000), ..ServeSettings::default() };
    let service = start(&connections, HttpLimits::default());
    // Idle ones and such as have never said anything.
    let mut held: Vec<TcpStream> = (0..8).map(|_| connect(&service)).collect();
    for stream in held.iter_mut().take(4) {
        stream.write_all(LIVE).unwrap();
        assert!(one_answer(stream).starts_with("HTTP/1.1 200"));
    }
    let began = Instant::now();
    let served = || {
        let mut stream = connect(&service);
        stream.write_all(LIVE).is_ok() && matches!(stream.read(&mut [0; 8]), Ok(8))
    };
    assert!(!served(), "there was room");
    while !served() {
        assert!(began.elapsed() < Duration::from_secs(15), "it was kept out");
        std::thread::sleep(ms(50));
    }
    assert!(began.elapsed() > ms(1_000), "nobody made room: {:?}", began.elapsed());
    // When there is room again, nobody is hurried: five of eight may stay, whatever they do.
    drop(held);
    let began = Instant::now();
    while open(&service) > 0 {
        assert!(began.elapsed() < SOON);
        std::thread::sleep(ms(20));
    }
    let mut few: Vec<TcpStream> = (0..5).map(|_| connect(&service)).collect();
    for stream in &mut few {
        stream.write_all(LIVE).unwrap();
    }
    std::thread::sleep(ms(5_000));
    assert_eq!(open(&service), 5);
}
