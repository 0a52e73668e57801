//! People who work: a few connections that each ask, read the answer, and think for a moment.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::service::session;
use crate::report::Report;
use crate::world::World;

/// How many work at once.
const PEOPLE: usize = 8;

/// How long each thinks: so the service is busy and not full, and what is measured is waiting and not queueing.
const THOUGHT: Duration = Duration::from_millis(4);

/// After this an answer is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked.
pub(super) struct Load {
    address: String,
    requests: Vec<Vec<u8>>,
}

/// What came of it.
pub(super) struct Measured {
    /// The latency that 99 of 100 requests stayed within.
    pub(super) p99: Duration,
}

impl Load {
    pub(super) fn new(world: &World) -> Self {
        let token = world.ours.technician().token.as_deref().expect("a technician has a token");
        let session = session(world);
        let path = format!("/api/v1/l1/sessions/{session}");
        let notes = json!({ "notes": [{ "text": "the customer looks for the key" }] });
        let requests = vec![
            request("GET", &path, token, None),
            request("GET", "/api/v1/l1/queue", token, None),
            request("POST", &format!("{path}/notes"), token, Some(&notes)),
            request("GET", "/api/v1/l1/sessions/active", token, None),
        ];
        Self { address: world.service.address().to_owned(), requests }
    }

    /// Works for a time, on connections of its own. Whatever is not answered with 200 is a finding.
    pub(super) fn run(&self, time: Duration, report: &Report) -> Measured {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut latencies = runtime.block_on(async {
            let until = Instant::now() + time;
            let people = (0..PEOPLE).map(|number| async move {
                let mut latencies = Vec::new();
                if let Err(why) = self.work(number, until, &mut latencies).await {
                    report.finding("starved", why);
                }
                latencies
            });
            let mut all = Vec::new();
            for latencies in futures_util::future::join_all(people).await {
                all.extend(latencies);
            }
            all
        });
        latencies.sort_unstable();
        report.count("requests", latencies.len() as u64);
        let p99 = latencies.get(latencies.len() * 99 / 100).copied().unwrap_or(PATIENCE);
        Measured { p99 }
    }

    async fn work(&self, number: usize, until: Instant, latencies: &mut Vec<Duration>) -> Result<(), String> {
        let connected = tokio::time::timeout(PATIENCE, TcpStream::connect(&self.address)).await;
        let mut stream =
            connected.map_err(|_| "no connection in time".to_owned())?.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let mut buffer = Vec::new();
        for request in self.requests.iter().cycle().skip(number) {
            if Instant::now() >= until {
                break;
            }
            let began = Instant::now();
            let answered = tokio::time::timeout(PATIENCE, ask(&mut stream, request, &mut buffer)).await;
            answered.map_err(|_| "no answer in time".to_owned())??;
            latencies.push(began.elapsed());
            tokio::time::sleep(THOUGHT).await;
        }
        Ok(())
    }
}

/// Sends a request and reads its answer.
async fn ask(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> Result<(), String> {
    stream.write_all(request).await.map_err(|error| format!("a request could not be sent: {error}"))?;
    buffer.clear();
    loop {
        let read = stream.read_buf(buffer).await.map_err(|error| format!("an answer could not be read: {error}"))?;
        if read == 0 {
            return Err("the connection of somebody who works was closed".to_owned());
        }
        let text = String::from_utf8_lossy(buffer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize =
            length.and_then(|length| length.parse().ok()).ok_or_else(|| format!("no length: {head}"))?;
        if body.len() < length {
            continue;
        }
        return if head.starts_with("HTTP/1.1 200 ") { Ok(()) } else { Err(format!("answered with {text}")) };
    }
}

/// A request as it goes over the wire.
pub(super) fn request(method: &str, path: &str, token: &str, body: Option<&Value>) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: prove\r\nauthorization: Bearer {token}\r\n");
    let body = body.map(Value::to_string).unwrap_or_default();
    if !body.is_empty() {
        text.push_str("content-type: application/json\r\n");
    }
    write!(text, "content-length: {}\r\n\r\n{body}", body.len()).expect("text can be written to");
    text.into_bytes()
}
