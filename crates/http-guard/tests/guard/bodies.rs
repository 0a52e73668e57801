//! Bodies that are not read, and responses that are not made.

use std::io::{Read, Write};
use std::net::TcpStream;

use firstline_http_guard::CloseReason;

use crate::fixture::{HELLO, SOON, Server, dribble, impatient, ms, read_hello, until_end};

#[test]
fn a_body_that_is_not_read_does_not_keep_the_connection() {
    let server = Server::start(&impatient());
    for head in ["transfer-encoding: chunked", "content-length: 1000000"] {
        let request = format!("GET / HTTP/1.1\r\nhost: t\r\n{head}\r\n\r\n");
        let mut stream = server.connect();
        stream.write_all(request.as_bytes()).unwrap();
        assert!(read_hello(&mut stream).starts_with("HTTP/1.1 200"));
        let (_, after) = dribble(&mut stream, b"1\r\nx\r\n".iter().copied().cycle());
        assert!(after < ms(2_000) + SOON, "{after:?}");
        // And one that stops in the middle of it.
        let mut stream = server.connect();
        stream.write_all(request.as_bytes()).unwrap();
        assert!(read_hello(&mut stream).starts_with("HTTP/1.1 200"));
        let (_, after) = until_end(&mut stream);
        assert!(after < ms(3_000) + SOON, "{after:?}");
    }
}

#[test]
fn a_response_that_is_not_made_in_time_ends_the_connection() {
    let server = Server::start(&impatient());
    let mut stream = server.connect();
    stream.write_all(b"GET /never HTTP/1.1\r\nhost: t\r\n\r\n").unwrap();
    let (response, after) = until_end(&mut stream);
    assert!(response.is_empty() && (ms(1_400)..ms(1_500) + SOON).contains(&after), "{after:?}");
    assert_eq!(server.closed(CloseReason::Response), 1);
}

const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";

/// Reads until the bytes end with `end`.
fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let (mut read, mut byte) = (Vec::new(), [0]);
    while !read.ends_with(end.as_bytes()) && stream.read(&mut byte).unwrap() > 0 {
        read.push(byte[0]);
    }
    String::from_utf8(read).unwrap()
}

#[test]
fn a_client_that_waits_is_told_to_continue_only_when_its_body_is_read() {
    let server = Server::start(&impatient());
    let head = |path: &str, framing: &str| {
        format!("POST {path} HTTP/1.1\r\nhost: t\r\nexpect: 100-continue\r\n{framing}\r\n\r\n")
    };
    for (framing, body) in
        [("content-length: 5", "12345"), ("transfer-encoding: chunked", "2\r\n12\r\n3\r\n345\r\n0\r\n\r\n")]
    {
        // Twice, as the connection stays open.
        let mut stream = server.connect();
        for _ in 0..2 {
            stream.write_all(head("/length", framing).as_bytes()).unwrap();
            assert_eq!(read_until(&mut stream, "\r\n\r\n"), CONTINUE, "{framing}");
            stream.write_all(body.as_bytes()).unwrap();
            let response = read_until(&mut stream, "\r\n\r\n5");
            assert!(response.starts_with("HTTP/1.1 200") && response.ends_with("\r\n\r\n5"), "{response}");
        }
        // Who does not wait is answered as well.
        stream.write_all([&head("/length", framing), body].concat().as_bytes()).unwrap();
        assert!(read_until(&mut stream, "\r\n\r\n5").contains("HTTP/1.1 200"));
        stream.write_all(HELLO).unwrap();
        assert!(read_hello(&mut stream).starts_with("HTTP/1.1 200"));

        // The head alone decides: the client need not send its body, and what it sends is no head.
        for sent in ["", "1", body] {
            let mut stream = server.connect();
            stream.write_all([&head("/refuse", framing), sent].concat().as_bytes()).unwrap();
            let (response, after) = until_end(&mut stream);
            assert!(response.starts_with("HTTP/1.1 403"), "{response}");
            assert!(response.contains("\r\nconnection: close\r\n") && response.ends_with("\r\n\r\nno"), "{response}");
            assert!(after < SOON, "{after:?}");
        }
    }
    // There is no body to wait for.
    let mut stream = server.connect();
    for framing in ["x: y", "content-length: 0"] {
        stream.write_all(head("/length", framing).as_bytes()).unwrap();
        assert!(read_until(&mut stream, "\r\n\r\n0").starts_with("HTTP/1.1 200"), "{framing}");
    }
    let old = "POST /length HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\nx";
    stream.write_all(old.as_bytes()).unwrap();
    assert!(read_until(&mut stream, "\r\n\r\n1").starts_with("HTTP/1.0 200"));
}

#[test]
fn a_client_that_is_told_to_continue_and_does_not_is_closed() {
    let server = Server::start(&impatient());
    let mut stream = server.connect();
    stream.write_all(b"POST /length HTTP/1.1\r\nhost: t\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n").unwrap();
    let (response, after) = until_end(&mut stream);
    assert!(response == CONTINUE && (ms(1_400)..ms(1_500) + SOON).contains(&after), "{response} {after:?}");
}
