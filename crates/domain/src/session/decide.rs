//! What a command leads to: pure decisions, one arm for every state and command.

use super::command::{AheadSince, By, Command};
use super::event::{Escalated, Event, EventData, Resolved};
use super::evolve::CorruptHistory;
use super::notes::MAX_NOTES_BYTES;
use super::refusal::{Refusal, RefusalReason};
use super::start::{Beginning, Started};
use super::state::{Header, SessionState, Target};
use super::stepping::{self, Denied, NewStep};
use crate::account::L1Actor;
use crate::clock::{Instant, to_micros};
use crate::flow::walk::CompiledFlow;
use crate::text::{EscalationReason, ReasonCategory};

/// Why a command leads to no events.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The state machine refuses the command.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The session as loaded contradicts the rules.
    #[error(transparent)]
    Corrupt(#[from] CorruptHistory),
}

/// The events of a session that begins now. `guide` is the version that is to be walked, where the server knows the
/// flow's tree: it must be one of the flow that [`Beginning::walk`] names.
#[must_use]
pub fn start(beginning: &Beginning, guide: Option<&CompiledFlow>, actor: L1Actor, now: Instant) -> Vec<Event> {
    vec![started(beginning, guide, actor, to_micros(now))]
}

/// The events of a call that goes to an engineer without any walk: an ad hoc session, begun and escalated at once.
#[must_use]
pub fn start_escalated(
    beginning: &Beginning,
    actor: L1Actor,
    reason: EscalationReason,
    reason_category: ReasonCategory,
    now: Instant,
) -> Vec<Event> {
    let now = to_micros(now);
    let mut beginning = beginning.clone();
    beginning.walk.target = Target::Adhoc;
    let escalated = EventData::EscalatedWithoutWalk(Escalated { reason, reason_category });
    vec![started(&beginning, None, actor, now), Event::new(2, escalated, By::Actor(actor), now)]
}

fn started(beginning: &Beginning, guide: Option<&CompiledFlow>, actor: L1Actor, now: Instant) -> Event {
    let data = EventData::Started(Started::of(beginning, guide, actor));
    Event::new(1, data, By::Actor(actor), now)
}

/// Decides what `command` leads to in the session with this `header`: the events to append, in order.
///
/// No events mean that the command is accepted and changes nothing (notes equal to the stored ones). An event's time
/// is `now`, or the last event's time if a clock went backwards. The path is not needed: the header carries its size,
/// and where the walk stands. `guide` is the flow version that a guided session walks; its steps need it, nothing
/// else does.
///
/// # Errors
/// [`PlanError::Refused`] with the rule that the command breaks; [`PlanError::Corrupt`] when the session does not fit
/// `guide`.
pub fn decide(
    header: &Header,
    guide: Option<&CompiledFlow>,
    command: Command,
    by: By,
    now: Instant,
) -> Result<Vec<Event>, PlanError> {
    let name = command.name();
    let status = header.state.status();
    let refuse = |reason| PlanError::Refused(Refusal { state: status, command: name, reason });
    let deny = |denied| match denied {
        Denied::Refused(reason) => refuse(reason),
        Denied::Corrupt(corrupt) => PlanError::Corrupt(corrupt),
    };
    if let Some(reason) = stepping::lacks(header, &command) {
        return Err(refuse(reason));
    }
    match header.state {
        SessionState::Active => {}
        SessionState::Resolved { .. } | SessionState::Escalated { .. } | SessionState::Abandoned { .. } => {
            return Err(refuse(RefusalReason::SessionNotActive { status }));
        }
    }
    // While a session is active, every event sets last_step_at, so this is the time of the newest event.
    let at = to_micros(now).max(header.last_step_at);
    let data = match command {
        Command::Step { node_id, question, answer, note, answered } => {
            let step = NewStep { node_id, question, answer, note, answered };
            stepping::record(header, guide, step, at).map_err(deny)?
        }
        Command::Undo { node_id, answered } => stepping::undo(header, node_id.as_ref(), answered).map_err(deny)?,
        Command::ReplaceNotes { notes } => {
            let bytes = notes.as_json().len();
            if bytes > MAX_NOTES_BYTES {
                return Err(refuse(RefusalReason::NotesTooLarge { bytes, max: MAX_NOTES_BYTES }));
            }
            let digest = notes.digest();
            if digest == header.notes {
                return Ok(Vec::new());
            }
            EventData::NotesReplaced(digest)
        }
        Command::Resolve { helpful, resolution_notes } => EventData::Resolved(Resolved { helpful, resolution_notes }),
        Command::Escalate { reason, reason_category } => EventData::Escalated(Escalated { reason, reason_category }),
        Command::Abandon { idle_after, ahead } => {
            if now - touched(header, ahead, now) <= idle_after {
                return Err(refuse(RefusalReason::NotIdle));
            }
            EventData::Abandoned
        }
    };
    Ok(vec![Event::new(header.version + 1, data, by, at)])
}

/// When the session was last touched, as far as is known at `now`.
fn touched(header: &Header, ahead: Option<AheadSince>, now: Instant) -> Instant {
    match ahead {
        Some(ahead) if header.last_step_at > now && ahead.version == header.version => ahead.since,
        _ => header.last_step_at,
    }
}
