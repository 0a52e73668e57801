//! What a connection is doing, and until when it may. Pure: the time comes in as a parameter.

use std::time::Duration;

use tokio::time::Instant;

/// A client that takes an answer slower than this, in bytes a second, is not waited for.
const SLOWEST_READER: u64 = 4_096;

/// How long a connection is kept that does nothing, or has done nothing yet, while there is hardly room for others.
const IDLE_WHEN_CROWDED: Duration = Duration::from_secs(2);

/// How long each phase may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) head: Duration,
    pub(super) answer: Duration,
    pub(super) send: Duration,
    pub(super) idle: Duration,
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing has come yet.
    Fresh,
    /// The head of a request is coming in.
    Head,
    /// A request is being answered; its body may be coming in.
    Answering,
    /// Nothing, since an answer.
    Idle,
}

/// Why a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Cut {
    /// The head did not arrive in time.
    Head,
    /// The answer took longer than every deadline for it.
    Answer,
    /// The client did not take the answer.
    Send,
    /// There was nothing to do.
    Idle,
}

impl Cut {
    /// The name in metrics and log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Answer => "answer",
            Self::Send => "send",
            Self::Idle => "idle",
        }
    }
}

/// An answer that the client does not take.
#[derive(Debug, Clone, Copy)]
struct Stuck {
    since: Instant,
    progress: Instant,
    taken: u64,
}

/// The course of one connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    phase: Phase,
    since: Instant,
    stuck: Option<Stuck>,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self { phase: Phase::Fresh, since: now, stuck: None }
    }

    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    pub(super) fn enter(&mut self, phase: Phase, now: Instant) {
        (self.phase, self.since) = (phase, now);
    }

    /// Bytes have come in.
    pub(super) fn received(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Fresh | Phase::Idle) {
            self.enter(Phase::Head, now);
        }
    }

    /// The system takes no more bytes of an answer, because the client does not.
    pub(super) fn held_up(&mut self, now: Instant) {
        self.stuck.get_or_insert(Stuck { since: now, progress: now, taken: 0 });
    }

    /// The system has taken so many bytes of an answer.
    pub(super) fn sent(&mut self, bytes: usize, now: Instant) {
        if let Some(stuck) = &mut self.stuck {
            stuck.taken = stuck.taken.saturating_add(bytes as u64);
            stuck.progress = now;
        }
    }

    /// Everything there was to send has been taken.
    pub(super) fn flushed(&mut self, now: Instant) {
        if self.stuck.take().is_some() && self.phase != Phase::Answering {
            // Its time did not run while the client was busy with the answer.
            self.since = now;
        }
    }

    /// Until when it may go on as it is, and what it is cut for then.
    pub(super) fn due(&self, times: &Times, crowded: bool) -> (Instant, Cut) {
        let of_phase = match self.phase {
            Phase::Fresh if crowded => (self.since + times.head.min(IDLE_WHEN_CROWDED), Cut::Head),
            Phase::Fresh | Phase::Head => (self.since + times.head, Cut::Head),
            Phase::Answering => (self.since + times.answer, Cut::Answer),
            Phase::Idle if crowded => (self.since + times.idle.min(IDLE_WHEN_CROWDED), Cut::Idle),
            Phase::Idle => (self.since + times.idle, Cut::Idle),
        };
        let Some(stuck) = self.stuck else { return of_phase };
        let slowest = Duration::from_millis(stuck.taken.saturating_mul(1_000) / SLOWEST_READER);
        let of_sending = (stuck.progress.min(stuck.since + slowest) + times.send, Cut::Send);
        if self.phase == Phase::Answering && of_phase.0 < of_sending.0 { of_phase } else { of_sending }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: Times = Times { head: secs(5), answer: secs(35), send: secs(10), idle: secs(76) };

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// When a course is due, in seconds after its beginning.
    fn due(course: impl FnOnce(&mut Pace, &dyn Fn(u64) -> Instant)) -> (u64, Cut) {
        let began = Instant::now();
        let mut pace = Pace::new(began);
        course(&mut pace, &|seconds| began + secs(seconds));
        let (due, cut) = pace.due(&TIMES, false);
        ((due - began).as_secs(), cut)
    }

    #[test]
    fn every_phase_has_its_end() {
        assert_eq!(due(|_, _| {}), (5, Cut::Head));
        assert_eq!(due(|pace, at| pace.received(at(3))), (8, Cut::Head));
        assert_eq!(due(|pace, at| pace.enter(Phase::Answering, at(4))), (39, Cut::Answer));
        assert_eq!(due(|pace, at| pace.enter(Phase::Idle, at(4))), (80, Cut::Idle));
    }

    #[test]
    fn the_time_of_a_head_begins_with_its_first_byte_and_no_later_one() {
        let later = due(|pace, at| {
            pace.enter(Phase::Idle, at(10));
            for second in 20..24 {
                pace.received(at(second));
            }
        });
        assert_eq!(later, (25, Cut::Head));
    }

    #[test]
    fn a_body_is_no_head() {
        let body = due(|pace, at| {
            pace.enter(Phase::Answering, at(1));
            pace.received(at(9));
        });
        assert_eq!(body, (36, Cut::Answer));
    }

    #[test]
    fn connections_that_do_nothing_make_room_when_there_is_little() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        assert_eq!(pace.due(&TIMES, true), (now + IDLE_WHEN_CROWDED, Cut::Head));
        pace.enter(Phase::Idle, now);
        assert_eq!(pace.due(&TIMES, true), (now + IDLE_WHEN_CROWDED, Cut::Idle));
        pace.received(now);
        assert_eq!(pace.due(&TIMES, true), pace.due(&TIMES, false));
        pace.enter(Phase::Answering, now);
        assert_eq!(pace.due(&TIMES, true), pace.due(&TIMES, false));
    }

    #[test]
    fn an_answer_that_nobody_takes_ends_after_the_last_progress() {
        let stuck = |pace: &mut Pace, at: &dyn Fn(u64) -> Instant| {
            pace.enter(Phase::Idle, at(1));
            pace.held_up(at(2));
        };
        assert_eq!(due(stuck), (12, Cut::Send));
        let progress = due(|pace, at| {
            stuck(pace, at);
            pace.sent(1_000_000, at(7));
            pace.held_up(at(8));
        });
        assert_eq!(progress, (17, Cut::Send));
    }

    #[test]
    fn progress_that_is_too_slow_gains_no_time() {
        let crumbs = due(|pace, at| {
            pace.enter(Phase::Idle, at(1));
            pace.held_up(at(2));
            for second in 3..60 {
                pace.sent(100, at(second));
            }
        });
        // 5,700 bytes are worth a good second.
        assert_eq!(crumbs, (13, Cut::Send));
        let steady = due(|pace, at| {
            pace.enter(Phase::Idle, at(1));
            pace.held_up(at(2));
            for second in 3..60 {
                pace.sent(8_192, at(second));
            }
        });
        assert_eq!(steady, (69, Cut::Send));
    }

    #[test]
    fn after_an_answer_was_taken_at_last_the_next_phase_has_its_whole_time() {
        let taken = |phase| {
            due(move |pace, at| {
                pace.enter(Phase::Idle, at(1));
                pace.held_up(at(2));
                if phase == Phase::Head {
                    pace.received(at(3));
                }
                pace.flushed(at(9));
            })
        };
        assert_eq!((taken(Phase::Idle), taken(Phase::Head)), ((85, Cut::Idle), (14, Cut::Head)));
    }

    #[test]
    fn a_client_that_reads_nothing_gains_no_time_by_asking_for_more() {
        let asking = due(|pace, at| {
            pace.enter(Phase::Idle, at(1));
            pace.held_up(at(2));
            pace.enter(Phase::Answering, at(11));
        });
        assert_eq!(asking, (12, Cut::Send));
    }
}
