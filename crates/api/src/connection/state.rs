//! One connection, as stream, watch and the application's outermost layer know it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Waker};

#[cfg(feature = "sabotage")]
use firstline_domain::sabotage::planted;
use tokio::time::Instant;

use super::door::Place;
use super::framing::{Framing, HeadDefect};
use super::pace::{Cut, Pace, Phase, Times};

/// One connection. Each of those who know it tells it what they see.
pub(crate) struct Connection {
    times: Times,
    pace: Cell<Pace>,
    framing: RefCell<Framing>,
    /// Who reads, while that has to wait for a request.
    reader: RefCell<Option<Waker>>,
    farewell: RefCell<Vec<u8>>,
    abandons_answer: Cell<bool>,
    place: Place,
}

impl Connection {
    pub(super) fn new(times: Times, place: Place) -> Self {
        let pace = Cell::new(Pace::new(Instant::now()));
        let (farewell, abandons_answer) = (RefCell::default(), Cell::new(false));
        let (framing, reader) = (RefCell::new(Framing::new()), RefCell::default());
        Self { times, pace, framing, reader, farewell, abandons_answer, place }
    }

    /// A request's head has been read; it may have a defect. The request is answered when the guard is dropped.
    pub(crate) fn answering(self: &Rc<Self>) -> (Answering, Option<HeadDefect>) {
        self.note(|pace, now| pace.enter(Phase::Answering, now));
        let defect = self.framing.borrow_mut().begin();
        self.wake_reader();
        (Answering { connection: Rc::clone(self) }, defect)
    }

    /// Bytes have come in. So many of the first pass as they are; what is passed on of the others is appended to
    /// `prepared`.
    pub(super) fn received(&self, bytes: &[u8], prepared: &mut Vec<u8>) -> usize {
        #[cfg(feature = "sabotage")]
        let unseen = self.phase() == Phase::Idle && planted("no-second-head-deadline");
        #[cfg(not(feature = "sabotage"))]
        let unseen = false;
        if !unseen {
            self.note(Pace::received);
        }
        let mut framing = self.framing.borrow_mut();
        let passed = framing.pass(bytes);
        framing.take(bytes.get(passed..).unwrap_or_default(), prepared);
        passed
    }

    /// Appends to `prepared` what is passed on of bytes that have waited. Whether there were any.
    pub(super) fn resume(&self, prepared: &mut Vec<u8>) -> bool {
        self.framing.borrow_mut().resume(prepared)
    }

    /// Whether nothing is to be read for now. `reader` is woken when it is.
    pub(super) fn is_waiting(&self, reader: &Context<'_>) -> bool {
        let waits = self.framing.borrow().is_waiting();
        if waits {
            self.reader.replace(Some(reader.waker().clone()));
        }
        waits
    }

    /// Whether the requests are over because of a broken one, and it has begun. Else `reader` is woken when it does.
    pub(super) fn is_over(&self, reader: &Context<'_>) -> bool {
        let framing = self.framing.borrow();
        if framing.is_over() && !framing.has_begun() {
            self.reader.replace(Some(reader.waker().clone()));
        }
        framing.is_over() && framing.has_begun()
    }

    fn wake_reader(&self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    /// Whether what comes is not read as requests any more, because one was broken.
    pub(crate) fn reads_no_more(&self) -> bool {
        self.framing.borrow().is_over()
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
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.connection.framing.borrow_mut().answered();
        self.connection.wake_reader();
        // The next head may have begun in the same packet: then its first byte is not to be waited for.
        let next_began = self.connection.framing.borrow().is_in_head();
        #[cfg(feature = "sabotage")]
        let next_began = next_began && !planted("no-second-head-deadline");
        let phase = if next_began { Phase::Head } else { Phase::Idle };
        self.connection.note(|pace, now| pace.enter(phase, now));
    }
}
