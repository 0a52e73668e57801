//! Clients that are slow: each in one way, and for as long as they are let.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Barrier;

use crate::world::World;

/// How long each waits between two bytes.
const PAUSE: Duration = Duration::from_millis(250);

/// The most of an answer that is kept.
const KEPT: usize = 16 << 10;

/// In which way a client is slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// With its first head.
    FirstHead,
    /// With the second head on a connection that had an answer.
    LaterHead,
    /// With the body of a call that wants one.
    Body,
    /// With a body, in chunks, that nobody asked for; the answer has gone out long ago.
    UnwantedBody,
    /// It asks for much, again and again, and reads nothing.
    NeverReading,
}

impl Kind {
    const ALL: [Self; 5] = [Self::FirstHead, Self::LaterHead, Self::Body, Self::UnwantedBody, Self::NeverReading];

    /// What its last answer begins with, if it gets one.
    pub(super) const fn ends_with(self) -> Option<&'static str> {
        match self {
            Self::FirstHead | Self::LaterHead | Self::Body => Some("HTTP/1.1 408 "),
            Self::UnwantedBody | Self::NeverReading => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FirstHead => "slow first head",
            Self::LaterHead => "slow second head",
            Self::Body => "slow body",
            Self::UnwantedBody => "slow body that nobody wants",
            Self::NeverReading => "client that reads nothing",
        })
    }
}

/// One of them, afterwards.
pub(super) struct Slow {
    pub(super) kind: Kind,
    /// After how long the service ended it; never, if it had to be given up.
    pub(super) lasted: Option<Duration>,
    received: Vec<u8>,
}

impl Slow {
    /// The last answer that it got.
    pub(super) fn last_answer(&self) -> String {
        let text = String::from_utf8_lossy(&self.received);
        text.rfind("HTTP/1.1 ").map(|at| text[at..].to_owned()).unwrap_or_default()
    }
}

/// All of them.
pub(super) struct Attack {
    stop: Arc<AtomicBool>,
    began: Instant,
    thread: JoinHandle<Vec<Slow>>,
}

impl Attack {
    /// Opens so many, and returns when all of them have begun to be slow.
    pub(super) fn begin(world: &World, count: usize) -> Self {
        let address = world.service.address().to_owned();
        let token = world.ours.technician().token.clone().expect("a technician has a token");
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, begun) = std::sync::mpsc::channel();
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                // All connect first: the time of the first ones must not run while the last ones connect.
                let (barrier, token) = (Barrier::new(count + 1), token.as_str());
                let (barrier, address, stopped) = (&barrier, address.as_str(), &*stopped);
                let all = (0..count).map(|number| async move {
                    let kind = Kind::ALL[number % Kind::ALL.len()];
                    let stream = connect(kind, address).await;
                    barrier.wait().await;
                    slow(kind, stream, token, stopped).await
                });
                let begun = async {
                    barrier.wait().await;
                    sender.send(()).expect("somebody waits");
                };
                futures_util::future::join(futures_util::future::join_all(all), begun).await.0
            })
        });
        begun.recv().expect("the slow clients connect");
        Self { stop, began: Instant::now(), thread }
    }

    /// Waits until the service has ended them all, at most so long since they began, and gives up the rest.
    pub(super) fn end(self, patience: Duration) -> Vec<Slow> {
        while !self.thread.is_finished() && self.began.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(50));
        }
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the slow clients end")
    }
}

async fn connect(kind: Kind, address: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    if kind == Kind::NeverReading {
        // What it does not read must not find room on its side.
        socket.set_recv_buffer_size(4_096).expect("a small buffer");
    }
    let address = address.parse().expect("an address");
    socket.connect(address).await.expect("a connection of a slow client")
}

/// Is slow until it is ended or stopped.
async fn slow(kind: Kind, mut stream: TcpStream, token: &str, stopped: &AtomicBool) -> Slow {
    let (mut received, trickle) = (Vec::new(), opening(kind, &mut stream, token).await);
    let began = Instant::now();
    for byte in trickle.iter().copied().cycle() {
        let wrote = if kind == Kind::NeverReading { Ok(()) } else { stream.write_all(&[byte]).await };
        if wrote.is_err() || ended(kind, &mut stream, &mut received).await {
            return Slow { kind, lasted: Some(began.elapsed()), received };
        }
        if stopped.load(Ordering::Relaxed) {
            break;
        }
    }
    Slow { kind, lasted: None, received }
}

/// Sends what comes at once; answers what comes byte by byte after it.
async fn opening(kind: Kind, stream: &mut TcpStream, token: &str) -> &'static [u8] {
    let live = "GET /livez HTTP/1.1\r\nhost: slow\r\n";
    let (begin, trickle): (String, &'static [u8]) = match kind {
        Kind::FirstHead => (format!("{live}x: "), b"x"),
        Kind::LaterHead => {
            stream.write_all(format!("{live}\r\n").as_bytes()).await.expect("a first request");
            let mut answer = [0; 4_096];
            assert!(stream.read(&mut answer).await.expect("a first answer") > 0, "it was closed");
            (format!("{live}x: "), b"x")
        }
        Kind::Body => (
            format!(
                "POST /api/v1/l1/intake HTTP/1.1\r\nhost: slow\r\nauthorization: Bearer {token}\r\n\
                 content-type: application/json\r\ncontent-length: 100000\r\n\r\n"
            ),
            b" ",
        ),
        Kind::UnwantedBody => (format!("{live}transfer-encoding: chunked\r\n\r\n"), b"1\r\nx\r\n"),
        // Not a byte more: it would begin another head, which has a deadline of its own.
        Kind::NeverReading => ("GET /api/v1/openapi.json HTTP/1.1\r\nhost: slow\r\n\r\n".repeat(60), b" "),
    };
    // Whoever reads nothing may not be able to send all of it.
    let sent = tokio::time::timeout(PAUSE, stream.write_all(begin.as_bytes())).await;
    assert!(kind == Kind::NeverReading || matches!(sent, Ok(Ok(()))), "a {kind} could not begin");
    trickle
}

/// Waits a moment; whether the service has ended the connection meanwhile.
async fn ended(kind: Kind, stream: &mut TcpStream, received: &mut Vec<u8>) -> bool {
    if kind == Kind::NeverReading {
        tokio::time::sleep(PAUSE).await;
        // What it has not read stands before the end of the stream: only a reset comes through.
        return !matches!(stream.take_error(), Ok(None));
    }
    let mut buffer = [0; 4_096];
    match tokio::time::timeout(PAUSE, stream.read(&mut buffer)).await {
        Err(_) => false,
        Ok(Ok(0) | Err(_)) => true,
        Ok(Ok(read)) => {
            received.extend_from_slice(&buffer[..read]);
            received.drain(..received.len().saturating_sub(KEPT));
            false
        }
    }
}
