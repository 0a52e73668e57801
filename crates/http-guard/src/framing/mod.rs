//! Follows the requests on a connection, so that each gets a response. A head that the protocol layer would refuse
//! without a body is replaced by a placeholder that the application refuses. A body with bad framing ends where that
//! shows. The protocol layer accepts everything that is forwarded.
//!
//! One request is forwarded at a time. The protocol layer reads ahead, and answers by the version, the method and the
//! `Connection` of the head that it has read last: a `GET` with a `HEAD` behind it would lose its body.

mod chunks;
mod head;

use actix_web::web::{Buf, BytesMut};
use chunks::{Chunks, Taken};
use head::{Body, Head, Read};
pub use head::{HeadDefect, MAX_HEAD_BYTES, MAX_HEADER_NAME_BYTES, MAX_HEADERS, MAX_URL_BYTES};

/// Forwarded in place of a head that is refused. It is answered by its defect.
const REFUSED: &[u8] = b"REFUSED / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n";

/// Forwarded once when a head begins. A client may send it before a head, and the protocol layer knows by it that the
/// connection is not idle. The protocol layer keeps it until the head is whole.
const HEAD_BEGINS: &[u8] = b"\r\n";

/// The most bytes behind the last request of a connection that are read and dropped. A client that pipelines has sent
/// some before it sees the last response.
const MAX_DROPPED_BYTES: usize = MAX_HEAD_BYTES;

/// What the next bytes belong to.
#[derive(Debug, Clone, Copy)]
enum Part {
    Head,
    Sized(u64),
    Chunked(Chunks),
    Opaque,
    /// Nothing: further bytes are not read as requests.
    Over,
}

/// The requests on a connection, as far as they have come in.
#[derive(Debug)]
pub(crate) struct Framing {
    part: Part,
    /// The beginning of a head.
    held: Vec<u8>,
    /// What came behind a request that is not answered.
    waiting: BytesMut,
    last: Progress,
    /// No request is forwarded after the last one.
    is_closing: bool,
    /// Bytes that came behind the last request.
    dropped: usize,
    /// The defect of the head that was forwarded last.
    defect: Option<HeadDefect>,
}

/// How far the request is that was forwarded last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// The application has not got it.
    Forwarded,
    Started,
    /// It is answered, or there was none.
    Answered,
}

impl Framing {
    pub(crate) fn new() -> Self {
        let (held, waiting) = (Vec::new(), BytesMut::new());
        let last = Progress::Answered;
        Self { part: Part::Head, held, waiting, last, is_closing: false, dropped: 0, defect: None }
    }

    /// How many of the first bytes are forwarded as they are.
    pub(crate) fn pass(&mut self, input: &[u8]) -> usize {
        let mut passed = 0;
        while let Some(rest @ [_, ..]) = input.get(passed..) {
            passed += match &mut self.part {
                Part::Head if self.is_closing => break,
                Part::Head if self.held.is_empty() && self.last == Progress::Answered => match head::read(rest) {
                    Read::Whole(head) if head.rewritten.is_none() => {
                        self.enter(&head);
                        head.len
                    }
                    _ => break,
                },
                Part::Head | Part::Over => break,
                Part::Opaque => rest.len(),
                Part::Sized(left) => {
                    let here = usize::try_from(*left).map_or(rest.len(), |left| left.min(rest.len()));
                    *left -= here as u64;
                    if *left == 0 {
                        self.part = Part::Head;
                    }
                    here
                }
                Part::Chunked(chunks) => match chunks.take(rest) {
                    Taken::All => rest.len(),
                    Taken::Ended(len) => {
                        self.part = Part::Head;
                        len
                    }
                    Taken::Broken(len) => {
                        self.part = Part::Over;
                        len
                    }
                },
            };
        }
        passed
    }

    /// Takes bytes that are not forwarded as they are. Appends to `out` what is forwarded of them.
    pub(crate) fn take(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let taken = self.take_some(input, out);
        self.waiting.extend_from_slice(input.get(taken..).unwrap_or_default());
    }

    /// As [`take`](Self::take), for what waits, unless it has to wait on. Whether there was anything.
    pub(crate) fn resume(&mut self, out: &mut Vec<u8>) -> bool {
        let resumes = self.last == Progress::Answered && !self.waiting.is_empty();
        if resumes {
            let mut waiting = std::mem::take(&mut self.waiting);
            let taken = self.take_some(&waiting, out);
            waiting.advance(taken);
            self.waiting = waiting;
        }
        resumes
    }

    /// How many of the first bytes need not wait.
    fn take_some(&mut self, input: &[u8], out: &mut Vec<u8>) -> usize {
        let mut taken = 0;
        while let Some(rest @ [_, ..]) = input.get(taken..) {
            let passed = self.pass(rest);
            let (as_it_is, rest) = rest.split_at_checked(passed).unwrap_or((rest, &[]));
            out.extend_from_slice(as_it_is);
            taken += passed;
            match self.part {
                Part::Head if self.is_closing => {
                    self.drop_behind_last(rest.len());
                    return input.len();
                }
                Part::Head if self.last != Progress::Answered => return taken,
                Part::Head if !rest.is_empty() => taken += rest.len() - self.hold(rest, out).len(),
                Part::Over => return input.len(),
                _ => {}
            }
        }
        taken
    }

    /// Drops bytes behind the last request. Nothing is read after too many.
    fn drop_behind_last(&mut self, bytes: usize) {
        self.dropped = self.dropped.saturating_add(bytes);
        if self.dropped > MAX_DROPPED_BYTES {
            self.part = Part::Over;
        }
    }

    /// Takes the next bytes of a head that is not whole, or is not forwarded as it is. What is left of them belongs to
    /// what follows.
    fn hold<'a>(&mut self, input: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
        let had_begun = has_begun(&self.held);
        self.held.extend_from_slice(input);
        let empty = empty_lines(&self.held);
        self.held.drain(..empty);
        if !has_begun(&self.held) {
            return &[];
        }
        let begins = !had_begun;
        // A head ends with a line feed. Read at each byte, it would cost its square.
        let read = if begins || input.contains(&b'\n') { head::read(&self.held) } else { Read::Partial };
        match read {
            Read::Whole(head) => {
                let held = std::mem::take(&mut self.held);
                out.extend_from_slice(head.rewritten.as_deref().or_else(|| held.get(..head.len)).unwrap_or_default());
                self.enter(&head);
                let rest = held.len().saturating_sub(head.len);
                input.get(input.len().saturating_sub(rest)..).unwrap_or_default()
            }
            Read::Partial if self.held.len() <= MAX_HEAD_BYTES => {
                if begins {
                    out.extend_from_slice(HEAD_BEGINS);
                }
                &[]
            }
            Read::Partial if !self.held.contains(&b'\n') => self.refuse(HeadDefect::UrlTooLong, out),
            Read::Partial => self.refuse(HeadDefect::TooLarge, out),
            Read::Refused(defect) => self.refuse(defect, out),
        }
    }

    fn enter(&mut self, head: &Head) {
        (self.last, self.defect) = (Progress::Forwarded, head.defect);
        self.part = match head.body {
            Body::Sized(0) => Part::Head,
            Body::Sized(len) => Part::Sized(len),
            Body::Chunked => Part::Chunked(Chunks::new()),
            Body::Opaque => Part::Opaque,
        };
    }

    fn refuse(&mut self, defect: HeadDefect, out: &mut Vec<u8>) -> &'static [u8] {
        self.held = Vec::new();
        out.extend_from_slice(REFUSED);
        (self.last, self.defect) = (Progress::Forwarded, Some(defect));
        self.part = Part::Over;
        &[]
    }

    /// The application has got the request. Its head's defect.
    pub(crate) fn start(&mut self) -> Option<HeadDefect> {
        self.last = Progress::Started;
        self.defect.take()
    }

    /// The request is answered, though its body may still be coming in.
    pub(crate) fn finish(&mut self) {
        self.last = Progress::Answered;
    }

    /// The connection closes after the last response: what comes behind its request is dropped.
    pub(crate) fn close(&mut self) {
        self.is_closing = true;
        self.waiting = BytesMut::new();
    }

    /// Whether a head has begun that is not forwarded.
    pub(crate) fn is_in_head(&self) -> bool {
        !self.held.is_empty() || empty_lines(&self.waiting) < self.waiting.len()
    }

    /// Whether nothing is to be read before the request is answered.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether nothing more is read: a head or a body was malformed, or too much came behind the last request.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.part, Part::Over)
    }

    /// Whether the application has got every request that was forwarded.
    pub(crate) fn all_started(&self) -> bool {
        self.last != Progress::Forwarded
    }
}

/// Whether a head has begun, with bytes that do not begin with an empty line. A carriage return may be half of one.
fn has_begun(held: &[u8]) -> bool {
    !matches!(held, [] | [b'\r'])
}

/// How many of the first bytes are empty lines.
fn empty_lines(bytes: &[u8]) -> usize {
    let mut len = 0;
    loop {
        len += match bytes.get(len..) {
            Some([b'\n', ..]) => 1,
            Some([b'\r', b'\n', ..]) => 2,
            _ => return len,
        };
    }
}

#[cfg(test)]
mod tests;
