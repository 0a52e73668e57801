//! Clients that ask for the largest lists there are and read nothing: what the service holds for them is bounded.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpSocket;

use super::load::{Load, request};
use super::service::metric;
use crate::report::Report;
use crate::world::World;

/// How many connections ask.
const CONNECTIONS: usize = 100;

/// The most memory that the service may take meanwhile, in KiB.
const MOST_MEMORY: u64 = 300 << 10;

/// Text of four bytes a character, at the limits of a step: 98 KB.
const WIDE: char = '😀';

/// Fills twenty sessions of a user, asks for all of them on each connection, and looks at memory and at the others.
pub(super) fn attack(world: &World, load: &Load, report: &Report) {
    let reader = &world.ours.people[1];
    let token = reader.token.as_deref().expect("a user has a token");
    fill(world, token);
    let asked = request("GET", "/api/v1/l1/sessions/active", token, None).repeat(3);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let address = world.service.address().parse().expect("an address");
    let connections: Vec<TcpStream> = (0..CONNECTIONS)
        .map(|_| {
            let stream = runtime.block_on(async {
                let socket = TcpSocket::new_v4().expect("a socket");
                socket.set_recv_buffer_size(4_096).expect("a small buffer");
                socket.connect(address).await.expect("a connection")
            });
            let mut stream = stream.into_std().expect("a socket");
            stream.set_nonblocking(false).expect("a blocking socket");
            stream.write_all(&asked).expect("requests are small");
            stream
        })
        .collect();
    let began = Instant::now();
    let mut most = 0;
    while began.elapsed() < Duration::from_secs(3) {
        // Whatever is not answered with 200 is a finding.
        load.run(Duration::from_millis(300), report);
        most = most.max(memory(world));
    }
    report.count("most_memory_kib", most);
    report.check(most <= MOST_MEMORY, "memory", || {
        format!("the service took {most} KiB while {CONNECTIONS} connections read nothing")
    });
    drop(connections);
    let until = Instant::now() + Duration::from_secs(10);
    while waiting(world) > 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    let left = waiting(world);
    report.check(left == 0, "memory", || format!("{left} bytes still count as waiting after the connections ended"));
}

/// Twenty sessions with 980 KB of steps and 250 KB of notes each.
fn fill(world: &World, token: &str) {
    let client = world.service.client(token);
    let text = |characters: usize| WIDE.to_string().repeat(characters);
    let step = json!({ "node_id": "n", "question": text(4_096), "answer": text(4_096), "note": text(16_384) });
    let notes = json!({ "notes": [{ "text": "x".repeat(250_000) }] });
    for _ in 0..20 {
        let call = json!({ "problem_statement": "large", "flow_id": world.ours.flow });
        let begun = client.post("/api/v1/l1/intake", &call).expect(200);
        let path = format!("/api/v1/l1/sessions/{}", begun["session_id"].as_str().expect("an id"));
        for _ in 0..10 {
            client.post(&format!("{path}/step"), &step).expect(200);
        }
        client.post(&format!("{path}/notes"), &notes).expect(200);
    }
}

/// How much memory the service has, in KiB.
fn memory(world: &World) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", world.service.pid())).expect("the service runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process has memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn waiting(world: &World) -> u64 {
    metric(world, "firstline_answer_bytes_waiting ")
}
