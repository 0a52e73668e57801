//! A stream that tells its connection what goes over it, and forwards requests that can be answered.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use crate::alarm::poll_alarm;
use crate::connection::Connection;

/// How long a client may go on sending before its connection is closed: after a malformed request, a body that is not
/// read, or more than is dropped behind the last request.
pub(crate) const LINGER: Duration = Duration::from_secs(1);

/// Capacity of a buffer that is kept, in bytes.
const KEPT_BYTES: usize = 4_096;

pub(crate) struct MonitoredStream {
    stream: TcpStream,
    connection: Rc<Connection>,
    /// What is forwarded before anything else is read, and how much of it has been.
    prepared: Vec<u8>,
    forwarded: usize,
    /// The write half is closed.
    closed: bool,
    /// How long the client's last bytes are read for then.
    linger: Option<Pin<Box<Sleep>>>,
}

impl MonitoredStream {
    /// Wraps an accepted stream.
    pub(crate) fn new(stream: TcpStream, connection: Rc<Connection>) -> Self {
        send_at_once(&stream);
        Self { stream, connection, prepared: Vec::new(), forwarded: 0, closed: false, linger: None }
    }

    pub(crate) fn connection(&self) -> &Rc<Connection> {
        &self.connection
    }

    /// Forwards what is prepared, as far as it fits. False if there is nothing.
    fn forward(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let rest = self.prepared.get(self.forwarded..).unwrap_or_default();
        let Some(part) = rest.get(..rest.len().min(buffer.remaining())).filter(|part| !part.is_empty()) else {
            return false;
        };
        buffer.put_slice(part);
        self.forwarded += part.len();
        if self.forwarded == self.prepared.len() {
            self.forwarded = 0;
            self.prepared.clear();
            self.prepared.shrink_to(KEPT_BYTES);
        }
        true
    }

    /// Reads and drops what the client still sends, for a while. A socket that is closed with bytes unread resets the
    /// connection, and the client may lose the response.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let over = self.linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let mut scratch = [0; 4_096];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return poll_alarm(over.as_mut(), cx),
            }
        }
    }
}

/// Sets `TCP_NODELAY`. A compressed or streamed response goes out in two writes; without the option the second waits
/// some 40 ms for the client's delayed acknowledgement of the first.
fn send_at_once(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        // The connection has ended already.
        tracing::debug!(%error, "a connection takes no TCP_NODELAY");
    }
}

impl AsyncRead for MonitoredStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while !this.forward(buffer) {
            if this.connection.resume(&mut this.prepared) {
                continue;
            }
            if this.connection.is_waiting(cx) {
                return Poll::Pending;
            }
            if this.connection.is_over(cx) {
                // The end of what may be read is the end of the stream.
                return Poll::Ready(Ok(()));
            }
            let before = buffer.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
            let bytes = buffer.filled().get(before..).unwrap_or_default();
            if bytes.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let passed = this.connection.received(bytes, &mut this.prepared);
            buffer.set_filled(before + passed);
            if fault!(this.connection.hooks().planted("slow-client-blocks-worker")) {
                std::thread::sleep(Duration::from_millis(10));
            }
            if passed > 0 {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for MonitoredStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        match &written {
            Poll::Ready(Ok(count)) => self.connection.sent(*count),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.connection.stalled(),
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

impl Drop for MonitoredStream {
    fn drop(&mut self) {
        if self.connection.abandons_response() {
            // Else the system goes on trying to send, and keeps what it holds for that.
            let _ = self.stream.set_zero_linger();
        }
        let bytes = self.connection.take_last_words();
        if !bytes.is_empty() {
            // A client that does not take it in one piece does not get it.
            let _ = self.stream.try_write(&bytes);
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
