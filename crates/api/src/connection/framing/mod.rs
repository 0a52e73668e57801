//! Follows the requests on a connection, so that each is answered: a head that the protocol layer would refuse without
//! a body is replaced by one that the application refuses with a problem, and a body with bad framing ends where that
//! shows. What it passes on the protocol layer takes.
//!
//! One request is passed on at a time. The protocol layer reads ahead, and answers by the version, the method and the
//! `Connection` of the head that it has read last: a `GET` with a `HEAD` behind it would lose its body.

mod chunks;
mod head;

use actix_web::web::{Buf, BytesMut};
use chunks::{Chunks, Taken};
use head::{Body, Head, MAX_HEAD_BYTES, Read};
pub(crate) use head::{HeadDefect, MAX_HEAD_BYTES as HEAD_BYTES, MAX_HEADER_NAME_BYTES, MAX_HEADERS, MAX_URL_BYTES};

/// Stands for a head that was refused. The application answers it by its defect.
const REFUSED: &[u8] = b"REFUSED / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n";

/// Passed on once when a head begins: a client may send it before a head, and the protocol layer knows by it that the
/// connection is not idle. The protocol layer keeps it until the head is whole.
const HEAD_BEGINS: &[u8] = b"\r\n";

/// What the next bytes belong to.
#[derive(Debug, Clone, Copy)]
enum Part {
    Head,
    Sized(u64),
    Chunked(Chunks),
    Opaque,
    /// Nothing: what comes is not read as requests any more.
    Over,
}

/// The requests on a connection, as far as they have come in.
#[derive(Debug)]
pub(super) struct Framing {
    part: Part,
    /// The beginning of a head.
    held: Vec<u8>,
    /// What came behind a request that is not answered.
    waiting: BytesMut,
    course: Course,
    /// The defect of the head that was passed on.
    defect: Option<HeadDefect>,
}

/// How far the request is that was passed on last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// The application has not got it.
    Passed,
    Begun,
    /// It is answered, or there was none.
    Answered,
}

impl Framing {
    pub(super) fn new() -> Self {
        let (held, waiting) = (Vec::new(), BytesMut::new());
        Self { part: Part::Head, held, waiting, course: Course::Answered, defect: None }
    }

    /// How many of the first bytes pass as they are.
    pub(super) fn pass(&mut self, input: &[u8]) -> usize {
        let mut passed = 0;
        while let Some(rest @ [_, ..]) = input.get(passed..) {
            passed += match &mut self.part {
                Part::Head if self.held.is_empty() && self.course == Course::Answered => match head::read(rest) {
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

    /// Takes bytes that do not pass as they are. Appends to `out` what is passed on.
    pub(super) fn take(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let taken = self.take_some(input, out);
        self.waiting.extend_from_slice(input.get(taken..).unwrap_or_default());
    }

    /// As [`take`](Self::take), for what waits, if it need not wait any more. Whether there was anything.
    pub(super) fn resume(&mut self, out: &mut Vec<u8>) -> bool {
        let resumes = self.course == Course::Answered && !self.waiting.is_empty();
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
                Part::Head if self.course != Course::Answered => return taken,
                Part::Head if !rest.is_empty() => taken += rest.len() - self.hold(rest, out).len(),
                Part::Over => return input.len(),
                _ => {}
            }
        }
        taken
    }

    /// Takes the next bytes of a head that is not whole, or is not passed on as it is. What is left of them belongs to
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
        (self.course, self.defect) = (Course::Passed, head.defect);
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
        (self.course, self.defect) = (Course::Passed, Some(defect));
        self.part = Part::Over;
        &[]
    }

    /// The application has got the request. Tells what its head's defect is.
    pub(super) fn begin(&mut self) -> Option<HeadDefect> {
        self.course = Course::Begun;
        self.defect.take()
    }

    /// The request is answered, though its body may still be coming in.
    pub(super) fn answered(&mut self) {
        self.course = Course::Answered;
    }

    /// Whether a head has begun that is not passed on.
    pub(super) fn is_in_head(&self) -> bool {
        !self.held.is_empty() || empty_lines(&self.waiting) < self.waiting.len()
    }

    /// Whether nothing is to be read before the request is answered.
    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether no further request is read, because a head or a body was broken.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.part, Part::Over)
    }

    /// Whether the application has got every request that was passed on.
    pub(super) fn has_begun(&self) -> bool {
        self.course != Course::Passed
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
