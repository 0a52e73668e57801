//! How `serve` starts and ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use firstline_testkit::http::Client;
use serde_json::Value;

use crate::place::{Place, text};

/// The binary under test.
pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_firstline"))
}

/// A server that is killed with the value that holds it.
pub(crate) struct Served {
    process: Child,
    stdout: BufReader<ChildStdout>,
    announced: Value,
}

impl Served {
    pub(crate) fn start(place: &Place, args: &[&str]) -> Self {
        Self::spawn(&mut place.command(args))
    }

    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let announced = serde_json::from_str(&line).unwrap_or_else(|_| panic!("it printed {line:?}"));
        Self { process, stdout, announced }
    }

    pub(crate) fn address(&self) -> String {
        text(&self.announced["listening"])
    }

    fn signal(&self, name: &str) {
        let command = format!("kill -{name} {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }

    pub(crate) fn terminate(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.process.wait().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn serve_prints_one_line_and_accepts_from_then_on() {
    let place = Place::new();
    let mut served = Served::start(&place, &["serve"]);
    assert_eq!(served.announced["store"], "sqlite");
    let client = Client::new(&served.address(), None);
    client.get("/livez").expect(200);
    client.get("/readyz").expect(200);
    assert_eq!(Client::new(&text(&served.announced["metrics"]), None).get("/metrics").status, 200);
    assert!(served.terminate().success());
    let mut rest = String::new();
    served.stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn metrics_can_be_off() {
    let served = Served::start(&Place::new(), &["serve", "--metrics-bind", ""]);
    assert_eq!(served.announced["metrics"], Value::Null);
}

#[test]
fn a_second_server_on_one_file_is_refused_until_the_first_ends() {
    let place = Place::new();
    let mut first = Served::start(&place, &["serve"]);
    let refused = place.refused(&["serve"], 1);
    assert!(refused.contains("another process is serving"), "{refused}");
    assert!(first.terminate().success());
    assert!(Served::start(&place, &["serve"]).terminate().success());
}

#[test]
fn after_sigterm_readiness_says_no_while_requests_are_still_answered() {
    let place = Place::new();
    let mut command = place.command(&["serve"]);
    let mut served = Served::spawn(command.env("FIRSTLINE__SERVER__DRAIN_DELAY", "1500ms"));
    let client = Client::new(&served.address(), None);
    client.get("/readyz").expect(200);
    let began = Instant::now();
    served.signal("TERM");
    while client.get("/readyz").status != 503 {
        assert!(began.elapsed() < Duration::from_secs(1), "readiness never said no");
        std::thread::sleep(Duration::from_millis(10));
    }
    client.get("/livez").expect(200);
    assert!(served.process.wait().unwrap().success());
    assert!(began.elapsed() >= Duration::from_millis(1_500), "{:?}", began.elapsed());
}

#[test]
fn a_request_in_flight_is_finished_and_an_idle_connection_holds_nothing_up() {
    let place = Place::new();
    let mut served = Served::start(&place, &["serve"]);
    // One connection that has had its answer and stays open, and one whose body is still on its way.
    let mut idle = TcpStream::connect(served.address()).unwrap();
    idle.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 1_024]).unwrap() > 0);
    let account = place.account();
    let user = place.user(&account, "mia@example.com");
    let token = text(&place.call(&["token", "issue", "--user", &user])["token"]);
    let body = r#"{"problem_statement":"The scanner is dark"}"#;
    let mut slow = TcpStream::connect(served.address()).unwrap();
    let head = format!(
        "POST /api/v1/l1/intake HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{}",
        body.len(),
        &body[..10]
    );
    slow.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    served.signal("TERM");
    std::thread::sleep(Duration::from_millis(300));
    slow.write_all(&body.as_bytes()[10..]).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(served.process.wait().unwrap().success());
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let place = Place::new();
    let mut command = place.command(&["serve"]);
    let mut served = Served::spawn(command.env("FIRSTLINE__SERVER__DRAIN_DELAY", "60s"));
    served.signal("INT");
    std::thread::sleep(Duration::from_millis(200));
    let began = Instant::now();
    served.signal("TERM");
    assert_eq!(served.process.wait().unwrap().code(), Some(1));
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn serve_sweeps_by_itself() {
    let place = Place::new();
    let mut command = place.command(&["serve"]);
    let sweeping = [("FIRSTLINE__SWEEP__INTERVAL", "200ms"), ("FIRSTLINE__SWEEP__IDLE_AFTER", "1ms")];
    let served = Served::spawn(command.envs(sweeping));
    let account = place.account();
    let user = place.user(&account, "mia@example.com");
    let token = text(&place.call(&["token", "issue", "--user", &user])["token"]);
    let client = Client::new(&served.address(), Some(&token));
    let problem = serde_json::json!({ "problem_statement": "The scanner is dark" });
    let begun = client.post("/api/v1/l1/intake", &problem).expect(200);
    let path = format!("/api/v1/l1/sessions/{}", text(&begun["session_id"]));
    let until = Instant::now() + Duration::from_secs(10);
    while client.get(&path).expect(200)["status"] != "abandoned" {
        assert!(Instant::now() < until, "nothing was swept");
        std::thread::sleep(Duration::from_millis(50));
    }
    let metrics = Client::new(&text(&served.announced["metrics"]), None).get("/metrics").body;
    let metrics = String::from_utf8(metrics).unwrap();
    assert!(metrics.contains(r#"firstline_sessions_total{outcome="abandoned"} 1"#), "{metrics}");
}
