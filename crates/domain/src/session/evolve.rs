//! From events to sessions: one event at a time ([`evolve`]) or a whole history ([`replay`]).

use super::event::{Event, EventData, EventKind};
use super::notes::Notes;
use super::state::{Header, Session, SessionState, Target};
use super::step::Step;
use crate::ids::{AccountId, SessionId};

/// A history that cannot have come from the rules: never repaired, never guessed at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorruptHistory {
    /// There is no event at all.
    #[error("the history is empty")]
    Empty,
    /// The first event does not start the session.
    #[error("the history begins with {} instead of started", .found.as_str())]
    NotStarted {
        /// What stands first.
        found: EventKind,
    },
    /// An event does not have the number that comes next.
    #[error("event {found} stands where {expected} was expected")]
    Gap {
        /// The number that comes next.
        expected: i64,
        /// The number found.
        found: i64,
    },
    /// An event is older than the one before it.
    #[error("event {seq} is older than the one before it")]
    TimeRunsBackwards {
        /// The event's number.
        seq: i64,
    },
    /// An event that the state does not allow.
    #[error("event {seq} ({}) cannot follow", .kind.as_str())]
    Impossible {
        /// The event's number.
        seq: i64,
        /// What it says.
        kind: EventKind,
    },
    /// The stored notes are not those that the newest `notes_replaced` names.
    #[error("the stored notes do not match their digest")]
    NotesMismatch,
    /// The session stands where no walk of its flow version stands, or the version is not there.
    #[error("the session does not fit the flow version that it walks")]
    OffItsFlow,
}

/// Applies the next `event` to `session`.
///
/// `replaced_notes` are the notes that a `notes_replaced` event brings, as only their digest is in the event; the text of
/// the session's notes is left as it is without them.
///
/// # Errors
/// [`CorruptHistory`] when the event is not the next one or the state does not allow it; the session is then unchanged.
pub fn evolve(session: &mut Session, event: &Event, replaced_notes: Option<Notes>) -> Result<(), CorruptHistory> {
    let header = &mut session.header;
    let seq = event.seq;
    if seq != header.version + 1 {
        return Err(CorruptHistory::Gap { expected: header.version + 1, found: seq });
    }
    if event.at < header.last_step_at {
        return Err(CorruptHistory::TimeRunsBackwards { seq });
    }
    let impossible = CorruptHistory::Impossible { seq, kind: event.data.kind() };
    match header.state {
        SessionState::Active => {}
        SessionState::Resolved { .. } | SessionState::Escalated { .. } | SessionState::Abandoned { .. } => {
            return Err(impossible);
        }
    }
    match &event.data {
        EventData::Started(_) => return Err(impossible),
        EventData::StepRecorded(step) => {
            match header.target {
                Target::Adhoc => return Err(impossible),
                Target::Flow(_) | Target::Proposal(_) => {}
            }
            take_step(header, step, event)?;
            session.path.push(step.clone());
        }
        EventData::StepUndone(undone) => {
            let newest = session.path.pop_if(|newest| newest.node_id == undone.node_id).ok_or(impossible)?;
            header.current_node_id = session.path.last().map(|step| step.node_id.clone());
            header.next_node_id = header.flow_version.map(|_| newest.node_id);
            header.undone_count += 1;
            header.last_step_at = event.at;
        }
        EventData::NotesReplaced(digest) => {
            header.notes = digest.clone();
            header.last_step_at = event.at;
            if let Some(notes) = replaced_notes {
                session.walk_notes = notes;
            }
        }
        EventData::Resolved(resolved) => {
            header.state = SessionState::Resolved {
                helpful: resolved.helpful,
                resolution_notes: resolved.resolution_notes.clone(),
                at: event.at,
            };
        }
        EventData::EscalatedWithoutWalk(_) if seq != 2 || header.target != Target::Adhoc => return Err(impossible),
        EventData::Escalated(escalated) | EventData::EscalatedWithoutWalk(escalated) => {
            header.state = SessionState::Escalated {
                reason: escalated.reason.clone(),
                reason_category: escalated.reason_category.clone(),
                at: event.at,
            };
        }
        EventData::Abandoned => header.state = SessionState::Abandoned { at: event.at },
    }
    header.version = seq;
    Ok(())
}

fn take_step(header: &mut Header, step: &Step, event: &Event) -> Result<(), CorruptHistory> {
    let guided = header.flow_version.is_some();
    let fits = match (&step.answer_id, &step.next_node_id) {
        (Some(_), Some(_)) => guided && header.next_node_id.as_ref() == Some(&step.node_id),
        (None, None) => !guided,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if step.answered_at != event.at || !fits {
        return Err(CorruptHistory::Impossible { seq: event.seq, kind: EventKind::StepRecorded });
    }
    header.current_node_id = Some(step.node_id.clone());
    header.next_node_id.clone_from(&step.next_node_id);
    header.last_step_at = event.at;
    header.step_count += 1;
    header.step_bytes += step.text_bytes();
    Ok(())
}

/// Makes the session anew from its whole history and the text of its notes as stored.
///
/// # Errors
/// [`CorruptHistory`] when the events are no history that the rules could have made, or the notes are not the newest ones.
pub fn replay(
    account_id: AccountId,
    session_id: SessionId,
    events: &[Event],
    stored_notes: Notes,
) -> Result<Session, CorruptHistory> {
    let (first, rest) = events.split_first().ok_or(CorruptHistory::Empty)?;
    let EventData::Started(started) = &first.data else {
        return Err(CorruptHistory::NotStarted { found: first.data.kind() });
    };
    if first.seq != 1 {
        return Err(CorruptHistory::Gap { expected: 1, found: first.seq });
    }
    let guided = (started.flow_version.is_some(), started.next_node_id.is_some());
    if !matches!((guided, started.target), ((false, false), _) | ((true, true), Target::Flow(_))) {
        return Err(CorruptHistory::Impossible { seq: 1, kind: EventKind::Started });
    }
    let mut session = started.session(account_id, session_id, first.acting_as, first.at);
    for event in rest {
        evolve(&mut session, event, None)?;
    }
    if stored_notes.digest() != session.header.notes {
        return Err(CorruptHistory::NotesMismatch);
    }
    session.walk_notes = stored_notes;
    Ok(session)
}
