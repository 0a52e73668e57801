//! Answers as large as what clients have stored: bounded in memory, whole on the wire.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use firstline_api::{HttpLimits, ServeSettings, TokenVerifier};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use uuid::Uuid;

use crate::support::client::raw;
use crate::support::{COLLEAGUE, Service, TECH, secret, settings};

const ACTIVE: &str = "/api/v1/l1/sessions/active";

/// `count` active sessions of `user` with notes of about 200 KB each, the last touched first.
fn large_sessions(service: &Service, user: Uuid, count: usize) -> Vec<Value> {
    let notes = json!({"notes": (0..20).map(|_| json!({"text": "x".repeat(10_000)})).collect::<Vec<_>>()});
    let sessions = (0..count).map(|_| {
        service.clock.advance(Duration::from_secs(1));
        let session = service.flow_session(user);
        let answer = service.post(user, &format!("/api/v1/l1/sessions/{session}/notes"), &notes);
        assert_eq!(answer.status, 200);
        answer.json()
    });
    let mut sessions: Vec<Value> = sessions.collect();
    sessions.reverse();
    sessions
}

#[test]
fn active_sessions_with_much_text_come_whole_and_in_order() {
    let service = Service::start();
    for count in [1, 2, 3, 20] {
        let sessions = large_sessions(&service, TECH, count);
        let answer = service.get(TECH, ACTIVE);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
        assert_eq!(answer.json(), Value::from(sessions.clone()), "{count}");
        for session in sessions {
            let id = session["id"].as_str().unwrap();
            let end = json!({"helpful": true, "resolution_notes": ""});
            assert_eq!(service.post(TECH, &format!("/api/v1/l1/sessions/{id}/resolve"), &end).status, 200);
        }
    }
    assert_eq!(service.get(TECH, ACTIVE).json(), json!([]));
}

#[test]
fn active_sessions_come_without_paths_and_notes_on_request() {
    let service = Service::start();
    let mut expected = large_sessions(&service, TECH, 3);
    for session in &mut expected {
        let members = session.as_object_mut().unwrap();
        assert!(members.remove("walked_path").is_some() && members.remove("walk_notes").is_some());
    }
    assert_eq!(service.get(TECH, &format!("{ACTIVE}?paths=false")).json(), Value::from(expected));
    assert_eq!(service.get(TECH, &format!("{ACTIVE}?paths=true")).body, service.get(TECH, ACTIVE).body);
    for bad in ["paths=", "paths=no", "paths=0", "paths=true&paths=true"] {
        let answer = service.get(TECH, &format!("{ACTIVE}?{bad}"));
        assert_eq!((answer.status, answer.pointers()), (422, vec!["/query/paths".to_owned()]), "{bad}");
    }
}

/// Connections that send `request` many times and read nothing. The system buffers some megabytes of a connection that
/// is not read.
fn unread(service: &Service, request: &str, count: usize) -> Vec<std::net::TcpStream> {
    let request = request.repeat(40);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let connect = async |address: SocketAddr, room: u32| -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(room).unwrap();
        socket.connect(address).await.unwrap()
    };
    let connected = (0..count).map(|number| {
        // What is not read must not find much room on this side. The room differs, so that the connections stall at
        // different places of an answer: the last 48 KiB of one are in the protocol layer's buffer and do not count.
        let room = 4_096 + 8_192 * u32::try_from(number % 20).unwrap();
        let stream = runtime.block_on(connect(service.address, room)).into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        // A service that cannot answer stops reading.
        stream.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
        stream
    });
    let mut streams: Vec<std::net::TcpStream> = connected.collect();
    // All at once: a service that is busy with one of them has not stopped reading another.
    std::thread::scope(|scope| {
        for stream in &mut streams {
            scope.spawn(|| stream.write_all(request.as_bytes()));
        }
    });
    streams
}

/// A request of `user`, with a body of notes or none.
fn request(service: &Service, user: Uuid, path: &str, notes: Option<&Value>) -> String {
    let head = format!("host: t\r\nauthorization: Bearer {}\r\n", service.token(user));
    let Some(notes) = notes.map(Value::to_string) else { return format!("GET {path} HTTP/1.1\r\n{head}\r\n") };
    let length = notes.len();
    format!("POST {path} HTTP/1.1\r\n{head}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{notes}")
}

fn waiting(service: &Service) -> u64 {
    let scrape = raw(service.metrics_address, b"GET /metrics HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
    let value = scrape.text().lines().find_map(|line| line.strip_prefix("firstline_answer_bytes_waiting "));
    value.unwrap().parse().unwrap()
}

/// Waits until `is_so`, for as long as a busy machine may take.
fn wait_until(mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_user_that_does_not_read_is_refused_and_a_colleague_at_the_same_address_is_not() {
    const LIMIT: u64 = 4 << 20;
    let service = Service::with_limits(HttpLimits { answer_bytes: LIMIT, ..HttpLimits::default() });
    large_sessions(&service, TECH, 20);
    let of_colleague = large_sessions(&service, COLLEAGUE, 1);
    let one = of_colleague[0]["id"].as_str().unwrap();
    for path in [ACTIVE.to_owned(), format!("/api/v1/l1/sessions/{}", large_id(&service))] {
        let mut streams = unread(&service, &request(&service, TECH, &path, None), 60);
        wait_until(|| waiting(&service) > LIMIT / 3);
        assert!(waiting(&service) <= LIMIT / 2 + 262_144, "{}", waiting(&service));
        let mut refused = service.get(TECH, &path);
        wait_until(|| {
            refused = service.get(TECH, &path);
            refused.status == 503
        });
        assert_eq!(refused.code(), "too_many_unread_answers");
        assert!(refused.header("retry-after").is_some());
        for path in [format!("/api/v1/l1/sessions/{one}"), ACTIVE.to_owned(), "/api/v1/l1/queue".to_owned()] {
            assert_eq!(service.get(COLLEAGUE, &path).status, 200, "{path}");
        }
        // Who begins to read gets the whole answer, or had the refusal.
        let mut first = Vec::new();
        let stream = &mut streams[0];
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut piece = vec![0; 65_536];
        while first.len() <= 200_000 {
            match stream.read(&mut piece) {
                Ok(0) | Err(_) => break,
                Ok(length) => first.extend_from_slice(&piece[..length]),
            }
        }
        assert!(first.starts_with(b"HTTP/1.1 200 ") && first.len() > 200_000, "{} bytes", first.len());
        drop(streams);
        wait_until(|| waiting(&service) == 0);
        assert_eq!(service.get(TECH, &path).status, 200);
    }
}

#[test]
fn a_page_of_long_problems_comes_whole_and_counts_until_it_is_read() {
    const LIMIT: u64 = 8 << 20;
    let service = Service::with_limits(HttpLimits { answer_bytes: LIMIT, ..HttpLimits::default() });
    let problems: Vec<String> = (0..60).map(|number| format!("{number}{}", "😀".repeat(16_000))).collect();
    for problem in &problems {
        service.clock.advance(Duration::from_secs(1));
        service.intake(TECH, json!({ "problem_statement": problem }));
    }
    let path = "/api/v1/l1/queue?limit=50";
    let answer = service.get(TECH, path);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"), "it is streamed");
    let next = answer.header("link").unwrap().strip_prefix('<').unwrap().split('>').next().unwrap().to_owned();
    let rest = service.get(TECH, &next);
    let found: Vec<Value> = [answer, rest].iter().flat_map(|page| page.json().as_array().unwrap().clone()).collect();
    let found: Vec<&str> = found.iter().map(|row| row["problem_statement"].as_str().unwrap()).collect();
    assert!(found.iter().eq(problems.iter().rev()));
    let one = service.get(TECH, "/api/v1/l1/queue?limit=1");
    assert_eq!(one.header("transfer-encoding"), None, "a short page is not");
    let streams = unread(&service, &request(&service, TECH, path, None), 20);
    wait_until(|| service.get(TECH, path).code() == "too_many_unread_answers");
    assert!(waiting(&service) <= LIMIT, "{}", waiting(&service));
    assert_eq!(service.get(COLLEAGUE, "/api/v1/l1/queue?limit=1").status, 200);
    drop(streams);
    wait_until(|| waiting(&service) == 0);
    assert_eq!(service.get(TECH, path).status, 200);
}

/// The id of a session with much text.
fn large_id(service: &Service) -> String {
    service.get(TECH, ACTIVE).json()[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_change_is_refused_before_it_is_made_and_never_after() {
    let limits = HttpLimits { answer_bytes: 2 << 20, ..HttpLimits::default() };
    // No connection is closed before the test has seen what it holds.
    let connections = ServeSettings { send_timeout: Duration::from_mins(1), ..ServeSettings::default() };
    let service = Service::over(&connections, limits, TokenVerifier::hs256(&secret(), &settings()));
    let session = large_sessions(&service, TECH, 1).remove(0);
    let path = format!("/api/v1/l1/sessions/{}", session["id"].as_str().unwrap());
    let notes = json!({"notes": session["walk_notes"]});
    let streams = unread(&service, &request(&service, TECH, &format!("{path}/notes"), Some(&notes)), 20);
    let end = json!({"helpful": true, "resolution_notes": ""});
    // Answers that are on their way count too, for a moment: only those that stay are unread.
    let (mut last, mut since) = (0, Instant::now());
    wait_until(|| {
        let now = waiting(&service);
        if now != last || now <= 1 << 20 {
            (last, since) = (now, Instant::now());
        }
        since.elapsed() > Duration::from_millis(500)
    });
    let refused = service.post(TECH, &format!("{path}/resolve"), &end);
    assert_eq!((refused.status, refused.code().as_str()), (503, "too_many_unread_answers"));
    drop(streams);
    wait_until(|| waiting(&service) == 0);
    assert_eq!(service.get(TECH, &path).json()["status"], "active");
    assert_eq!(service.post(TECH, &format!("{path}/resolve"), &end).status, 200);
}

/// The events that `Link` leads through, and how many pages there were.
fn pages(service: &Service, first: &str) -> (Vec<Value>, usize) {
    let (mut events, mut count, mut next) = (Vec::new(), 0, Some(first.to_owned()));
    while let Some(path) = next {
        assert!(count < 100, "the pages of {first} have no end");
        let answer = service.get(TECH, &path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        events.extend(answer.json().as_array().unwrap().iter().cloned());
        let link = answer.header("link");
        next = link.map(|link| link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned());
        count += 1;
    }
    (events, count)
}

#[test]
fn events_come_in_pages_of_a_thousand_unless_fewer_are_asked_for() {
    let service = Service::start();
    let path = format!("/api/v1/l1/sessions/{}", service.flow_session(TECH));
    for number in 0..1_002 {
        let notes = json!({"notes": [{"number": number}]});
        assert_eq!(service.post(TECH, &format!("{path}/notes"), &notes).status, 200);
    }
    let (all, count) = pages(&service, &format!("{path}/events"));
    assert_eq!((all.len(), count), (1_003, 2));
    let seqs: Vec<u64> = all.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=1_003).collect::<Vec<_>>());
    assert!(pages(&service, &format!("{path}/events?limit=17")) == (all, 59));
    let link = service.get(TECH, &format!("{path}/events?limit=17")).header("link").unwrap().to_owned();
    let cursor = link.split("cursor=").nth(1).unwrap().split('>').next().unwrap().to_owned();
    let other = format!("/api/v1/l1/sessions/{}/events", service.flow_session(TECH));
    for bad in ["limit=0", "limit=1001", "limit=", "limit=+5", "cursor=", &format!("cursor=B{}", &cursor[1..])] {
        assert_eq!(service.get(TECH, &format!("{path}/events?{bad}")).status, 422, "{bad}");
    }
    assert_eq!(service.get(TECH, &format!("{other}?cursor={cursor}")).pointers(), ["/query/cursor"]);
}
