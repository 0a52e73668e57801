//! A stream that tells its connection what goes over it, and passes on requests that can be answered.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::LINGER;
use super::state::Connection;
use super::watch::poll_alarm;

/// Capacity of a buffer that is kept, in bytes.
const KEPT_BYTES: usize = 4_096;

pub(super) struct Guarded {
    stream: TcpStream,
    connection: Rc<Connection>,
    /// What is to be passed on before anything else is read, and how much of it has been.
    prepared: Vec<u8>,
    passed_on: usize,
    /// The write half is closed.
    closed: bool,
    /// How long the client's last bytes are read for then.
    linger: Option<Pin<Box<Sleep>>>,
}

impl Guarded {
    /// Wraps an accepted stream.
    pub(super) fn new(stream: TcpStream, connection: Rc<Connection>) -> Self {
        send_at_once(&stream);
        Self { stream, connection, prepared: Vec::new(), passed_on: 0, closed: false, linger: None }
    }

    pub(super) fn connection(&self) -> &Rc<Connection> {
        &self.connection
    }

    /// Passes on what is prepared, as far as it fits. False if there is nothing.
    fn pass_on(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let rest = self.prepared.get(self.passed_on..).unwrap_or_default();
        let Some(part) = rest.get(..rest.len().min(buffer.remaining())).filter(|part| !part.is_empty()) else {
            return false;
        };
        buffer.put_slice(part);
        self.passed_on += part.len();
        if self.passed_on == self.prepared.len() {
            self.passed_on = 0;
            self.prepared.clear();
            self.prepared.shrink_to(KEPT_BYTES);
        }
        true
    }

    /// Reads and forgets what the client still sends, for a while: a socket that is closed with bytes unread takes the
    /// answer back.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let over = self.linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let mut scrap = [0; 4_096];
        loop {
            let mut buffer = ReadBuf::new(&mut scrap);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return poll_alarm(over.as_mut(), cx),
            }
        }
    }
}

/// Sets `TCP_NODELAY`. A compressed or streamed answer goes out in two writes; without the option the second waits some
/// 40 ms for the client's delayed acknowledgement of the first.
fn send_at_once(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        // The connection has ended already.
        tracing::debug!(%error, "a connection takes no TCP_NODELAY");
    }
}

impl AsyncRead for Guarded {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while !this.pass_on(buffer) {
            if this.connection.resume(&mut this.prepared) {
                continue;
            }
            if this.connection.is_waiting(cx) {
                return Poll::Pending;
            }
            let before = buffer.filled().len();
            match Pin::new(&mut this.stream).poll_read(cx, buffer) {
                Poll::Ready(read) => read?,
                // The end of what can be read is the end of the stream.
                Poll::Pending if this.connection.is_over(cx) => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
            }
            let bytes = buffer.filled().get(before..).unwrap_or_default();
            if bytes.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let passed = this.connection.received(bytes, &mut this.prepared);
            buffer.set_filled(before + passed);
            #[cfg(feature = "sabotage")]
            if firstline_domain::sabotage::planted("slow-client-blocks-worker") {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            if passed > 0 {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        match &written {
            Poll::Ready(Ok(count)) => self.connection.sent(*count),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.connection.held_up(),
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The protocol layer flushes only what it has written to the end.
        self.connection.flushed();
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.closed {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
            this.closed = true;
        }
        if this.connection.reads_no_more() { this.poll_linger(cx).map(Ok) } else { Poll::Ready(Ok(())) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        if self.connection.abandons_answer() {
            // Else the system would go on trying to send, and keep what it holds for that.
            let _ = self.stream.set_zero_linger();
        }
        let words = self.connection.take_farewell();
        if !words.is_empty() {
            // Whoever does not take it in one piece goes without.
            let _ = self.stream.try_write(&words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_accepted_socket_sends_each_write_at_once() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        assert!(!stream.nodelay().unwrap(), "the system's default");
        send_at_once(&stream);
        assert!(stream.nodelay().unwrap());
    }
}
