//! What a connection is doing, and when that must have ended. Pure: the time is a parameter.

use std::time::Duration;

use tokio::time::Instant;

/// The slowest that a client may take a response, in bytes a second.
const MIN_READ_RATE: u64 = 4_096;

/// How long a connection is kept that is idle or new while there is hardly room for others.
const IDLE_WHEN_CROWDED: Duration = Duration::from_secs(2);

/// How long each phase may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadlines {
    pub(crate) head: Duration,
    pub(crate) response: Duration,
    pub(crate) send: Duration,
    pub(crate) idle: Duration,
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing has come in yet.
    New,
    /// The head of a request is coming in.
    Head,
    /// The application makes a response; the request's body may be coming in.
    Responding,
    /// A response is made; its body is being sent.
    Sending,
    /// Nothing, since a response.
    Idle,
}

/// Why a connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// The head of a request did not arrive in time.
    Head,
    /// The response was not made in time.
    Response,
    /// The client did not take the response.
    Send,
    /// No further request came.
    Idle,
}

impl CloseReason {
    /// The reason's name, for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Response => "answer",
            Self::Send => "send",
            Self::Idle => "idle",
        }
    }
}

/// A response that the client does not take.
#[derive(Debug, Clone, Copy)]
struct Stall {
    since: Instant,
    progress: Instant,
    taken: u64,
}

/// The phase of one connection, since when it lasts, and whether its client takes what is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PhaseTimer {
    phase: Phase,
    since: Instant,
    stall: Option<Stall>,
}

impl PhaseTimer {
    pub(crate) fn new(now: Instant) -> Self {
        Self { phase: Phase::New, since: now, stall: None }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    pub(crate) fn enter(&mut self, phase: Phase, now: Instant) {
        (self.phase, self.since) = (phase, now);
    }

    /// Bytes have come in.
    pub(crate) fn received(&mut self, now: Instant) {
        if matches!(self.phase, Phase::New | Phase::Idle) {
            self.enter(Phase::Head, now);
        }
    }

    /// The system takes no more bytes of a response, because the client does not.
    pub(crate) fn stalled(&mut self, now: Instant) {
        self.stall.get_or_insert(Stall { since: now, progress: now, taken: 0 });
    }

    /// The system has taken so many bytes of a response.
    pub(crate) fn sent(&mut self, bytes: usize, now: Instant) {
        if let Some(stall) = &mut self.stall {
            stall.taken = stall.taken.saturating_add(bytes as u64);
            stall.progress = now;
        }
        if self.phase == Phase::Sending {
            // A stream may be long: each of its pieces has the time of a response.
            self.since = now;
        }
    }

    /// The system has taken everything there was to send.
    pub(crate) fn flushed(&mut self, now: Instant) {
        if self.stall.take().is_some() && self.phase != Phase::Responding {
            // Its time does not run while the client is busy with the response.
            self.since = now;
        }
    }

    /// When the connection is closed if nothing changes, and why.
    pub(crate) fn due(&self, deadlines: &Deadlines, crowded: bool) -> (Instant, CloseReason) {
        let of_phase = match self.phase {
            Phase::New if crowded => (self.since + deadlines.head.min(IDLE_WHEN_CROWDED), CloseReason::Head),
            Phase::New | Phase::Head => (self.since + deadlines.head, CloseReason::Head),
            Phase::Responding | Phase::Sending => (self.since + deadlines.response, CloseReason::Response),
            Phase::Idle if crowded => (self.since + deadlines.idle.min(IDLE_WHEN_CROWDED), CloseReason::Idle),
            Phase::Idle => (self.since + deadlines.idle, CloseReason::Idle),
        };
        let Some(stall) = self.stall else { return of_phase };
        let slowest = Duration::from_millis(stall.taken.saturating_mul(1_000) / MIN_READ_RATE);
        let of_sending = (stall.progress.min(stall.since + slowest) + deadlines.send, CloseReason::Send);
        if self.phase == Phase::Responding && of_phase.0 < of_sending.0 { of_phase } else { of_sending }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINES: Deadlines = Deadlines { head: secs(5), response: secs(35), send: secs(10), idle: secs(76) };

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// When a connection is due, in seconds after its beginning.
    fn due(course: impl FnOnce(&mut PhaseTimer, &dyn Fn(u64) -> Instant)) -> (u64, CloseReason) {
        let began = Instant::now();
        let mut timer = PhaseTimer::new(began);
        course(&mut timer, &|seconds| began + secs(seconds));
        let (due, reason) = timer.due(&DEADLINES, false);
        ((due - began).as_secs(), reason)
    }

    #[test]
    fn every_phase_has_its_end() {
        assert_eq!(due(|_, _| {}), (5, CloseReason::Head));
        assert_eq!(due(|timer, at| timer.received(at(3))), (8, CloseReason::Head));
        assert_eq!(due(|timer, at| timer.enter(Phase::Responding, at(4))), (39, CloseReason::Response));
        assert_eq!(due(|timer, at| timer.enter(Phase::Idle, at(4))), (80, CloseReason::Idle));
    }

    #[test]
    fn the_time_of_a_head_begins_with_its_first_byte_and_no_later_one() {
        let later = due(|timer, at| {
            timer.enter(Phase::Idle, at(10));
            for second in 20..24 {
                timer.received(at(second));
            }
        });
        assert_eq!(later, (25, CloseReason::Head));
    }

    #[test]
    fn a_stream_may_be_long_but_each_piece_has_its_time() {
        let sending = |timer: &mut PhaseTimer, at: &dyn Fn(u64) -> Instant| {
            timer.enter(Phase::Responding, at(0));
            timer.enter(Phase::Sending, at(1));
            for second in 2..100 {
                timer.sent(10, at(second));
                timer.flushed(at(second));
                timer.received(at(second));
            }
        };
        assert_eq!(due(sending), (134, CloseReason::Response));
        let unread = due(|timer, at| {
            sending(timer, at);
            timer.stalled(at(100));
        });
        assert_eq!(unread, (110, CloseReason::Send));
    }

    #[test]
    fn a_body_is_no_head() {
        let body = due(|timer, at| {
            timer.enter(Phase::Responding, at(1));
            timer.received(at(9));
        });
        assert_eq!(body, (36, CloseReason::Response));
    }

    #[test]
    fn connections_that_do_nothing_make_room_when_there_is_little() {
        let now = Instant::now();
        let mut timer = PhaseTimer::new(now);
        assert_eq!(timer.due(&DEADLINES, true), (now + IDLE_WHEN_CROWDED, CloseReason::Head));
        timer.enter(Phase::Idle, now);
        assert_eq!(timer.due(&DEADLINES, true), (now + IDLE_WHEN_CROWDED, CloseReason::Idle));
        timer.received(now);
        assert_eq!(timer.due(&DEADLINES, true), timer.due(&DEADLINES, false));
        timer.enter(Phase::Responding, now);
        assert_eq!(timer.due(&DEADLINES, true), timer.due(&DEADLINES, false));
    }

    #[test]
    fn a_response_that_is_not_taken_ends_after_the_last_progress() {
        let stalled = |timer: &mut PhaseTimer, at: &dyn Fn(u64) -> Instant| {
            timer.enter(Phase::Idle, at(1));
            timer.stalled(at(2));
        };
        assert_eq!(due(stalled), (12, CloseReason::Send));
        let progress = due(|timer, at| {
            stalled(timer, at);
            timer.sent(1_000_000, at(7));
            timer.stalled(at(8));
        });
        assert_eq!(progress, (17, CloseReason::Send));
    }

    #[test]
    fn progress_that_is_too_slow_gains_no_time() {
        let crumbs = due(|timer, at| {
            timer.enter(Phase::Idle, at(1));
            timer.stalled(at(2));
            for second in 3..60 {
                timer.sent(100, at(second));
            }
        });
        // 5,700 bytes are worth a good second.
        assert_eq!(crumbs, (13, CloseReason::Send));
        let steady = due(|timer, at| {
            timer.enter(Phase::Idle, at(1));
            timer.stalled(at(2));
            for second in 3..60 {
                timer.sent(8_192, at(second));
            }
        });
        assert_eq!(steady, (69, CloseReason::Send));
    }

    #[test]
    fn after_a_response_was_taken_at_last_the_next_phase_has_its_whole_time() {
        let taken = |phase| {
            due(move |timer, at| {
                timer.enter(Phase::Idle, at(1));
                timer.stalled(at(2));
                if phase == Phase::Head {
                    timer.received(at(3));
                }
                timer.flushed(at(9));
            })
        };
        assert_eq!((taken(Phase::Idle), taken(Phase::Head)), ((85, CloseReason::Idle), (14, CloseReason::Head)));
    }

    #[test]
    fn a_client_that_reads_nothing_gains_no_time_by_asking_for_more() {
        let asking = due(|timer, at| {
            timer.enter(Phase::Idle, at(1));
            timer.stalled(at(2));
            timer.enter(Phase::Responding, at(11));
        });
        assert_eq!(asking, (12, CloseReason::Send));
    }
}
