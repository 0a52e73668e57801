//! The state of one connection, shared by its stream, its deadlines and the service around the application.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Waker};

use tokio::time::Instant;

use crate::framing::{Framing, HeadDefect};
use crate::hooks::Hooks;
use crate::limiter::ConnectionPermit;
use crate::timer::{CloseReason, Deadlines, Phase, PhaseTimer};

/// How far a client is that announced a body and waits before it sends it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Expectation {
    /// No client waits.
    #[default]
    None,
    /// The application has not asked for the body.
    Unread,
    /// The application waits for the body.
    Awaited,
    /// The client has sent some of the body.
    Sent,
}

/// One connection. The application finds it as `Rc<Connection>` in the connection's data.
pub struct Connection {
    deadlines: Deadlines,
    timer: Cell<PhaseTimer>,
    framing: RefCell<Framing>,
    head_defect: Cell<Option<HeadDefect>>,
    expectation: Cell<Expectation>,
    /// Wakes the reader, which waits until a request is answered.
    reader: RefCell<Option<Waker>>,
    last_words: RefCell<Vec<u8>>,
    /// Whether the protocol layer has the whole response and has not flushed it.
    is_handed_over: Cell<bool>,
    abandons_response: Cell<bool>,
    permit: ConnectionPermit,
    hooks: Arc<dyn Hooks>,
}

impl Connection {
    pub(crate) fn new(deadlines: Deadlines, permit: ConnectionPermit, hooks: Arc<dyn Hooks>) -> Self {
        Self {
            deadlines,
            timer: Cell::new(PhaseTimer::new(Instant::now())),
            framing: RefCell::new(Framing::new()),
            head_defect: Cell::new(None),
            expectation: Cell::default(),
            reader: RefCell::default(),
            last_words: RefCell::default(),
            is_handed_over: Cell::new(false),
            abandons_response: Cell::new(false),
            permit,
            hooks,
        }
    }

    /// The defect of the current request's head.
    #[must_use]
    pub fn head_defect(&self) -> Option<HeadDefect> {
        self.head_defect.get()
    }

    /// What the client of the present request waits for.
    pub(crate) fn expectation(&self) -> Expectation {
        self.expectation.get()
    }

    pub(crate) fn set_expectation(&self, expectation: Expectation) {
        self.expectation.set(expectation);
    }

    /// Whether the present request is answered while its client waits to send the body: it may send it after the
    /// response or not, so no head is to be looked for behind it.
    pub(crate) fn leaves_body_unread(&self) -> bool {
        self.expectation.take() == Expectation::Unread
    }

    /// Whether nothing more is read from the connection: a request was malformed, or too much came behind the last one.
    pub(crate) fn reads_no_more(&self) -> bool {
        self.framing.borrow().is_over()
    }

    /// Records that the application handles a request. Dropping the guard means that the protocol layer has the whole
    /// response; the request is answered when that is flushed.
    pub(crate) fn start_request(self: &Rc<Self>) -> ActiveRequest {
        self.update(|timer, now| timer.enter(Phase::Responding, now));
        self.head_defect.set(self.framing.borrow_mut().start());
        self.wake_reader();
        ActiveRequest { connection: Rc::clone(self) }
    }

    /// Takes bytes from the client. Returns how many of the first are forwarded unchanged; what is forwarded for the
    /// others is appended to `prepared`.
    pub(crate) fn received(&self, bytes: &[u8], prepared: &mut Vec<u8>) -> usize {
        let unseen = fault!(self.hooks.planted("no-second-head-deadline") && self.phase() == Phase::Idle);
        if !unseen {
            self.update(PhaseTimer::received);
        }
        let mut framing = self.framing.borrow_mut();
        let passed = framing.pass(bytes);
        framing.take(bytes.get(passed..).unwrap_or_default(), prepared);
        passed
    }

    /// Appends to `prepared` what is forwarded of waiting bytes. Returns whether there were any.
    pub(crate) fn resume(&self, prepared: &mut Vec<u8>) -> bool {
        self.framing.borrow_mut().resume(prepared)
    }

    /// Whether reading pauses. `reader` is woken when it goes on.
    pub(crate) fn is_waiting(&self, reader: &Context<'_>) -> bool {
        let waits = self.framing.borrow().is_waiting();
        if waits {
            self.reader.replace(Some(reader.waker().clone()));
        }
        waits
    }

    /// Whether nothing more is read from the connection and every forwarded request has started. `reader` is woken when
    /// the last of them starts.
    pub(crate) fn is_over(&self, reader: &Context<'_>) -> bool {
        let framing = self.framing.borrow();
        if framing.is_over() && !framing.all_started() {
            self.reader.replace(Some(reader.waker().clone()));
        }
        framing.is_over() && framing.all_started()
    }

    fn wake_reader(&self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    /// Records that the system has accepted bytes of a response.
    pub(crate) fn sent(&self, bytes: usize) {
        self.update(|timer, now| timer.sent(bytes, now));
    }

    /// Records that the system accepts no more bytes, because the client reads none.
    pub(crate) fn stalled(&self) {
        if fault!(self.hooks.planted("no-send-deadline")) {
            return;
        }
        self.update(PhaseTimer::stalled);
    }

    /// Records that the system has accepted all bytes there were to send.
    pub(crate) fn flushed(&self) {
        self.update(PhaseTimer::flushed);
        if self.is_handed_over.take() {
            self.finish_request();
        }
    }

    /// Ends the request, so that the next one may be forwarded.
    fn finish_request(&self) {
        self.framing.borrow_mut().finish();
        self.wake_reader();
        // The first byte of the next head may be here already.
        let next_began = self.framing.borrow().is_in_head() && !fault!(self.hooks.planted("no-second-head-deadline"));
        let phase = if next_began { Phase::Head } else { Phase::Idle };
        self.update(|timer, now| timer.enter(phase, now));
    }

    /// When the connection is closed if nothing changes, and why.
    pub(crate) fn due(&self) -> (Instant, CloseReason) {
        self.timer.get().due(&self.deadlines, self.permit.is_crowded())
    }

    pub(crate) fn phase(&self) -> Phase {
        self.timer.get().phase()
    }

    pub(crate) fn hooks(&self) -> &dyn Hooks {
        self.hooks.as_ref()
    }

    /// Sets bytes that are sent when the stream is dropped.
    pub(crate) fn set_last_words(&self, bytes: Vec<u8>) {
        self.last_words.replace(bytes);
    }

    pub(crate) fn take_last_words(&self) -> Vec<u8> {
        self.last_words.take()
    }

    /// Discards what is not sent of the response when the stream is dropped.
    pub(crate) fn abandon_response(&self) {
        self.abandons_response.set(true);
    }

    pub(crate) fn abandons_response(&self) -> bool {
        self.abandons_response.get()
    }

    fn update(&self, change: impl FnOnce(&mut PhaseTimer, Instant)) {
        let mut timer = self.timer.get();
        change(&mut timer, Instant::now());
        self.timer.set(timer);
    }
}

/// A request from the start of its handling until the protocol layer has the whole response.
pub(crate) struct ActiveRequest {
    connection: Rc<Connection>,
}

impl ActiveRequest {
    /// Records that the response is made and its body is being sent. No request is read after the `last` response.
    pub(crate) fn respond(&self, last: bool) {
        self.connection.update(|timer, now| timer.enter(Phase::Sending, now));
        if last {
            self.connection.framing.borrow_mut().close();
        }
    }
}

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        self.connection.is_handed_over.set(true);
    }
}
