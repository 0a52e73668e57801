//! Heads and bodies at the edge of what is read: every request is answered, and what is refused is a problem.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::json;

use crate::support::client::{Answer, parse, raw};
use crate::support::{Service, TECH};

/// The limits as API.md has them.
const URL_BYTES: usize = 64_000;
const HEAD_BYTES: usize = 128_000;
const HEADERS: usize = 96;
const HEADER_NAME_BYTES: usize = 1_024;

const LIVE: &[u8] = b"GET /livez HTTP/1.1\r\nhost: t\r\n\r\n";
const LAST: &[u8] = b"GET /livez HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";

/// Sends pieces with pauses between them; what came back until the end.
fn exchange(service: &Service, pieces: &[&[u8]]) -> Vec<u8> {
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    for (at, piece) in pieces.iter().enumerate() {
        if at > 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
        // A server that has answered may close before everything is sent.
        let _ = stream.write_all(piece);
    }
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}");
    }
    bytes
}

/// The answers that `bytes` hold, each with its length in its head. All of them keep the promises.
fn answers(mut bytes: &[u8]) -> Vec<Answer> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let mut answer = parse(bytes);
        let length = answer.header("content-length").unwrap().parse().unwrap();
        let head = bytes.len() - answer.body.len();
        answer.body.truncate(length);
        answer.keeps_promises();
        bytes = &bytes[head + length..];
        all.push(answer);
    }
    all
}

fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.text());
}

fn filler(name: &str, bytes: usize) -> String {
    format!("{name}: {}\r\n", "x".repeat(bytes - name.len() - 4))
}

#[test]
fn a_url_at_its_limit_is_read_on_every_route_and_one_beyond_is_414() {
    let service = Service::start();
    let bearer = service.token(TECH);
    for route in firstline_api::routes() {
        let path = route.template.replace(['{', '}'], "");
        let request = |bytes: usize, last: bool| {
            let url = format!("{path}?x={}", "y".repeat(bytes - path.len() - 3));
            let close = if last { "connection: close\r\n" } else { "" };
            format!(
                "{} {url} HTTP/1.1\r\nhost: t\r\nauthorization: Bearer {bearer}\r\ncontent-type: application/json\r\n\
                 {close}content-length: 0\r\n\r\n",
                route.method
            )
        };
        let sent = [request(URL_BYTES, false), request(URL_BYTES + 1, false), request(URL_BYTES, true)].concat();
        let answers = answers(&exchange(&service, &[sent.as_bytes()]));
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        let [within, 414, again] = statuses[..] else { panic!("{route:?}: {statuses:?}") };
        assert!(within == again && !(500..600).contains(&within), "{route:?}: {within}, {again}");
        refused(&answers[1], 414, "url_too_long");
    }
}

#[test]
fn a_question_of_every_length_is_answered_in_a_body_and_414_in_a_url_that_cannot_hold_it() {
    let service = Service::start();
    let path = "/api/v1/l1/flows/suggest";
    let encoded = |text: &str| text.replace('ä', "%C3%A4").replace('😀', "%F0%9F%98%80");
    for (text, status) in [
        ("a".repeat(16_384), 200),
        ("ä".repeat(10_000), 200),
        ("ä".repeat(10_925), 414),
        ("ä".repeat(16_384), 414),
        ("😀".repeat(16_384), 414),
    ] {
        assert_eq!(service.post(TECH, path, &json!({ "q": text })).status, 200);
        let in_url = encoded(&text);
        let answer = service.get(TECH, &format!("{path}?q={in_url}"));
        assert_eq!(answer.status, status, "{} bytes", in_url.len());
        if status == 414 {
            refused(&answer, 414, "url_too_long");
        }
    }
}

#[test]
fn a_head_at_its_limits_is_read_and_one_beyond_is_431() {
    let service = Service::start();
    let request = |headers: &str| format!("GET /livez HTTP/1.1\r\nhost: t\r\nconnection: close\r\n{headers}\r\n");
    let bare = request("").len();
    let named = |bytes: usize| format!("{}: y\r\n", "x".repeat(bytes));
    for (what, within, beyond) in [
        ("bytes", filler("x", HEAD_BYTES - bare), filler("x", HEAD_BYTES - bare + 1)),
        ("many more bytes", String::new(), filler("x", 2_000_000)),
        ("headers", "x: y\r\n".repeat(HEADERS - 2), "x: y\r\n".repeat(HEADERS - 1)),
        ("headers without end", String::new(), "x: y\r\n".repeat(100_000)),
        ("name", named(HEADER_NAME_BYTES), named(HEADER_NAME_BYTES + 1)),
        ("a name that the library does not read", String::new(), named(70_000)),
    ] {
        let answer = raw(service.address, request(&within).as_bytes());
        assert_eq!(answer.status, 200, "{what}");
        let found = answers(&exchange(&service, &[request(&beyond).as_bytes()]));
        assert_eq!(found.len(), 1, "{what}");
        refused(&found[0], 431, "head_too_large");
        assert_eq!(found[0].header("connection"), Some("close"), "{what}");
    }
}

#[test]
fn what_is_no_http_is_a_problem_after_the_answers_that_are_due() {
    let service = Service::start();
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01".as_slice(),
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/3\r\nhost: t\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nhost: t\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: t\r\ncontent-length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: t\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: t\r\n\xff: y\r\n\r\n",
    ] {
        for before in [0, 1, 40] {
            let sent = [&LIVE.repeat(before), bytes, LIVE].concat();
            for pieces in [vec![sent.as_slice()], vec![&sent[..sent.len() / 2], &sent[sent.len() / 2..]]] {
                let found = answers(&exchange(&service, &pieces));
                assert_eq!(found.len(), before + 1, "{}", String::from_utf8_lossy(bytes));
                let (last, earlier) = found.split_last().unwrap();
                assert!(earlier.iter().all(|answer| answer.status == 200));
                refused(last, 400, "malformed_head");
                assert_eq!(last.header("connection"), Some("close"));
            }
        }
    }
    // The request is counted like any other.
    let scrape = b"GET /metrics HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";
    let scrape = raw(service.metrics_address, scrape);
    let counted = r#"http_request_method="_OTHER",http_route="unmatched",http_response_status_code="400"} 48"#;
    assert!(scrape.text().contains(counted));
}

#[test]
fn a_client_that_closes_its_half_or_sends_on_gets_the_problem() {
    let service = Service::start();
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.write_all(b"no http\r\n").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    refused(&answers(&bytes)[0], 400, "malformed_head");
    let rest = vec![b'x'; 100_000];
    let sent = [b"no http\r\n", rest.as_slice()].concat();
    refused(&answers(&exchange(&service, &[&sent, &rest, &rest, &rest]))[0], 400, "malformed_head");
}

#[test]
fn a_badly_framed_body_is_always_answered() {
    let service = Service::start();
    let bearer = service.token(TECH);
    let head = format!(
        "POST /api/v1/l1/intake HTTP/1.1\r\nhost: t\r\nauthorization: Bearer {bearer}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let body = r#"{"problem_statement":"The printer is on fire"}"#;
    let chunk = format!("{:x}\r\n{body}", body.len());
    for bad in [
        "x\r\n".to_owned(),
        "-5\r\nhello".to_owned(),
        "ffffffffffffffffff\r\n".to_owned(),
        "5\nhello\r\n0\r\n\r\n".to_owned(),
        format!("{chunk}0\r\n\r\n"),
        format!("{chunk}\r\nzz\r\n\r\n"),
        format!("{chunk}\r\n0\r\n\rx"),
        format!("{chunk}\n0\n\n"),
    ] {
        for before in [0, 1, 20] {
            let earlier = LIVE.repeat(before);
            let whole = [&earlier, head.as_bytes(), bad.as_bytes(), LIVE].concat();
            let head = [&earlier, head.as_bytes()].concat();
            let (first, last) = bad.as_bytes().split_at(bad.len() - 1);
            for pieces in [vec![whole.as_slice()], vec![&head, bad.as_bytes()], vec![&head, first, last]] {
                let found = answers(&exchange(&service, &pieces));
                assert_eq!(found.len(), before + 1, "{bad:?}");
                let last = found.last().unwrap();
                refused(last, 400, "bad_request");
                assert_eq!(last.header("connection"), Some("close"), "{bad:?}");
            }
        }
    }
    assert_eq!(service.get(TECH, "/api/v1/l1/queue").json(), json!([]), "nothing was made");
    // Who reads no body answers without it.
    let unread = b"GET /livez HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\nx";
    assert_eq!(answers(&exchange(&service, &[unread]))[0].status, 200);
}

#[test]
fn an_upgrade_that_is_not_taken_is_ignored() {
    let service = Service::start();
    let bearer = service.token(TECH);
    let body = r#"{"problem_statement":"The printer is on fire"}"#;
    for wish in [
        "connection: upgrade\r\n",
        "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: eA==\r\n",
        "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAAAAIAAAAB\r\n",
        "connection: keep-alive, upgrade\r\nupgrade: TLS/1.2\r\n",
        "upgrade: websocket\r\n",
    ] {
        let get = |path: &str| {
            format!("GET {path} HTTP/1.1\r\nhost: t\r\nauthorization: Bearer {bearer}\r\n{wish}\r\n").into_bytes()
        };
        let post = format!(
            "POST /api/v1/l1/intake HTTP/1.1\r\nhost: t\r\nauthorization: Bearer {bearer}\r\n{wish}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let sent = [&get("/livez"), &get("/api/v1/me"), post.as_bytes(), &get("/api/v1/nowhere"), LAST].concat();
        let whole = exchange(&service, &[&sent]);
        let in_pieces: Vec<&[u8]> = sent.chunks(150).collect();
        for bytes in [whole, exchange(&service, &in_pieces)] {
            let found = answers(&bytes);
            let statuses: Vec<u16> = found.iter().map(|answer| answer.status).collect();
            assert_eq!(statuses, [200, 200, 200, 404, 200], "{wish}");
            let (last, kept) = found.split_last().unwrap();
            assert_eq!(last.header("connection"), Some("close"));
            for answer in kept {
                assert_eq!((answer.header("connection"), answer.header("upgrade")), (None, None), "{wish}");
            }
        }
    }
}

#[test]
fn json_at_the_documented_depth_is_read_and_deeper_is_400() {
    let service = Service::start();
    // The body itself is the first level.
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
        format!(r#"{{"problem_statement":"p","x":{open}{close}}}"#).into_bytes()
    };
    assert_eq!(service.post_bytes(TECH, "/api/v1/l1/intake", &nested(127)).status, 200);
    refused(&service.post_bytes(TECH, "/api/v1/l1/intake", &nested(128)), 400, "malformed_json");
}

#[test]
fn the_longest_fields_fit_in_a_body_of_utf_8() {
    let service = Service::start();
    let (session, _) = service.intake(TECH, json!({}));
    // `[{"text":""}]` takes 13 bytes.
    let notes = json!({ "notes": [{ "text": "😀".repeat((262_144 - 13) / 4) }] });
    assert_eq!(service.post(TECH, &format!("/api/v1/l1/sessions/{session}/notes"), &notes).status, 200);
    let body = json!({ "helpful": true, "resolution_notes": "😀".repeat(65_536) });
    let escaped = body.to_string().replace('😀', "\\ud83d\\ude00");
    let path = format!("/api/v1/l1/sessions/{session}/resolve");
    refused(&service.post_bytes(TECH, &path, escaped.as_bytes()), 413, "body_too_large");
    assert_eq!(service.post(TECH, &path, &body).status, 200);
}

#[test]
fn pipelined_requests_are_each_answered_as_they_ask() {
    let service = Service::start();
    let bearer = service.token(TECH);
    let me = |method: &str, version: &str, headers: &str| {
        format!("{method} /api/v1/me HTTP/{version}\r\nhost: t\r\nauthorization: Bearer {bearer}\r\n{headers}\r\n")
    };
    let sent = [me("GET", "1.1", ""), me("HEAD", "1.1", ""), me("GET", "1.0", ""), me("GET", "1.1", "")].concat();
    let bytes = exchange(&service, &[sent.as_bytes()]);
    let text = String::from_utf8(bytes).unwrap();
    let length = raw(service.address, me("GET", "1.1", "connection: close\r\n").as_bytes()).body.len();
    let (first, rest) = text.split_once("\r\n\r\n").unwrap();
    assert!(first.starts_with("HTTP/1.1 200") && !first.contains("connection:"), "{first}");
    let (body, rest) = rest.split_at(length);
    assert!(body.starts_with('{') && body.ends_with('}'), "{body}");
    let (second, rest) = rest.split_once("\r\n\r\n").unwrap();
    assert!(second.starts_with("HTTP/1.1 200") && second.contains(&format!("content-length: {length}")), "{second}");
    let (third, rest) = rest.split_once("\r\n\r\n").unwrap();
    // HTTP/1.0 without keep-alive is the last.
    assert!(third.starts_with("HTTP/1.0 200") && rest == body, "{third} {rest}");
}

#[test]
fn a_client_that_pipelines_many_requests_and_closes_its_half_gets_all_answers() {
    let service = Service::start();
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.write_all(&LIVE.repeat(100)).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    assert_eq!(answers(&bytes).len(), 100);
}
