//! A service with a given stderr, and calls that end within a given time.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use firstline_testkit::people::{Team, token};
use serde_json::Value;

use crate::env::Env;

/// How long the start may take.
const START: Duration = Duration::from_secs(20);

/// A running service, ended with this.
pub(super) struct Served {
    process: Child,
    address: String,
    metrics: String,
    token: String,
    _files: tempfile::TempDir,
}

impl Served {
    /// Starts it on the store in memory; `None` if it says nothing of its address.
    pub(super) fn start(env: &Env, format: &str, stderr: Stdio) -> Option<Self> {
        let (team, files) = (Team::new(), tempfile::tempdir().expect("a temporary folder"));
        let provision = files.path().join("provision.json");
        std::fs::write(&provision, Team::provision(std::slice::from_ref(&team)).to_string()).expect("a file");
        let mut command = env.command("memory:");
        command.arg("serve").arg("--provision").arg(&provision).env("FIRSTLINE__LOG__FORMAT", format);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr);
        let mut process = command.spawn().expect("the service runs");
        // The command holds the descriptor of stderr: a pipe would never end with it.
        drop(command);
        let stdout = process.stdout.take().expect("its standard output");
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(stdout).read_line(&mut line);
            let _ = sender.send(line);
        });
        let line = receiver.recv_timeout(START).unwrap_or_default();
        let started: Value = serde_json::from_str(&line).unwrap_or_default();
        let address = |name: &str| started[name].as_str().unwrap_or_default().to_owned();
        let served = Self {
            process,
            address: address("listening"),
            metrics: address("metrics"),
            token: token(team.technician),
            _files: files,
        };
        (!served.address.is_empty()).then_some(served)
    }

    /// A new ticket.
    pub(super) fn intake(&self, call: &Value, patience: Duration) -> Result<(), String> {
        let body = call.to_string();
        let head = format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
        self.ask(&self.address, "POST /api/v1/l1/intake", &head, &body, patience).map(drop)
    }

    /// The answer to a GET.
    pub(super) fn get(&self, path: &str, patience: Duration) -> Result<String, String> {
        self.ask(&self.address, &format!("GET {path}"), "", "", patience)
    }

    /// How many tickets the pages of the queue have in all.
    pub(super) fn queue_pages(&self, patience: Duration) -> Result<usize, String> {
        let (mut count, mut next) = (0, Some("/api/v1/l1/queue?limit=200".to_owned()));
        while let Some(path) = next {
            let answer = self.get(&path, patience)?;
            let (head, body) = answer.split_once("\r\n\r\n").ok_or("an answer without a head")?;
            let rows: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
            count += rows.as_array().map_or(0, Vec::len);
            let link = head.lines().find_map(|line| line.strip_prefix("link: <"));
            next = link.and_then(|link| link.split_once('>')).map(|(path, _)| path.to_owned());
        }
        Ok(count)
    }

    /// How many lines of the log count as dropped.
    pub(super) fn dropped_lines(&self) -> u64 {
        let text = self.ask(&self.metrics, "GET /metrics", "", "", Duration::from_secs(5)).unwrap_or_default();
        let value = text.lines().find_map(|line| line.strip_prefix("firstline_log_lines_dropped_total "));
        value.and_then(|value| value.parse().ok()).unwrap_or_default()
    }

    fn ask(&self, address: &str, what: &str, head: &str, body: &str, patience: Duration) -> Result<String, String> {
        let failed = |error: std::io::Error| format!("no answer: {error}");
        let mut stream = TcpStream::connect(address).map_err(failed)?;
        stream.set_read_timeout(Some(patience)).map_err(failed)?;
        let token = &self.token;
        let request = format!(
            "{what} HTTP/1.1\r\nhost: prove\r\nconnection: close\r\nauthorization: Bearer {token}\r\n{head}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map_err(failed)?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        if answer.starts_with("HTTP/1.1 200 ") { Ok(answer) } else { Err(format!("answered {answer:?}")) }
    }

    /// Asks it to end; `None` if it has not within the time.
    pub(super) fn terminate(&mut self, patience: Duration) -> Option<ExitStatus> {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        assert!(sent.success(), "no signal could be sent to {pid}");
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if let Some(status) = self.process.try_wait().expect("its status") {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
