//! Compressed answers, as browsers ask for them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Service, TECH};

#[test]
fn a_compressed_answer_on_a_kept_connection_comes_at_once() {
    let service = Service::start();
    for _ in 0..50 {
        service.intake(TECH, json!({}));
    }
    let request = format!(
        "GET /api/v1/l1/queue HTTP/1.1\r\nhost: t\r\nauthorization: Bearer {}\r\naccept-encoding: gzip\r\n\r\n",
        service.token(TECH)
    );
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut times: Vec<Duration> = (0..101)
        .map(|_| {
            let (began, mut answer, mut buffer) = (Instant::now(), Vec::new(), [0; 16 << 10]);
            stream.write_all(request.as_bytes()).unwrap();
            while !answer.ends_with(b"\r\n0\r\n\r\n") {
                let read = stream.read(&mut buffer).unwrap();
                assert!(read > 0);
                answer.extend_from_slice(&buffer[..read]);
            }
            assert!(String::from_utf8_lossy(&answer).contains("content-encoding: gzip"));
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    assert!(times[50] < Duration::from_millis(20), "half of them took more than {:?}", times[50]);
    assert!(times[90] < Duration::from_millis(40), "a tenth took more than {:?}: a delayed acknowledgement", times[90]);
}
