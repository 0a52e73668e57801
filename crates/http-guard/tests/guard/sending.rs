//! Clients that do not take their responses, or take them slowly.

use std::io::{ErrorKind, Read, Write};
use std::time::Instant;

use firstline_http_guard::CloseReason;

use crate::fixture::{HELLO, LARGE, SOON, Server, impatient, ms, until_end};

#[test]
fn a_client_that_reads_nothing_is_closed_and_delays_no_other() {
    let server = Server::start(&impatient());
    let mut stream = server.connect();
    stream.write_all(&b"GET /large HTTP/1.1\r\nhost: t\r\n\r\n".repeat(64)).unwrap();
    let began = Instant::now();
    while server.closed(CloseReason::Send) == 0 {
        let asked = Instant::now();
        assert!(server.serves() && asked.elapsed() < SOON);
        assert!(began.elapsed() < ms(800) + SOON, "{:?}", began.elapsed());
        std::thread::sleep(ms(20));
    }
    assert!(began.elapsed() > ms(700), "{:?}", began.elapsed());
    // The connection is reset: what is not sent is thrown away.
    let mut broken = stream.write_all(HELLO);
    while broken.is_ok() && began.elapsed() < ms(800) + SOON {
        std::thread::sleep(ms(20));
        broken = stream.write_all(HELLO);
    }
    assert!(broken.is_err());
    while server.open() > 0 {
        assert!(began.elapsed() < ms(800) + SOON);
        std::thread::sleep(ms(20));
    }
}

#[test]
fn a_client_that_reads_slowly_but_steadily_gets_everything() {
    let server = Server::start(&impatient());
    let mut stream = server.connect();
    let request = "GET /large HTTP/1.1\r\nhost: t\r\n\r\n".repeat(15);
    let last = "GET /large HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";
    stream.write_all((request + last).as_bytes()).unwrap();
    let (began, mut received, mut buffer) = (Instant::now(), 0, vec![0; 1 << 20]);
    loop {
        let read = stream.read(&mut buffer).unwrap();
        received += read;
        if read == 0 {
            break;
        }
        std::thread::sleep(ms(60));
    }
    assert!(received > 16 * LARGE, "{received} of {LARGE}");
    assert!(began.elapsed() > ms(900), "too fast to show anything: {:?}", began.elapsed());
    assert_eq!(server.closed(CloseReason::Send), 0);
}

#[test]
fn a_client_that_sends_on_behind_its_last_request_is_not_read_and_gets_its_whole_response() {
    // More than the system keeps of a connection that is not read, and far less than could be read in the time.
    const MOST: usize = 32 << 20;
    let server = Server::start(&impatient());
    let mut stream = server.connect();
    stream
        .write_all(b"GET /stream?count=6&bytes=10&pause=200 HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n")
        .unwrap();
    stream.set_nonblocking(true).unwrap();
    let (began, mut sent, junk) = (Instant::now(), 0, vec![b'x'; 1 << 16]);
    while began.elapsed() < ms(900) {
        match stream.write(&junk) {
            Ok(bytes) => sent += bytes,
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(ms(1)),
            Err(error) => panic!("{error} after {sent} bytes"),
        }
        assert!(sent < MOST, "{:?}", began.elapsed());
    }
    stream.set_nonblocking(false).unwrap();
    let (response, after) = until_end(&mut stream);
    assert!(response.starts_with("HTTP/1.1 200") && response.ends_with("0\r\n\r\n"), "{response:?} after {after:?}");
    assert_eq!(response.matches("xxxxxxxxxx").count(), 6);
}
