//! Answers as a browser asks for them: with gzip, over a kept or a fresh connection, timed to the last byte.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use firstline_testkit::people::{Team, token};
use firstline_testkit::service::Service;
use serde_json::{Value, json};

use crate::cpu::Cpu;
use crate::load::{Outcome, request};
use crate::report::rounded;
use crate::stock::{session_path, sessions};

/// How many answers of each kind are timed.
const TIMED: usize = 400;

/// Measures answers of several sizes, plain and with gzip, over kept and fresh connections; one line for each size.
pub(crate) fn lines(service: &Service, store: &str, team: &Team) -> Vec<Value> {
    let me = team.technician;
    let large = sessions(service, team.flow, me, 1, 0).remove(0);
    let entry = |number| json!({ "at": number, "text": "the customer looks for it. ".repeat(22) });
    let notes = json!({ "notes": (0..100).map(entry).collect::<Vec<Value>>() });
    service.client(&token(me)).post(&session_path(&large, "/notes"), &notes).expect(200);
    let small = sessions(service, team.flow, me, 1, 10).remove(0);
    let cases = [
        ("hello", "/livez".to_owned()),
        ("session_of_ten_steps", session_path(&small, "")),
        ("queue_of_50", "/api/v1/l1/queue".to_owned()),
        ("session_of_60_kib", session_path(&large, "")),
    ];
    cases.into_iter().map(|(case, path)| line(service.address(), store, case, &path, &token(me))).collect()
}

fn line(address: &str, store: &str, case: &str, path: &str, token: &str) -> Value {
    let plain = request("GET", path, token, None);
    let gzip =
        String::from_utf8(plain.clone()).unwrap().replacen("\r\n", "\r\naccept-encoding: gzip, deflate, br\r\n", 1);
    let mut line = json!({ "store": store, "case": format!("browser_{case}") });
    for (connection, fresh) in [("kept", false), ("fresh", true)] {
        let [(plain, bytes), (gzip, compressed)] = in_turn(address, [&plain, gzip.as_bytes()], fresh);
        line["bytes"] = bytes.into();
        line["gzip_bytes"] = compressed.into();
        line[format!("{connection}_p50_ms")] = rounded(plain.percentile(50)).into();
        line[format!("{connection}_gzip_p50_ms")] = rounded(gzip.percentile(50)).into();
        line[format!("{connection}_gzip_p99_ms")] = rounded(gzip.percentile(99)).into();
        // What compression may cost at most.
        line[format!("{connection}_gzip_is_fine")] = (gzip.percentile(50) <= 2.0 * plain.percentile(50) + 1.0).into();
    }
    line
}

/// Sends both requests in turn; the latencies and the size of the answer of each.
fn in_turn(address: &str, requests: [&[u8]; 2], fresh: bool) -> [(Outcome, usize); 2] {
    let connect = || {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time-out");
        stream
    };
    let mut kept = [connect(), connect()];
    let mut latencies = [Vec::new(), Vec::new()];
    let mut sizes = [0; 2];
    for _ in 0..TIMED {
        for which in 0..2 {
            let began = Instant::now();
            if fresh {
                kept[which] = connect();
            }
            kept[which].write_all(requests[which]).expect("a request sent");
            sizes[which] = answer(&mut kept[which]);
            latencies[which].push(began.elapsed());
        }
    }
    let outcome = |mut latencies: Vec<Duration>| {
        latencies.sort_unstable();
        Outcome { time: latencies.iter().sum(), latencies, cpu: Cpu::NONE }
    };
    let [one, other] = latencies;
    [(outcome(one), sizes[0]), (outcome(other), sizes[1])]
}

/// Reads an answer to its last byte, whole or in chunks; the size of its body as it came.
fn answer(stream: &mut TcpStream) -> usize {
    let (mut buffer, mut part) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        let read = stream.read(&mut part).expect("an answer");
        assert!(read > 0, "the connection was closed");
        buffer.extend_from_slice(&part[..read]);
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut response = httparse::Response::new(&mut headers);
        let Ok(httparse::Status::Complete(head)) = response.parse(&buffer) else { continue };
        let code = response.code.unwrap();
        assert!(code == 200, "{code}: {}", String::from_utf8_lossy(&buffer[head..]));
        let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
        let length = length.map(|header| std::str::from_utf8(header.value).unwrap().parse::<usize>().unwrap());
        let body = buffer.len() - head;
        if length.map_or_else(|| buffer.ends_with(b"\r\n0\r\n\r\n"), |length| body >= length) {
            return body;
        }
    }
}
