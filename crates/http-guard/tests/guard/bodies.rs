//! Bodies that are not read, and responses that are not made.

use std::io::Write;

use firstline_http_guard::CloseReason;

use crate::fixture::{SOON, Server, dribble, impatient, ms, read_hello, until_end};

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
