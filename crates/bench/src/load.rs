//! The load: connections that each send a request, read the answer and time it, one after the other.
//!
//! One thread drives them all, and does as little as can be: what the load costs is taken from what is measured.

use std::fmt::Write as _;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::cpu::Cpu;

/// A request as it goes over the wire.
pub(crate) type Request = Vec<u8>;

/// Puts a request together.
pub(crate) fn request(method: &str, path: &str, token: &str, body: Option<&serde_json::Value>) -> Request {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n");
    let body = body.map(serde_json::Value::to_string).unwrap_or_default();
    if !body.is_empty() {
        text.push_str("content-type: application/json\r\n");
    }
    write!(text, "content-length: {}\r\n\r\n{body}", body.len()).expect("text can be written to");
    text.into_bytes()
}

/// What came of a load.
pub(crate) struct Outcome {
    /// How long each answered request took, ascending.
    pub(crate) latencies: Vec<Duration>,
    /// How long the load lasted.
    pub(crate) time: Duration,
    /// The processor time that service and database took, where somebody has looked.
    pub(crate) cpu: Cpu,
}

impl Outcome {
    /// What came of no load.
    pub(crate) const fn none() -> Self {
        Self { latencies: Vec::new(), time: Duration::ZERO, cpu: Cpu::NONE }
    }

    /// Both loads as one.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.latencies.extend(other.latencies);
        self.latencies.sort_unstable();
        Self { latencies: self.latencies, time: self.time + other.time, cpu: self.cpu + other.cpu }
    }

    /// Answered requests a second.
    pub(crate) fn rate(&self) -> f64 {
        let answered = u32::try_from(self.latencies.len()).expect("fewer than four thousand million requests");
        f64::from(answered) / self.time.as_secs_f64()
    }

    /// Processor time for each answered request, in microseconds.
    pub(crate) fn cost(&self, cpu: Duration) -> f64 {
        cpu.as_secs_f64() * 1_000_000.0 / (self.rate() * self.time.as_secs_f64())
    }

    /// The latency that this share of a hundred of the requests stayed within, in milliseconds.
    pub(crate) fn percentile(&self, share: usize) -> f64 {
        self.latencies.get(self.latencies.len() * share / 100).map_or(0.0, |latency| latency.as_secs_f64() * 1_000.0)
    }
}

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// The latencies of what was sent over it.
    pub(crate) latencies: Vec<Duration>,
}

impl Connection {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, buffer: Vec::with_capacity(64 << 10), latencies: Vec::new() }
    }

    /// Sends a request; answers the body. Anything but 200 ends the bench: a failed request measures nothing.
    pub(crate) async fn call(&mut self, request: &[u8]) -> &[u8] {
        let began = Instant::now();
        self.stream.write_all(request).await.expect("a request sent");
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("an answer");
            assert!(read > 0, "the connection was closed");
            let mut headers = [httparse::EMPTY_HEADER; 32];
            let mut response = httparse::Response::new(&mut headers);
            let Ok(httparse::Status::Complete(head)) = response.parse(&self.buffer) else { continue };
            let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
            let length: usize =
                length.map_or("0", |header| std::str::from_utf8(header.value).unwrap()).parse().unwrap();
            if self.buffer.len() < head + length {
                continue;
            }
            let code = response.code.unwrap();
            assert!(code == 200, "{code}: {}", String::from_utf8_lossy(&self.buffer[head..]));
            self.latencies.push(began.elapsed());
            return &self.buffer[head..];
        }
    }
}

/// Runs `work` on every connection at once. `work` is told the connection's number and when to stop.
pub(crate) fn run<F>(address: &str, connections: usize, time: Duration, work: F) -> Outcome
where
    F: AsyncFn(usize, &mut Connection, Instant) + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let work = Rc::new(work);
    let address = address.to_owned();
    runtime.block_on(tokio::task::LocalSet::new().run_until(async move {
        let mut open = Vec::new();
        for _ in 0..connections {
            open.push(Connection::open(&address).await);
        }
        let began = Instant::now();
        let until = began + time;
        let tasks: Vec<_> = open
            .into_iter()
            .enumerate()
            .map(|(number, mut connection)| {
                let work = Rc::clone(&work);
                tokio::task::spawn_local(async move {
                    work(number, &mut connection, until).await;
                    connection.latencies
                })
            })
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await.expect("a connection's work"));
        }
        let time = began.elapsed();
        latencies.sort_unstable();
        Outcome { latencies, time, cpu: Cpu::NONE }
    }))
}
