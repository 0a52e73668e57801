//! Bodies that are no good as bytes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use firstline_api::HttpLimits;
use serde_json::{Value, json};

use crate::support::client::{raw, step};
use crate::support::{Service, TECH};

const INTAKE: &str = "/api/v1/l1/intake";

#[test]
fn what_is_no_json_is_400_and_is_not_repeated() {
    let service = Service::start();
    let deep = |open: &str, close: &str| format!(r#"{{"x":{}1{}}}"#, open.repeat(300), close.repeat(300)).into_bytes();
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b" ".to_vec(),
        b"{".to_vec(),
        b"{}x".to_vec(),
        b"{}{}".to_vec(),
        b"canary".to_vec(),
        b"{'canary':1}".to_vec(),
        b"{\"canary\":}".to_vec(),
        b"{\"a\":1,}".to_vec(),
        b"[1 2]".to_vec(),
        b"{\"a\":NaN}".to_vec(),
        b"{\"a\":Infinity}".to_vec(),
        b"{\"a\":-Infinity}".to_vec(),
        b"{\"a\":01}".to_vec(),
        b"{\"a\":+1}".to_vec(),
        b"{\"a\":.5}".to_vec(),
        b"{\"a\":1e999}".to_vec(),
        b"{\"a\":0x10}".to_vec(),
        br#"{"a":"\ud800canary"}"#.to_vec(),
        br#"{"a":"\udc00"}"#.to_vec(),
        br#"{"\ud800":1}"#.to_vec(),
        br#"{"a":"\ud800\u0041"}"#.to_vec(),
        br#"{"a":"\x41"}"#.to_vec(),
        br#"{"a":"\u12"}"#.to_vec(),
        b"{\"a\":\"\x01\"}".to_vec(),
        b"{\"a\":\"\n\"}".to_vec(),
        b"{\"a\":\"\xff\"}".to_vec(),
        b"{\"\xc3\x28\":1}".to_vec(),
        b"{\"a\":\"\xed\xa0\x80\"}".to_vec(),
        b"\xef\xbb\xbf\xef\xbb\xbf{}".to_vec(),
        b"{\xff}".to_vec(),
        b"\0".to_vec(),
        b"{\"a\":1 /* canary */}".to_vec(),
        b"/**/{}".to_vec(),
        "{}".encode_utf16().flat_map(u16::to_be_bytes).collect(),
        deep("[", "]"),
        deep("{\"a\":", "}"),
        "[".repeat(500_000).into_bytes(),
        b"\"canary".to_vec(),
        b"tru".to_vec(),
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body).chars().take(40).collect::<String>();
        let answer = service.post_bytes(TECH, INTAKE, &body);
        assert_eq!((answer.status, answer.code().as_str()), (400, "malformed_json"), "{shown}");
        assert!(answer.detail().starts_with("The body is not valid JSON (line "), "{}", answer.detail());
        assert!(!answer.text().contains("canary"));
    }
}

#[test]
fn json_that_is_no_object_is_422() {
    let service = Service::start();
    for body in ["[]", "null", "true", "1", "\"x\"", "[{\"problem_statement\":\"p\"}]"] {
        let answer = service.post_bytes(TECH, INTAKE, body.as_bytes());
        assert_eq!(answer.json()["errors"], json!([{"pointer": "", "detail": "must be a JSON object"}]), "{body}");
    }
}

#[test]
fn of_a_key_that_is_there_twice_the_last_one_counts() {
    let service = Service::start();
    let body = br#"{"problem_statement":7,"problem_statement":"last"}"#;
    assert_eq!(service.post_bytes(TECH, INTAKE, body).status, 200);
    assert_eq!(service.get(TECH, "/api/v1/l1/queue").json()[0]["problem_statement"], "last");
    let body = br#"{"problem_statement":"p","problem_statement":null}"#;
    assert_eq!(service.post_bytes(TECH, INTAKE, body).pointers(), ["/problem_statement"]);
}

#[test]
fn only_application_json_is_read() {
    let service = Service::start();
    let bearer = format!("Bearer {}", service.token(TECH));
    let body = br#"{"problem_statement":"p"}"#;
    let status = |headers: &[(&str, &str)]| {
        let headers: Vec<_> = [("authorization", bearer.as_str())].into_iter().chain(headers.iter().copied()).collect();
        service.send("POST", INTAKE, &headers, body).status
    };
    for good in [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/json ; profile=x",
    ] {
        assert_eq!(status(&[("content-type", good)]), 200, "{good}");
    }
    for bad in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/problem+json",
        "application/json; charset=latin1",
        "application/json, text/plain",
        "json",
        "",
        "*/*",
    ] {
        assert_eq!(status(&[("content-type", bad)]), 415, "{bad}");
    }
    assert_eq!(status(&[]), 415);
    let json = ("content-type", "application/json");
    assert_eq!(status(&[json, json]), 415);
    assert_eq!(status(&[json, ("content-encoding", "identity")]), 200);
    for encoding in ["gzip", "br", "deflate", "x"] {
        assert_eq!(status(&[json, ("content-encoding", encoding)]), 415, "{encoding}");
    }
}

#[test]
fn a_body_at_the_limit_is_read_and_one_byte_more_is_413() {
    let service = Service::start();
    let of_size = |bytes: usize| {
        let mut body = br#"{"problem_statement":"p"}"#.to_vec();
        body.resize(bytes, b' ');
        body
    };
    assert_eq!(service.post_bytes(TECH, INTAKE, &of_size(524_288)).status, 200);
    for bytes in [524_289, 10_000_000] {
        let answer = service.post_bytes(TECH, INTAKE, &of_size(bytes));
        assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"), "{bytes} bytes");
    }
}

#[test]
fn a_chunked_body_is_counted_as_it_comes() {
    let service = Service::start();
    let send = |chunks: usize| {
        let mut request = format!(
            "POST {INTAKE} HTTP/1.1\r\nhost: t\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
            content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
            service.token(TECH)
        )
        .into_bytes();
        let mut text = br#"{"problem_statement":"p"}"#.to_vec();
        for _ in 0..chunks {
            text.resize(1_000, b' ');
            request.extend_from_slice(format!("{:x}\r\n", text.len()).as_bytes());
            request.extend_from_slice(&text);
            request.extend_from_slice(b"\r\n");
            text.clear();
        }
        request.extend_from_slice(b"0\r\n\r\n");
        raw(service.address, &request).status
    };
    assert_eq!(send(1), 200);
    assert_eq!(send(500), 200);
    assert_eq!(send(525), 413);
    assert_eq!(send(10_000), 413);
}

#[test]
fn a_body_that_does_not_come_is_408_and_one_that_breaks_off_is_no_panic() {
    let limits = HttpLimits { body_timeout: Duration::from_millis(200), ..HttpLimits::default() };
    let service = Service::with_limits(limits);
    let head = format!(
        "POST {INTAKE} HTTP/1.1\r\nhost: t\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
        content-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
        service.token(TECH)
    );
    let began = Instant::now();
    let answer = raw(service.address, head.as_bytes());
    assert_eq!((answer.status, answer.code().as_str()), (408, "body_timeout"));
    assert!(began.elapsed() < Duration::from_secs(5));
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = String::new();
    let _ = stream.read_to_string(&mut rest);
    assert!(!rest.starts_with("HTTP/1.1 500"), "{rest}");
    assert_eq!(service.send("GET", "/livez", &[], b"").status, 200);
}

#[test]
fn a_walk_takes_an_empty_body_as_an_empty_object() {
    let service = Service::start();
    let bearer = format!("Bearer {}", service.token(TECH));
    let ticket = || {
        let (session, ticket) = service.intake(TECH, json!({}));
        (session, format!("/api/v1/l1/tickets/{ticket}/walk"))
    };
    let (_, path) = ticket();
    let auth = ("authorization", bearer.as_str());
    let code = |headers: &[(&str, &str)], body: &[u8]| service.send("POST", &path, headers, body).code();
    // The ticket is being walked, so an accepted body comes as far as the state machine.
    assert_eq!(code(&[auth], b""), "ticket_not_open");
    assert_eq!(code(&[auth, ("content-type", "application/json")], b""), "ticket_not_open");
    assert_eq!(code(&[auth, ("content-type", "application/json")], b"{}"), "ticket_not_open");
    assert_eq!(code(&[auth], b"{}"), "unsupported_media_type");
    assert_eq!(code(&[auth, ("content-type", "text/plain")], b""), "unsupported_media_type");
    assert_eq!(code(&[auth, ("content-type", "application/json")], b"null"), "invalid_request");
}

#[test]
fn a_body_where_none_is_read_changes_nothing() {
    let service = Service::start();
    let bearer = format!("Bearer {}", service.token(TECH));
    let answer = service.send("GET", "/api/v1/l1/queue", &[("authorization", &bearer)], b"{ no json");
    assert_eq!((answer.status, answer.json()), (200, Value::Array(Vec::new())));
}

#[test]
fn a_refused_request_has_changed_nothing() {
    let service = Service::start();
    let session = service.flow_session(TECH);
    let path = format!("/api/v1/l1/sessions/{session}");
    let before = service.get(TECH, &path).json();
    for body in [json!({}), json!([]), json!({"node_id": "n", "question": "q", "answer": ""})] {
        assert_eq!(service.post(TECH, &format!("{path}/step"), &body).status, 422);
    }
    assert_eq!(service.get(TECH, &path).json(), before);
    assert_eq!(service.post(TECH, &format!("{path}/step"), &step()).json()["version"], 2);
}

#[test]
fn a_byte_order_mark_before_a_body_is_ignored() {
    let service = Service::start();
    let marked = |body: &str| [b"\xef\xbb\xbf", body.as_bytes()].concat();
    let (session, _) = service.intake(TECH, json!({}));
    let notes = format!("/api/v1/l1/sessions/{session}/notes");
    assert_eq!(service.post_bytes(TECH, &notes, &marked(r#"{"notes":[{"text":"\ufeffkept"}]}"#)).status, 200);
    assert_eq!(service.post_bytes(TECH, &notes, &marked("\u{feff}{}")).code(), "malformed_json");
    assert_eq!(service.post_bytes(TECH, INTAKE, &marked("{")).code(), "malformed_json");
}
