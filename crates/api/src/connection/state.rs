//! One connection, as stream, watch and the application's outermost layer know it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

#[cfg(feature = "sabotage")]
use firstline_domain::sabotage::planted;
use tokio::time::Instant;

use super::door::Place;
use super::pace::{Cut, Pace, Phase, Times};

/// One connection. Each of those who know it tells it what they see.
pub(crate) struct Connection {
    times: Times,
    pace: Cell<Pace>,
    /// The last bytes that came in.
    tail: Cell<[u8; 3]>,
    farewell: RefCell<Vec<u8>>,
    abandons_answer: Cell<bool>,
    place: Place,
}

impl Connection {
    pub(super) fn new(times: Times, place: Place) -> Self {
        let pace = Cell::new(Pace::new(Instant::now()));
        let (farewell, abandons_answer) = (RefCell::default(), Cell::new(false));
        Self { times, pace, tail: Cell::default(), farewell, abandons_answer, place }
    }

    /// A request's head has been read. The request is answered when the guard is dropped.
    pub(crate) fn answering(self: &Rc<Self>, has_body: bool) -> Answering {
        self.note(|pace, now| pace.enter(Phase::Answering, now));
        Answering { connection: Rc::clone(self), has_body }
    }

    /// Bytes have come in.
    pub(super) fn received(&self, bytes: &[u8]) {
        let mut tail = self.tail.get();
        for byte in bytes.iter().skip(bytes.len().saturating_sub(tail.len())) {
            tail = [tail[1], tail[2], *byte];
        }
        self.tail.set(tail);
        #[cfg(feature = "sabotage")]
        if self.phase() == Phase::Idle && planted("no-second-head-deadline") {
            return;
        }
        self.note(Pace::received);
    }

    /// The system has taken so many bytes of an answer.
    pub(super) fn sent(&self, bytes: usize) {
        self.note(|pace, now| pace.sent(bytes, now));
    }

    /// The system takes no more bytes, because the client does not.
    pub(super) fn held_up(&self) {
        #[cfg(feature = "sabotage")]
        if planted("no-send-deadline") {
            return;
        }
        self.note(Pace::held_up);
    }

    /// Everything there was to send has been taken.
    pub(super) fn flushed(&self) {
        self.note(Pace::flushed);
    }

    /// Until when it may go on as it is, and what it is cut for then.
    pub(super) fn due(&self) -> (Instant, Cut) {
        self.pace.get().due(&self.times, self.place.is_crowded())
    }

    pub(super) fn phase(&self) -> Phase {
        self.pace.get().phase()
    }

    /// Leaves a last word to be said when the stream is dropped.
    pub(super) fn leave_farewell(&self, words: Vec<u8>) {
        self.farewell.replace(words);
    }

    pub(super) fn take_farewell(&self) -> Vec<u8> {
        self.farewell.take()
    }

    /// What was not sent of an answer is not to be sent any more.
    pub(super) fn abandon_answer(&self) {
        self.abandons_answer.set(true);
    }

    pub(super) fn abandons_answer(&self) -> bool {
        self.abandons_answer.get()
    }

    fn note(&self, what: impl FnOnce(&mut Pace, Instant)) {
        let mut pace = self.pace.get();
        what(&mut pace, Instant::now());
        self.pace.set(pace);
    }
}

/// A request that is being answered.
pub(crate) struct Answering {
    connection: Rc<Connection>,
    has_body: bool,
}

impl Drop for Answering {
    fn drop(&mut self) {
        // Nothing but an empty line may end what came when the last request had no body: else the next head has begun,
        // in the same packet perhaps, and its first byte is not to be waited for.
        let next_began = !self.has_body && !ends_a_head(self.connection.tail.get());
        #[cfg(feature = "sabotage")]
        let next_began = next_began && !planted("no-second-head-deadline");
        let phase = if next_began { Phase::Head } else { Phase::Idle };
        self.connection.note(|pace, now| pace.enter(phase, now));
    }
}

/// Whether these bytes are the end of an empty line, with or without carriage returns.
fn ends_a_head(tail: [u8; 3]) -> bool {
    matches!(tail, [_, b'\n', b'\n'] | [b'\n', b'\r', b'\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_with_an_empty_line() {
        for (tail, ends) in
            [(b"\n\r\n", true), (b"a\n\n", true), (b"a\r\n", false), (b"\r\n\r", false), (b"\0\0\n", false)]
        {
            assert_eq!(ends_a_head(*tail), ends, "{tail:?}");
        }
    }
}
