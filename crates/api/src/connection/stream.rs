//! A stream that tells its connection what goes over it.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::state::Connection;

pub(super) struct Guarded {
    stream: TcpStream,
    connection: Rc<Connection>,
}

impl Guarded {
    /// Wraps an accepted stream.
    pub(super) fn new(stream: TcpStream, connection: Rc<Connection>) -> Self {
        send_at_once(&stream);
        Self { stream, connection }
    }

    pub(super) fn connection(&self) -> &Rc<Connection> {
        &self.connection
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
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if let Some(bytes @ [_, ..]) = buffer.filled().get(before..) {
            self.connection.received(bytes);
            #[cfg(feature = "sabotage")]
            if firstline_domain::sabotage::planted("slow-client-blocks-worker") {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        }
        read
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
        Pin::new(&mut self.stream).poll_shutdown(cx)
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
