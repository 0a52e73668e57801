//! An identity provider's key set on a loopback socket, which can be changed, slowed down and broken while it is asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A running provider of keys. Its thread ends with the test process.
pub struct Provider {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    answer: Answer,
    fetches: Vec<Instant>,
}

/// What the provider answers.
#[derive(Clone)]
pub enum Answer {
    /// The key set, or whatever body this is.
    Body(String),
    /// The same with a further header line, such as `cache-control: max-age=5`.
    With(String, String),
    /// A status without keys, with a header line (a redirect's `location: …`).
    Status(u16, String),
    /// The body after a while.
    Slow(Duration, String),
    /// The connection is closed without an answer.
    Down,
}

impl Provider {
    /// Starts to answer `answer`.
    #[must_use]
    pub fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(Mutex::new(State { answer, fetches: Vec::new() }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // A client that asks and hangs up is none of the test's concern.
                std::thread::spawn(move || drop(answer_one(stream, &state)));
            }
        });
        Self { address, state }
    }

    /// The URL of the key set.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    /// Answers otherwise from now on.
    pub fn set(&self, answer: Answer) {
        lock(&self.state).answer = answer;
    }

    /// When it was asked.
    #[must_use]
    pub fn fetches(&self) -> Vec<Instant> {
        lock(&self.state).fetches.clone()
    }
}

/// The answer with these keys.
#[must_use]
pub fn keys(keys: &[Value]) -> Answer {
    Answer::Body(json!({ "keys": keys }).to_string())
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer_one(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut head = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    while head.read_line(&mut line)? > 2 {
        line.clear();
    }
    let answer = {
        let mut state = lock(state);
        state.fetches.push(Instant::now());
        state.answer.clone()
    };
    let (status, header, body) = match answer {
        Answer::Body(body) => (200, String::new(), body),
        Answer::With(header, body) => (200, header, body),
        Answer::Status(status, header) => (status, header, String::new()),
        Answer::Slow(by, body) => {
            std::thread::sleep(by);
            (200, String::new(), body)
        }
        Answer::Down => return Ok(()),
    };
    let header = if header.is_empty() { header } else { format!("{header}\r\n") };
    let length = body.len();
    write!(stream, "HTTP/1.1 {status} X\r\n{header}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
}
