//! What an operator leans on: clean ends, clean starts, a database that goes away.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use firstline_testkit::people::{Team, token};
use firstline_testkit::postgres::{Cluster, ClusterOptions};
use firstline_testkit::service::Service;
use serde_json::json;

use crate::site::{binary, intake, path, step};

#[test]
fn what_was_acknowledged_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let team = Team::new();
    let sqlite = format!("sqlite://{}", folder.path().join("firstline.db").display());
    for url in [sqlite, Cluster::shared().fresh_database()] {
        let mut service = Service::start(binary(), &url, std::slice::from_ref(&team));
        let (session, _) = intake(&service.client(&token(team.technician)), &json!({ "flow_id": team.flow }));
        assert!(service.terminate().success());
        let again = Service::start(binary(), &url, std::slice::from_ref(&team));
        again.client(&token(team.technician)).get(&path(&session, "")).expect(200);
    }
}

#[test]
fn a_terminated_service_finishes_the_request_in_flight_and_exits_zero() {
    let team = Team::new();
    let mut service = Service::start(binary(), "memory:", std::slice::from_ref(&team));
    let body = json!({ "problem_statement": "Outlook does not open" }).to_string();
    let (first, rest) = body.split_at(body.len() / 2);
    let head = format!(
        "POST /api/v1/l1/intake HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        token(team.technician),
        body.len()
    );
    let mut caller = TcpStream::connect(service.address()).unwrap();
    caller.write_all(format!("{head}{first}").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let ending = std::thread::spawn(move || (service.terminate(), service));
    // The signal has arrived and the service is ending when the rest of the request comes.
    std::thread::sleep(Duration::from_millis(500));
    assert!(!ending.is_finished(), "it did not wait for the request in flight");
    caller.write_all(rest.as_bytes()).unwrap();
    let mut status = String::new();
    BufReader::new(caller).read_line(&mut status).unwrap();
    assert_eq!(status.trim_end(), "HTTP/1.1 200 OK");
    let (exit, service) = ending.join().unwrap();
    assert!(exit.success(), "{}", service.log());
}

#[test]
fn a_database_outage_is_a_503_with_retry_after_and_ends_by_itself() {
    let cluster = Cluster::start(ClusterOptions::default());
    let team = Team::new();
    let service = Service::start(binary(), &cluster.fresh_database(), std::slice::from_ref(&team));
    let client = service.client(&token(team.technician));
    client.get("/api/v1/l1/queue").expect(200);
    cluster.stop();
    for _ in 0..3 {
        let began = Instant::now();
        let answer = client.get("/api/v1/l1/queue");
        answer.problem(503);
        assert!(!answer.header("retry-after").is_empty(), "{answer}");
        assert!(began.elapsed() < Duration::from_secs(8), "it hung for {:?}", began.elapsed());
    }
    let until = |path: &str, status: u16| {
        // Readiness is the outcome of a probe that comes every two seconds.
        let began = Instant::now();
        while client.get(path).status != status {
            assert!(began.elapsed() < Duration::from_secs(12), "{path} is never {status}: {}", service.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    until("/readyz", 503);
    assert_eq!(client.get("/livez").status, 200);
    cluster.start_again();
    until("/api/v1/l1/queue", 200);
    until("/readyz", 200);
}

#[test]
fn a_change_that_is_not_answered_in_time_is_of_unknown_outcome_and_a_read_is_not() {
    let team = Team::new();
    let url = Cluster::shared().fresh_database();
    let limits = [("FIRSTLINE__LIMITS__REQUEST_TIMEOUT", "300ms")];
    let service = Service::start_with(binary(), &url, std::slice::from_ref(&team), &limits);
    let client = service.client(&token(team.technician));
    let (session, _) = intake(&client, &json!({ "flow_id": team.flow }));
    let name = url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let hold = |sql: &'static str| {
        let name = name.clone();
        let held = std::thread::spawn(move || Cluster::shared().run_sql(&name, sql));
        std::thread::sleep(Duration::from_millis(200));
        held
    };
    let held = hold("BEGIN; SELECT FROM walk_sessions FOR UPDATE; SELECT pg_sleep(1); COMMIT");
    let answer = client.post(&path(&session, "/step"), &step("n1"));
    assert_eq!(answer.problem(503), "outcome_unknown");
    assert!(answer.header("retry-after").is_empty(), "{answer}");
    held.join().unwrap();
    let held = hold("BEGIN; LOCK TABLE walk_sessions IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1); COMMIT");
    let answer = client.get(&path(&session, ""));
    assert_eq!((answer.problem(503).as_str(), answer.header("retry-after")), ("request_timeout", "1"));
    held.join().unwrap();
}
