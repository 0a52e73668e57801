//! A proxy on the wire between a service and Postgres. It passes everything on, and can ask a question on each
//! connection that is open, which is the only way to see how a pooled connection has been left.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a connection answered.
pub(crate) struct Answered {
    /// The one value.
    pub(crate) value: String,
    /// `I` idle, `T` in a transaction, `E` in one that has failed.
    pub(crate) status: u8,
}

/// One connection that passes through.
struct Wire {
    server: TcpStream,
    /// While this is there, what the server says goes to it and not to the service.
    listening: Mutex<Option<Sender<Vec<u8>>>>,
}

/// A proxy.
pub(crate) struct Proxy(Arc<Open>);

/// What passes through a proxy.
struct Open {
    wires: Mutex<Vec<Arc<Wire>>>,
    /// When anything was said last.
    said: Mutex<Instant>,
}

impl Proxy {
    /// Puts a proxy before the database of `url`, which then leads to the proxy.
    pub(crate) fn between(url: &mut String) -> Self {
        let port = url.split("127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next()).expect("a port").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let own = listener.local_addr().expect("an address").port();
        *url = url.replace(&format!("127.0.0.1:{port}"), &format!("127.0.0.1:{own}"));
        let open = Arc::new(Open { wires: Mutex::default(), said: Mutex::new(Instant::now()) });
        let kept = Arc::clone(&open);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(format!("127.0.0.1:{port}")) else { continue };
                let wire = Arc::new(Wire { server, listening: Mutex::new(None) });
                lock(&kept.wires).push(Arc::clone(&wire));
                pass(&client, &wire, &kept);
            }
        });
        Self(open)
    }

    /// Waits until nothing has been said for `quiet`.
    pub(crate) fn wait_for_rest(&self, quiet: Duration) {
        let deadline = Instant::now() + Duration::from_mins(1);
        while lock(&self.0.said).elapsed() < quiet {
            assert!(Instant::now() < deadline, "the service does not come to rest");
            std::thread::sleep(quiet / 10);
        }
    }

    /// Asks for one value on each open connection. The service must be at rest meanwhile.
    pub(crate) fn ask(&self, sql: &str) -> Vec<Answered> {
        lock(&self.0.wires).iter().map(|wire| wire.ask(sql)).collect()
    }
}

impl Wire {
    fn ask(&self, sql: &str) -> Answered {
        let (tell, told) = channel();
        *lock(&self.listening) = Some(tell);
        let length = u32::try_from(sql.len() + 5).expect("a short question");
        let message = [b"Q".as_slice(), &length.to_be_bytes(), sql.as_bytes(), b"\0"].concat();
        (&self.server).write_all(&message).expect("the database listens");
        let answered = read_answer(&told);
        *lock(&self.listening) = None;
        answered
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Two threads that pass on what each side says, until one has said all.
fn pass(client: &TcpStream, wire: &Arc<Wire>, open: &Arc<Open>) {
    let (mut from_client, mut to_client) =
        (client.try_clone().expect("a socket"), client.try_clone().expect("a socket"));
    let (mut from_server, mut to_server) =
        (wire.server.try_clone().expect("a socket"), wire.server.try_clone().expect("a socket"));
    for socket in [client, &wire.server] {
        socket.set_nodelay(true).expect("a socket");
    }
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    let (wire, open) = (Arc::clone(wire), Arc::clone(open));
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(read @ 1..) = from_server.read(&mut buffer) {
            let said = &buffer[..read];
            *lock(&open.said) = Instant::now();
            let listener = lock(&wire.listening).clone();
            let passed = match listener {
                Some(listener) => listener.send(said.to_vec()).is_ok(),
                None => to_client.write_all(said).is_ok(),
            };
            if !passed {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
        lock(&open.wires).retain(|other| !Arc::ptr_eq(other, &wire));
    });
}

/// Reads messages until the server is ready again; the first column of the row is the answer.
fn read_answer(told: &Receiver<Vec<u8>>) -> Answered {
    let (mut bytes, mut value) = (Vec::new(), String::new());
    loop {
        while bytes.len() >= 5 {
            let length = u32::from_be_bytes([bytes[1], bytes[2], bytes[3], bytes[4]]) as usize;
            if bytes.len() < length + 1 {
                break;
            }
            let message: Vec<u8> = bytes.drain(..=length).collect();
            match message[0] {
                // A row: the number of columns, then each with its length before it.
                b'D' => value = String::from_utf8_lossy(&message[11..]).into_owned(),
                b'E' => value = String::from_utf8_lossy(&message[5..]).into_owned(),
                b'Z' => return Answered { value, status: message[5] },
                _ => {}
            }
        }
        bytes.extend(told.recv_timeout(Duration::from_secs(10)).expect("an answer within 10 s"));
    }
}
