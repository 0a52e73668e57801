//! The protocol layer accepts what is forwarded, and reads the same bodies.

use actix_http::ServiceConfig;
use actix_http::h1::{Codec, Message};
use actix_web::web::BytesMut;
use proptest::prelude::*;
use tokio_util::codec::Decoder;

use super::*;

/// What is forwarded of `input`, which comes in pieces of `piece` bytes, when each request is answered at once.
fn forwarded(framing: &mut Framing, input: &[u8], piece: usize) -> Vec<u8> {
    forwarded_with_defects(framing, input, piece).0
}

/// As [`forwarded`], with the defect of each request's head.
fn forwarded_with_defects(framing: &mut Framing, input: &[u8], piece: usize) -> (Vec<u8>, Vec<Option<HeadDefect>>) {
    let (mut out, mut defects) = (Vec::new(), Vec::new());
    let mut answer = |framing: &mut Framing| {
        if !framing.all_started() {
            defects.push(framing.start());
            framing.finish();
        }
    };
    for piece in input.chunks(piece) {
        let passed = framing.pass(piece);
        out.extend_from_slice(&piece[..passed]);
        framing.take(&piece[passed..], &mut out);
        answer(framing);
        while framing.resume(&mut out) {
            answer(framing);
        }
    }
    (out, defects)
}

/// A request that actix-http reads: method, path, body, and whether the body is whole.
type Decoded = (String, String, Vec<u8>, bool);

/// The requests that actix-http reads from bytes.
fn requests(bytes: &[u8]) -> Result<Vec<Decoded>, String> {
    // Its clock is a task of the runtime.
    actix_web::rt::System::new().block_on(async { decoded(bytes) })
}

fn decoded(bytes: &[u8]) -> Result<Vec<Decoded>, String> {
    let mut codec = Codec::new(ServiceConfig::default());
    let (mut bytes, mut all) = (BytesMut::from(bytes), Vec::<Decoded>::new());
    while let Some(message) = codec.decode(&mut bytes).map_err(|error| error.to_string())? {
        match message {
            Message::Item(request) => {
                assert!(!codec.upgrade(), "{request:?}");
                let bodiless = matches!(codec.message_type(), actix_http::h1::MessageType::None);
                all.push((request.method().to_string(), request.path().to_owned(), Vec::new(), bodiless));
            }
            Message::Chunk(Some(chunk)) => all.last_mut().unwrap().2.extend_from_slice(&chunk),
            Message::Chunk(None) => all.last_mut().unwrap().3 = true,
        }
    }
    Ok(all)
}

fn defects(input: &[u8]) -> Vec<Option<HeadDefect>> {
    forwarded_with_defects(&mut Framing::new(), input, 1_000).1
}

const PLAIN: &str = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";

#[test]
fn requests_pass_as_they_came_and_whole() {
    let all = [
        PLAIN,
        "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
        "\r\n\r\nPOST /c HTTP/1.1\r\nhost: x\r\ntransfer-encoding: Chunked\r\n\r\n5;x\r\nhello\r\n0\r\na: b\r\n\r\n",
        "HEAD http://x/d?e=f HTTP/1.0\n\n",
        "POST /e HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        PLAIN,
    ]
    .concat();
    for piece in [1, 2, 3, 7, 50, 1_000] {
        let mut framing = Framing::new();
        let (out, defects) = forwarded_with_defects(&mut framing, all.as_bytes(), piece);
        assert_eq!(requests(&out).unwrap(), requests(all.as_bytes()).unwrap(), "{piece}");
        assert_eq!(defects, [None; 6]);
        assert!(!framing.is_in_head() && !framing.is_over() && !framing.is_waiting());
    }
}

#[test]
fn a_request_waits_for_the_answer_to_the_one_before_it() {
    let (mut framing, mut out) = (Framing::new(), Vec::new());
    let all = PLAIN.repeat(3);
    assert_eq!(framing.pass(all.as_bytes()), PLAIN.len());
    framing.take(&all.as_bytes()[PLAIN.len()..], &mut out);
    framing.start();
    for left in [2, 1, 0] {
        assert!(out.is_empty() && !framing.resume(&mut out), "{left}");
        assert_eq!((framing.is_waiting(), framing.is_in_head()), (left > 0, left > 0));
        framing.finish();
        framing.resume(&mut out);
        assert_eq!(std::mem::take(&mut out), PLAIN.repeat(usize::from(left > 0)).as_bytes());
        framing.start();
    }
}

#[test]
fn what_follows_the_last_request_of_a_connection_is_dropped() {
    let head = "POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n";
    for piece in [1, 7, 1_000] {
        let (mut framing, mut out) = (Framing::new(), Vec::new());
        assert_eq!(framing.pass(head.as_bytes()), head.len());
        framing.start();
        framing.close();
        for piece in format!("hello{PLAIN}{PLAIN}").as_bytes().chunks(piece) {
            let passed = framing.pass(piece);
            out.extend_from_slice(&piece[..passed]);
            framing.take(&piece[passed..], &mut out);
        }
        framing.finish();
        assert!(!framing.resume(&mut out) && !framing.is_waiting() && !framing.is_in_head());
        assert_eq!(out, b"hello", "in pieces of {piece}");
    }
    // What has come before that is dropped too.
    let (mut framing, mut out) = (Framing::new(), Vec::new());
    framing.take(PLAIN.repeat(2).as_bytes(), &mut out);
    framing.start();
    assert!(framing.is_waiting());
    framing.close();
    framing.finish();
    assert!(!framing.resume(&mut out) && !framing.is_waiting());
    assert_eq!(out, PLAIN.as_bytes());
}

#[test]
fn so_much_is_dropped_behind_the_last_request_and_no_more() {
    for piece in [1, 1_000, MAX_DROPPED_BYTES] {
        let (mut framing, mut out) = (Framing::new(), Vec::new());
        assert_eq!(framing.pass(PLAIN.as_bytes()), PLAIN.len());
        framing.start();
        framing.close();
        for piece in vec![b'x'; MAX_DROPPED_BYTES].chunks(piece) {
            framing.take(piece, &mut out);
        }
        assert!(!framing.is_over(), "in pieces of {piece}");
        framing.take(b"x", &mut out);
        assert!(framing.is_over() && framing.all_started() && out.is_empty(), "in pieces of {piece}");
    }
}

#[test]
fn a_wish_for_another_protocol_is_left_out() {
    for (headers, left) in [
        ("Connection: upgrade\r\nUpgrade: h2c\r\n", "Connection: \r\n"),
        (
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n",
            "Connection: HTTP2-Settings\r\nHTTP2-Settings: AAM\r\n",
        ),
        ("connection: keep-alive,UPGRADE\r\n", "connection: keep-alive\r\n"),
        ("upgrade: websocket\r\nconnection: close\r\nx: y\r\n", "connection: close\r\nx: y\r\n"),
    ] {
        let with =
            |headers: &str| format!("POST /a HTTP/1.1\r\nhost: x\r\n{headers}content-length: 2\r\n\r\n{{}}{PLAIN}");
        let out = forwarded(&mut Framing::new(), with(headers).as_bytes(), 1_000);
        let expected = with(left);
        assert_eq!(String::from_utf8(out).unwrap(), expected, "{headers}");
        assert_eq!(requests(expected.as_bytes()).unwrap().len(), 2);
    }
}

#[test]
fn a_head_at_its_limits_passes_and_one_beyond_is_named() {
    let url = |len: usize| format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(len - 1));
    let headers = |count: usize| format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(count - 1));
    let named = |len: usize| format!("GET / HTTP/1.1\r\nhost: x\r\n{}: b\r\n\r\n", "a".repeat(len));
    let head = |len: usize| format!("GET / HTTP/1.1\r\nhost: x\r\na: {}\r\n\r\n", "b".repeat(len - 32));
    assert_eq!(head(MAX_HEAD_BYTES).len(), MAX_HEAD_BYTES);
    for (name, within, beyond, defect) in [
        ("url", url(MAX_URL_BYTES), url(MAX_URL_BYTES + 1), HeadDefect::UrlTooLong),
        ("huge url", url(MAX_URL_BYTES), url(200_000), HeadDefect::UrlTooLong),
        ("headers", headers(MAX_HEADERS), headers(MAX_HEADERS + 1), HeadDefect::TooLarge),
        ("name", named(MAX_HEADER_NAME_BYTES), named(MAX_HEADER_NAME_BYTES + 1), HeadDefect::TooLarge),
        ("huge name", named(1), named(70_000), HeadDefect::TooLarge),
        ("head", head(MAX_HEAD_BYTES), head(MAX_HEAD_BYTES + 1), HeadDefect::TooLarge),
        ("huge head", head(1_000), head(300_000), HeadDefect::TooLarge),
    ] {
        assert_eq!(defects(within.as_bytes()), [None], "{name}");
        assert_eq!(defects(beyond.as_bytes()), [Some(defect)], "{name}");
        for bytes in [within, beyond] {
            let out = forwarded(&mut Framing::new(), bytes.as_bytes(), 8_192);
            assert_eq!(requests(&out).unwrap().len(), 1, "{name}");
        }
    }
    // A long URL is no reason to end the connection: what follows it is known.
    let followed = format!("{}{PLAIN}", url(MAX_URL_BYTES + 1));
    assert_eq!(defects(followed.as_bytes()), [Some(HeadDefect::UrlTooLong), None]);
}

#[test]
fn what_is_no_head_is_refused_at_once_and_ends_the_requests() {
    for head in [
        "\u{16}\u{3}\u{1}\u{2}\0",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\nhost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\n folded: x\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: +5\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
        "POST / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n",
        "GET /<> {} HTTP/1.1\r\nhost: x\r\n\r\n",
    ] {
        let mut framing = Framing::new();
        let sent = format!("{PLAIN}{head}{PLAIN}");
        let (out, defects) = forwarded_with_defects(&mut framing, sent.as_bytes(), 1_000);
        assert_eq!(out, [PLAIN.as_bytes(), REFUSED].concat(), "{head:?}");
        assert!(framing.is_over());
        assert_eq!(defects, [None, Some(HeadDefect::Malformed)], "{head:?}");
    }
}

#[test]
fn a_badly_framed_body_ends_the_requests_where_it_shows() {
    let head = "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut framing = Framing::new();
    let out = forwarded(&mut framing, format!("{head}2\r\n{{}}5\r\n{PLAIN}").as_bytes(), 1_000);
    assert_eq!(out, format!("{head}2\r\n{{}}").as_bytes());
    assert!(framing.is_over());
}

#[test]
fn empty_lines_without_end_are_neither_kept_nor_forwarded() {
    let mut framing = Framing::new();
    for piece in [1, 3, 1_000] {
        for line in ["\r\n", "\n"] {
            let out = forwarded(&mut framing, line.repeat(100_000).as_bytes(), piece);
            assert_eq!((out.len(), framing.is_over()), (0, false), "{line:?} in pieces of {piece}");
            assert!(framing.held.len() < 2);
        }
    }
    let out = forwarded(&mut framing, PLAIN.as_bytes(), 1);
    assert_eq!(out, [HEAD_BEGINS, PLAIN.as_bytes()].concat());
}

#[test]
fn what_follows_half_an_empty_line_is_refused_at_once() {
    for input in ["\r\r", "\rG"] {
        let mut framing = Framing::new();
        assert_eq!(forwarded(&mut framing, input.as_bytes(), 1), REFUSED, "{input:?}");
        assert!(framing.is_over());
    }
}

fn any_request() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("host: y"),
        Just("connection: upgrade"),
        Just("connection: keep-alive, Upgrade"),
        Just("upgrade: websocket"),
        Just("upgrade: h2c"),
        Just("content-length: 3"),
        Just("content-length: 0"),
        Just("transfer-encoding: chunked"),
        Just("expect: 100-continue"),
        Just("x: y"),
    ];
    let start = prop_oneof![
        Just("GET /a HTTP/1.1"),
        Just("POST /b HTTP/1.1"),
        Just("POST /c HTTP/1.0"),
        Just("CONNECT x:1 HTTP/1.1"),
        Just("GET /d")
    ];
    let body =
        prop_oneof![Just(""), Just("abc"), Just("3\r\nabc\r\n0\r\n\r\n"), Just("2\r\nab\r\n\r\n"), Just("g\r\n")];
    let host = prop_oneof![9 => Just("host: x\r\n"), 1 => Just("")];
    (start, host, proptest::collection::vec(line, 0..4), body)
        .prop_map(|(start, host, lines, body)| format!("{start}\r\n{host}{}\r\n\r\n{body}", lines.join("\r\n")))
        .prop_map(|request| request.replace("\r\n\r\n\r\n", "\r\n\r\n"))
}

proptest! {
    /// For any bytes in any pieces: actix-http refuses nothing of what is forwarded and reads as many requests
    /// as were counted.
    #[test]
    fn what_passes_is_taken(
        all in proptest::collection::vec(any_request(), 1..5), piece in 1_usize..200,
        damage in proptest::option::of((any::<prop::sample::Index>(), any::<u8>())),
    ) {
        let mut input = all.concat().into_bytes();
        if let Some((at, byte)) = damage {
            let at = at.index(input.len());
            input[at] = byte;
        }
        let (out, defects) = forwarded_with_defects(&mut Framing::new(), &input, piece);
        let found = requests(&out);
        prop_assert!(found.is_ok(), "{found:?} {:?}", String::from_utf8_lossy(&out));
        let found = found.unwrap();
        prop_assert_eq!(found.len(), defects.len(), "{:?}", String::from_utf8_lossy(&out));
        // In pieces or at once is the same, but that a line which is not whole is read as soon as it comes.
        let at_once = requests(&forwarded(&mut Framing::new(), &input, usize::MAX)).unwrap();
        prop_assert!(at_once.starts_with(&found), "{at_once:?} {found:?}");
    }
}
