//! Heads that come slowly, not at all, behind other requests, or malformed.

use std::io::{Read, Write};
use std::time::Duration;

use firstline_http_guard::{CloseReason, ServeSettings};

use crate::fixture::{HELLO, SOON, Server, dribble, impatient, ms, read_hello, until_end};

/// A head without end.
fn endless() -> impl Iterator<Item = u8> {
    b"GET / HTTP/1.1\r\nx: ".iter().copied().chain(std::iter::repeat(b'x'))
}

#[test]
fn a_slow_head_is_answered_with_408_on_a_new_connection_and_on_a_kept_one() {
    let server = Server::start(&impatient());
    for earlier in 0..4 {
        let mut stream = server.connect();
        for _ in 0..earlier {
            stream.write_all(HELLO).unwrap();
            assert!(read_hello(&mut stream).starts_with("HTTP/1.1 200"));
            std::thread::sleep(ms(150));
        }
        let (response, after) = dribble(&mut stream, endless());
        assert!((ms(380)..SOON).contains(&after), "{after:?}");
        assert!(response.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{response}");
        assert!(response.contains("\r\nconnection: close\r\n") && response.ends_with("did not arrive in time\n"));
    }
    // One that stops altogether is closed as well.
    let mut stream = server.connect();
    stream.write_all(HELLO).unwrap();
    read_hello(&mut stream);
    stream.write_all(b"GET / HT").unwrap();
    let (response, after) = until_end(&mut stream);
    assert!(response.starts_with("HTTP/1.1 408 ") && after < SOON, "{after:?}");
    assert_eq!(server.closed(CloseReason::Head), 5);
}

#[test]
fn a_connection_without_a_byte_and_an_idle_one_are_closed_without_a_response() {
    let server = Server::start(&impatient());
    let (response, after) = until_end(&mut server.connect());
    assert!(response.is_empty() && (ms(380)..ms(1_900)).contains(&after), "{after:?}");
    let mut stream = server.connect();
    stream.write_all(HELLO).unwrap();
    read_hello(&mut stream);
    let (response, after) = until_end(&mut stream);
    assert!(response.is_empty() && (ms(1_900)..ms(2_000) + SOON).contains(&after), "{after:?}");
}

#[test]
fn pipelined_requests_are_answered_and_the_unfinished_one_behind_them_is_closed() {
    let server = Server::start(&impatient());
    let mut stream = server.connect();
    stream.write_all(&HELLO.repeat(40)).unwrap();
    for _ in 0..40 {
        assert!(read_hello(&mut stream).starts_with("HTTP/1.1 200"));
    }
    stream.write_all(&[HELLO, b"GET / HTTP/1.1\r\n"].concat()).unwrap();
    assert!(read_hello(&mut stream).starts_with("HTTP/1.1 200"));
    let (_, after) = dribble(&mut stream, std::iter::repeat(b'x'));
    assert!(after < SOON, "{after:?}");
}

#[test]
fn a_head_that_began_behind_another_request_and_stops_has_the_time_of_a_head() {
    let server = Server::start(&ServeSettings { keep_alive: ms(60_000), ..impatient() });
    for before in [1, 3] {
        let mut stream = server.connect();
        stream.write_all(&[&HELLO.repeat(before), b"GET /".as_slice()].concat()).unwrap();
        for _ in 0..before {
            assert!(read_hello(&mut stream).starts_with("HTTP/1.1 200"));
        }
        let (response, after) = until_end(&mut stream);
        assert!(response.starts_with("HTTP/1.1 408 ") && (ms(200)..SOON).contains(&after), "{after:?}");
    }
    // After a whole request the connection is idle: heads with bare line feeds, and a request with a body.
    let body = b"POST /length HTTP/1.1\r\nhost: t\r\ncontent-length: 2\r\n\r\n{}";
    for whole in [HELLO, b"GET / HTTP/1.1\nhost: t\n\n", body] {
        let mut stream = server.connect();
        stream.write_all(whole).unwrap();
        assert!(stream.read(&mut [0; 4_096]).unwrap() > 0);
        std::thread::sleep(ms(900));
        stream.write_all(HELLO).unwrap();
        assert!(stream.read(&mut [0; 4_096]).unwrap() > 0, "{}", String::from_utf8_lossy(whole));
    }
    assert_eq!(server.closed(CloseReason::Head), 2);
}

#[test]
fn a_head_that_cannot_be_read_gets_a_response_and_only_an_unreadable_end_closes() {
    let server = Server::start(&ServeSettings::default());
    let long = |bytes: usize| format!("GET /{} HTTP/1.1\r\nhost: t\r\n\r\n", "x".repeat(bytes - 1));
    let large = format!("GET / HTTP/1.1\r\nhost: t\r\nx: {}\r\n\r\n", "x".repeat(200_000));
    for (head, status) in [(b"no http\r\n\r\n".to_vec(), "400"), (large.into_bytes(), "431")] {
        let mut stream = server.connect();
        stream.write_all(&[HELLO, &head, HELLO].concat()).unwrap();
        assert!(read_hello(&mut stream).starts_with("HTTP/1.1 200"));
        let (response, after) = until_end(&mut stream);
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")) && after < SOON, "{response}");
        assert!(response.contains("\r\nconnection: close\r\n") && response.matches("HTTP/1.1").count() == 1);
    }
    let mut stream = server.connect();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(&[long(64_000).as_bytes(), long(64_001).as_bytes(), HELLO].concat()).unwrap();
    let responses = read_hello(&mut stream);
    let statuses: Vec<&str> = responses.split("HTTP/1.1 ").skip(1).map(|response| &response[..3]).collect();
    assert_eq!(statuses, ["404", "414", "200"]);
}

#[test]
fn a_half_closed_client_gets_its_response_and_an_unfinished_one_its_end() {
    let server = Server::start(&impatient());
    for (sent, status) in [(HELLO, "HTTP/1.1 200"), (b"GET / HTTP/1.1\r\nx: ", "")] {
        let mut stream = server.connect();
        stream.write_all(sent).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let (response, after) = until_end(&mut stream);
        assert!(response.starts_with(status) && after < SOON, "{after:?}");
    }
}
