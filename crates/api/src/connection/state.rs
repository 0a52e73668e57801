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
    farewell: RefCell<Vec<u8>>,
    abandons_answer: Cell<bool>,
    place: Place,
}

impl Connection {
    pub(super) fn new(times: Times, place: Place) -> Self {
        let pace = Cell::new(Pace::new(Instant::now()));
        Self { times, pace, farewell: RefCell::default(), abandons_answer: Cell::new(false), place }
    }

    /// A request's head has been read. The request is answered when the guard is dropped.
    pub(crate) fn answering(self: &Rc<Self>) -> Answering {
        self.note(|pace, now| pace.enter(Phase::Answering, now));
        Answering(Rc::clone(self))
    }

    /// Bytes have come in.
    pub(super) fn received(&self) {
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
pub(crate) struct Answering(Rc<Connection>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.note(|pace, now| pace.enter(Phase::Idle, now));
    }
}
