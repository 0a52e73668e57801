//! What a command leads to, ready to be saved: the decision, the session after it, and what follows for ticket and proposal.

use super::command::{By, Command};
use super::decide::{PlanError, decide};
use super::event::Event;
use super::evolve::evolve;
use super::notes::Notes;
use super::state::{Header, Session, SessionState, Target};
use crate::clock::Instant;
use crate::flow::walk::CompiledFlow;
use crate::ids::FlowProposalId;
use crate::ticket::TicketStatus;

/// One accepted command, ready to be written together or not at all, if the session still has `expected_version`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// The session as it is to be; `header.version` is the seq of the last of `events`.
    pub header: Header,
    /// The version that the decision was made on.
    pub expected_version: i64,
    /// The events to append, in order, without a gap from `expected_version`.
    pub events: Vec<Event>,
    /// The notes that replace the stored ones.
    pub notes: Option<Notes>,
    /// The ticket's new status, with the last event's time as its `updated_at`.
    pub ticket_status: Option<TicketStatus>,
    /// The proposal whose `validated_by_outcome` becomes true.
    pub validated_proposal: Option<FlowProposalId>,
}

/// A command's outcome before it is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Accepted, and nothing changes.
    Unchanged,
    /// Accepted: write `save`; when it is written, `after` is the session.
    Change {
        /// What to write, all or nothing.
        save: Box<Save>,
        /// The session once it is written.
        after: Box<Session>,
    },
}

/// Decides `command` on `session` and works out everything that changes with it. `guide` is the flow version that a guided
/// session walks: see [`decide`].
///
/// # Errors
/// [`PlanError::Refused`] when the state machine says no; [`PlanError::Corrupt`] when the session cannot have come from the rules.
pub fn plan(
    session: &Session,
    guide: Option<&CompiledFlow>,
    command: Command,
    by: By,
    now: Instant,
) -> Result<Plan, PlanError> {
    let notes = match &command {
        Command::ReplaceNotes { notes } => Some(notes.clone()),
        Command::Step { .. }
        | Command::Undo { .. }
        | Command::Resolve { .. }
        | Command::Escalate { .. }
        | Command::Abandon { .. } => None,
    };
    let events = decide(&session.header, guide, command, by, now)?;
    if events.is_empty() {
        return Ok(Plan::Unchanged);
    }
    let mut after = session.clone();
    for event in &events {
        evolve(&mut after, event, notes.clone())?;
    }
    let (old, new) = (TicketStatus::following(&session.header), TicketStatus::following(&after.header));
    let save = Save {
        header: after.header.clone(),
        expected_version: session.header.version,
        events,
        notes,
        ticket_status: (old != new).then_some(new),
        validated_proposal: validated_proposal(&after.header),
    };
    Ok(Plan::Change { save: Box::new(save), after: Box::new(after) })
}

/// A proposal counts as validated once a walk of it was resolved as helpful.
fn validated_proposal(header: &Header) -> Option<FlowProposalId> {
    match (&header.state, header.target) {
        (SessionState::Resolved { helpful: true, .. }, Target::Proposal(id)) => Some(id),
        _ => None,
    }
}
