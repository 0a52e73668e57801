//! What can be asked of a session that exists.

use chrono::TimeDelta;

use super::notes::Notes;
use crate::account::{ActingAs, L1Actor};
use crate::clock::Instant;
use crate::ids::UserId;
use crate::text::{Answer, EscalationReason, NodeId, Question, ReasonCategory, ResolutionNotes, StepNote};

/// A change of a session that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Record an answered question.
    Step {
        /// The node that was answered.
        node_id: NodeId,
        /// The question as it was asked. A guided walk does without: it has the flow's own words.
        question: Option<Question>,
        /// The answer as it was given; in a guided walk the id, key or label of one of the node's answers.
        answer: Answer,
        /// The technician's remark.
        note: Option<StepNote>,
        /// How many steps stood for who asks, if they say it. Where an answer leads back to its own node, only this
        /// tells the step from the one before it, and a request that is sent again from a new step.
        answered: Option<u32>,
    },
    /// Take back the newest step that is not taken back yet.
    Undo {
        /// The node of that step, if who asks says which they mean: so that of two who ask at once only one takes it
        /// back.
        node_id: Option<NodeId>,
        /// How many steps stood for who asks, if they say it.
        answered: Option<u32>,
    },
    /// Replace the notes whole.
    ReplaceNotes {
        /// The new notes.
        notes: Notes,
    },
    /// End the walk: solved.
    Resolve {
        /// Whether the walk was what helped.
        helpful: bool,
        /// How it was solved; may be empty.
        resolution_notes: ResolutionNotes,
    },
    /// End the walk: an engineer takes over.
    Escalate {
        /// Why; empty when nothing was said.
        reason: EscalationReason,
        /// The kind of reason.
        reason_category: ReasonCategory,
    },
    /// End the walk because it is idle.
    Abandon {
        /// For how long it must have been untouched.
        idle_after: TimeDelta,
        /// For a walk whose last touch lies ahead of the clock: since when it is known to be as it is.
        ahead: Option<AheadSince>,
    },
}

/// A walk whose last touch lies ahead of the clock: a clock that was wrong recorded it. It counts as touched when it
/// was first seen as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AheadSince {
    /// The session's version at that time.
    pub version: i64,
    /// That time, by the store's clock.
    pub since: Instant,
}

/// The bare name of a [`Command`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommandName {
    /// See [`Command::Step`].
    Step,
    /// See [`Command::Undo`].
    Undo,
    /// See [`Command::ReplaceNotes`].
    ReplaceNotes,
    /// See [`Command::Resolve`].
    Resolve,
    /// See [`Command::Escalate`].
    Escalate,
    /// See [`Command::Abandon`].
    Abandon,
}

impl Command {
    /// The command's bare name.
    #[must_use]
    pub const fn name(&self) -> CommandName {
        match self {
            Self::Step { .. } => CommandName::Step,
            Self::Undo { .. } => CommandName::Undo,
            Self::ReplaceNotes { .. } => CommandName::ReplaceNotes,
            Self::Resolve { .. } => CommandName::Resolve,
            Self::Escalate { .. } => CommandName::Escalate,
            Self::Abandon { .. } => CommandName::Abandon,
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A user who works on the first line.
    Actor(L1Actor),
    /// The service itself: the sweeper.
    System,
}

impl By {
    /// The user whom the event names; `None` for the system.
    #[must_use]
    pub const fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Actor(actor) => Some(actor.user_id()),
            Self::System => None,
        }
    }

    /// The capacity that the event names.
    #[must_use]
    pub const fn acting_as(&self) -> Option<ActingAs> {
        match self {
            Self::Actor(actor) => actor.acting_as(),
            Self::System => None,
        }
    }
}
