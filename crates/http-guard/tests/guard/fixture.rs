//! The application, its hooks, and a client that sends and reads as slowly as a test wants.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, web};
use firstline_http_guard::{CloseReason, Hooks, ServeSettings, serve};

/// How long a response that is due at once may take on a machine that is busy with other tests.
pub const SOON: Duration = Duration::from_secs(5);

pub const HELLO: &[u8] = b"GET / HTTP/1.1\r\nhost: t\r\n\r\n";

/// Bytes of the body at `/large`.
pub const LARGE: usize = 1_500_000;

pub const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Settings with short deadlines.
pub fn impatient() -> ServeSettings {
    ServeSettings { head_timeout: ms(400), send_timeout: ms(800), keep_alive: ms(2_000), ..ServeSettings::default() }
}

/// What the hooks were told.
#[derive(Default)]
pub struct Counts {
    open: AtomicI64,
    refused: AtomicU64,
    closed: Mutex<HashMap<CloseReason, u64>>,
    changes: AtomicU64,
    trusts_all: bool,
    refuses_aloud: bool,
}

impl Hooks for Counts {
    fn is_trusted_proxy(&self, _peer: IpAddr) -> bool {
        self.trusts_all
    }

    fn connection_opened(&self) {
        self.open.fetch_add(1, Ordering::SeqCst);
    }

    fn connection_closed(&self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }

    fn connection_refused(&self, _peer: IpAddr) {
        self.refused.fetch_add(1, Ordering::SeqCst);
    }

    fn connection_timed_out(&self, reason: CloseReason) {
        *self.closed.lock().unwrap().entry(reason).or_default() += 1;
    }

    fn refusal(&self) -> Option<HttpResponse> {
        self.refuses_aloud.then(|| HttpResponse::ServiceUnavailable().body("full"))
    }
}

/// A running server. It stops when this is dropped.
pub struct Server {
    address: SocketAddr,
    counts: Arc<Counts>,
    handle: ServerHandle,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

impl Server {
    pub fn start(settings: &ServeSettings) -> Self {
        Self::with(settings, Counts::default())
    }

    /// A server whose only peer is a trusted proxy.
    pub fn behind_proxy(settings: &ServeSettings) -> Self {
        Self::with(settings, Counts { trusts_all: true, ..Counts::default() })
    }

    /// A server that answers a connection that it refuses.
    pub fn refusing_aloud(settings: &ServeSettings) -> Self {
        Self::with(settings, Counts { refuses_aloud: true, ..Counts::default() })
    }

    fn with(settings: &ServeSettings, counts: Counts) -> Self {
        let (sender, receiver) = mpsc::channel();
        let (settings, counts) = (settings.clone(), Arc::new(counts));
        let hooks = Arc::clone(&counts);
        let changes = Arc::clone(&counts);
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                let address = listener.local_addr().unwrap();
                let app = move || {
                    let changes = Arc::clone(&changes);
                    let change = move || {
                        changes.changes.fetch_add(1, Ordering::SeqCst);
                        async { "hello" }
                    };
                    App::new()
                        .route("/change", web::post().to(change))
                        .route("/stream", web::get().to(stream))
                        .route("/", web::get().to(|| async { "hello" }))
                        .route("/large", web::get().to(|| async { "x".repeat(LARGE) }))
                        .route("/never", web::get().to(std::future::pending::<HttpResponse>))
                        .route("/refuse", web::post().to(refuse))
                        .route("/length", web::post().to(|body: Bytes| async move { body.len().to_string() }))
                };
                let server = serve(listener, &settings, ms(1_500), hooks, app).unwrap();
                sender.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, handle) = receiver.recv().unwrap();
        Self { address, counts, handle }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// As many connections, each of which has had a response.
    pub fn connect_and_greet(&self, count: usize) -> Vec<TcpStream> {
        let mut streams: Vec<TcpStream> = (0..count).map(|_| self.connect()).collect();
        for stream in &mut streams {
            stream.write_all(HELLO).unwrap();
            assert!(read_hello(stream).starts_with("HTTP/1.1 200"));
        }
        streams
    }

    /// Whether a new connection gets a response.
    pub fn serves(&self) -> bool {
        let mut stream = self.connect();
        stream.write_all(HELLO).is_ok() && matches!(stream.read(&mut [0; 8]), Ok(8))
    }

    /// Connections closed for a reason.
    pub fn closed(&self, reason: CloseReason) -> u64 {
        self.counts.closed.lock().unwrap().get(&reason).copied().unwrap_or(0)
    }

    /// Requests to `/change` that were carried out.
    pub fn changes(&self) -> u64 {
        self.counts.changes.load(Ordering::SeqCst)
    }

    pub fn refused(&self) -> u64 {
        self.counts.refused.load(Ordering::SeqCst)
    }

    pub fn open(&self) -> i64 {
        self.counts.open.load(Ordering::SeqCst)
    }
}

/// Refuses after a while, without a look at the body.
async fn refuse() -> HttpResponse {
    tokio::time::sleep(ms(50)).await;
    HttpResponse::Forbidden().body("no")
}

/// How many pieces a stream has, of how many bytes, and the pause before each.
#[derive(serde::Deserialize)]
struct Pieces {
    count: u32,
    bytes: usize,
    pause: u64,
}

async fn stream(pieces: web::Query<Pieces>) -> HttpResponse {
    let Pieces { count, bytes, pause } = pieces.into_inner();
    HttpResponse::Ok().streaming(futures_util::stream::unfold(0, move |piece| async move {
        if piece == count {
            return None;
        }
        tokio::time::sleep(ms(pause)).await;
        Some((Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; bytes])), piece + 1))
    }))
}

/// Reads the response to one [`HELLO`].
pub fn read_hello(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\nhello") && stream.read(&mut byte).unwrap() > 0 {
        text.push(byte[0]);
    }
    String::from_utf8(text).unwrap()
}

/// Sends byte after byte until the server ends it; what came back, and after how long.
pub fn dribble(stream: &mut TcpStream, bytes: impl IntoIterator<Item = u8>) -> (String, Duration) {
    let (began, mut back) = (Instant::now(), Vec::new());
    stream.set_read_timeout(Some(ms(20))).unwrap();
    for byte in bytes {
        let sent = stream.write_all(&[byte]);
        let mut buffer = [0; 4_096];
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => back.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == ErrorKind::WouldBlock && sent.is_ok() => {}
            Err(_) => break,
        }
        assert!(began.elapsed() < Duration::from_secs(20), "the connection is still open");
    }
    (String::from_utf8_lossy(&back).into_owned(), began.elapsed())
}

/// Waits for the end; what came until then, and after how long.
pub fn until_end(stream: &mut TcpStream) -> (String, Duration) {
    let (began, mut all) = (Instant::now(), Vec::new());
    let _ = stream.read_to_end(&mut all);
    (String::from_utf8_lossy(&all).into_owned(), began.elapsed())
}
