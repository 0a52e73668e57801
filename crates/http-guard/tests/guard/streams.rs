//! Responses whose bodies come piece by piece, and requests behind them.

use std::io::{Read, Write};

use firstline_http_guard::{CloseReason, ServeSettings};

use crate::fixture::{HELLO, SOON, Server, impatient, ms, read_hello, until_end};

const CHANGE: &str = "POST /change HTTP/1.1\r\nhost: t\r\ncontent-length: 0\r\n\r\n";

/// A request for a stream.
fn stream(count: u32, bytes: usize, pause: u64, headers: &str) -> String {
    format!("GET /stream?count={count}&bytes={bytes}&pause={pause} HTTP/1.1\r\nhost: t\r\n{headers}\r\n")
}

#[test]
fn a_request_behind_the_last_response_of_a_connection_is_not_carried_out() {
    let server = Server::start(&ServeSettings::default());
    let chunked = "connection: close\r\ntransfer-encoding: chunked\r\n";
    for (first, behind) in [
        (stream(5, 100, 50, "connection: close\r\n"), CHANGE.to_owned()),
        (stream(40, 100_000, 0, "connection: close\r\n"), CHANGE.to_owned()),
        (stream(2, 100, 50, "").replace("HTTP/1.1", "HTTP/1.0"), CHANGE.to_owned()),
        // The rest of a body that is not read, and the request behind it.
        (stream(5, 100, 50, chunked), format!("1\r\nx\r\n0\r\n\r\n{CHANGE}")),
    ] {
        let mut client = server.connect();
        client.write_all(first.as_bytes()).unwrap();
        std::thread::sleep(ms(20));
        client.write_all(behind.as_bytes()).unwrap();
        // What is not read yet keeps the large stream from its end.
        std::thread::sleep(ms(100));
        let (response, _) = until_end(&mut client);
        assert_eq!(response.matches("HTTP/1.").count(), 1, "{first}");
        assert!(first.contains("HTTP/1.0") || response.ends_with("\r\n0\r\n\r\n"), "{first}");
        assert_eq!(server.changes(), 0, "{first}");
    }
}

#[test]
fn a_request_behind_a_stream_is_carried_out_after_it() {
    let server = Server::start(&ServeSettings::default());
    let mut client = server.connect();
    client.write_all([stream(5, 100, 50, ""), CHANGE.to_owned(), stream(1, 1, 0, "")].concat().as_bytes()).unwrap();
    let mut first = [0; 12];
    client.read_exact(&mut first).unwrap();
    std::thread::sleep(ms(100));
    assert_eq!(server.changes(), 0);
    let response = read_hello(&mut client);
    let (stream, change) = response.split_once("HTTP/1.1 200").unwrap();
    assert!(stream.ends_with("\r\n0\r\n\r\n") && change.ends_with("hello"), "{response}");
    assert_eq!(server.changes(), 1);
}

#[test]
fn a_stream_may_take_longer_than_a_head_an_idle_connection_and_a_whole_response() {
    let server = Server::start(&ServeSettings { keep_alive: ms(100), ..impatient() });
    for next in ["", "G"] {
        let mut client = server.connect();
        client.write_all((stream(10, 100, 250, "") + next).as_bytes()).unwrap();
        let mut whole = Vec::new();
        while !whole.ends_with(b"\r\n0\r\n\r\n") {
            let mut byte = [0];
            assert_eq!(client.read(&mut byte).unwrap(), 1, "{:?}", String::from_utf8_lossy(&whole));
            whole.push(byte[0]);
        }
        // The deadline of the next head, or of an idle connection, begins with the end of the stream.
        std::thread::sleep(ms(50));
        client.write_all(&HELLO[next.len()..]).unwrap();
        assert!(read_hello(&mut client).starts_with("HTTP/1.1 200"));
    }
    for reason in [CloseReason::Head, CloseReason::Idle, CloseReason::Response] {
        assert_eq!(server.closed(reason), 0, "{reason:?}");
    }
}

#[test]
fn a_stream_whose_next_piece_does_not_come_ends_its_connection() {
    let server = Server::start(&impatient());
    let mut client = server.connect();
    client.write_all(stream(2, 100, 60_000, "").as_bytes()).unwrap();
    let (_, after) = until_end(&mut client);
    assert!((ms(1_400)..ms(1_500) + SOON).contains(&after), "{after:?}");
    assert_eq!(server.closed(CloseReason::Response), 1);
}
