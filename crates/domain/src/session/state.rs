//! What a walk session is.

use serde::{Deserialize, Serialize};

use super::notes::{Notes, NotesDigest};
use super::step::Step;
use crate::account::ActingAs;
use crate::clock::Instant;
use crate::flow::authored::VersionNumber;
use crate::ids::{AccountId, FlowId, FlowProposalId, SessionId, TicketId, UserId};
use crate::text::{EscalationReason, NodeId, ReasonCategory, ResolutionNotes};
use crate::ticket::TicketKind;

/// The most steps of one session, undone ones included.
pub const MAX_STEPS: u32 = 2_000;

/// The most bytes (UTF-8) of step text of one session: node ids, questions, answers and notes together.
pub const MAX_STEP_BYTES: u64 = 1_048_576;

/// How many bytes of JSON are counted for a step beside its text: keys, ids and time.
pub const STEP_FRAME_BYTES: u64 = 256;

/// What is walked. The kind fixes the target: there is no flow session without a flow and no ad hoc session with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// An authored or registered flow.
    Flow(FlowId),
    /// A flow that is only proposed yet.
    Proposal(FlowProposalId),
    /// No flow: notes only.
    Adhoc,
}

/// The kind of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// Walks a flow.
    Flow,
    /// Walks a flow proposal.
    Proposal,
    /// Walks nothing.
    Adhoc,
}

impl SessionKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Flow, Self::Proposal, Self::Adhoc];

    /// The name in JSON and in columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Proposal => "proposal",
            Self::Adhoc => "adhoc",
        }
    }
}

impl Target {
    /// The kind that the target fixes.
    #[must_use]
    pub const fn kind(self) -> SessionKind {
        match self {
            Self::Flow(_) => SessionKind::Flow,
            Self::Proposal(_) => SessionKind::Proposal,
            Self::Adhoc => SessionKind::Adhoc,
        }
    }

    /// The flow, of a flow session.
    #[must_use]
    pub const fn flow_id(self) -> Option<FlowId> {
        match self {
            Self::Flow(id) => Some(id),
            Self::Proposal(_) | Self::Adhoc => None,
        }
    }

    /// The flow proposal, of a proposal session.
    #[must_use]
    pub const fn flow_proposal_id(self) -> Option<FlowProposalId> {
        match self {
            Self::Proposal(id) => Some(id),
            Self::Flow(_) | Self::Adhoc => None,
        }
    }

    /// Puts a target together from the three fields that a row or an event keeps; `None` when they contradict each other.
    #[must_use]
    pub fn from_parts(kind: &str, flow: Option<FlowId>, proposal: Option<FlowProposalId>) -> Option<Self> {
        match (kind, flow, proposal) {
            ("flow", Some(id), None) => Some(Self::Flow(id)),
            ("proposal", None, Some(id)) => Some(Self::Proposal(id)),
            ("adhoc", None, None) => Some(Self::Adhoc),
            _ => None,
        }
    }
}

/// Where a session stands, with what exists in that state only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionState {
    /// The walk goes on.
    Active,
    /// The problem is solved.
    Resolved {
        /// Whether the walk was what helped.
        helpful: bool,
        /// How it was solved; may be empty.
        resolution_notes: ResolutionNotes,
        /// When.
        at: Instant,
    },
    /// An engineer takes over.
    Escalated {
        /// Why; empty when nothing was said.
        reason: EscalationReason,
        /// The kind of reason.
        reason_category: ReasonCategory,
        /// When.
        at: Instant,
    },
    /// It was untouched for too long.
    Abandoned {
        /// When the sweeper closed it.
        at: Instant,
    },
}

/// The bare name of a [`SessionState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// See [`SessionState::Active`].
    Active,
    /// See [`SessionState::Resolved`].
    Resolved,
    /// See [`SessionState::Escalated`].
    Escalated,
    /// See [`SessionState::Abandoned`].
    Abandoned,
}

impl SessionStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Active, Self::Resolved, Self::Escalated, Self::Abandoned];

    /// The name in JSON and in columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Resolved => "resolved",
            Self::Escalated => "escalated",
            Self::Abandoned => "abandoned",
        }
    }

    /// The status of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

impl SessionState {
    /// The state's bare name.
    #[must_use]
    pub const fn status(&self) -> SessionStatus {
        match self {
            Self::Active => SessionStatus::Active,
            Self::Resolved { .. } => SessionStatus::Resolved,
            Self::Escalated { .. } => SessionStatus::Escalated,
            Self::Abandoned { .. } => SessionStatus::Abandoned,
        }
    }
}

/// Everything about a session but its path and the text of its notes: all that a decision needs, in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its identifier.
    pub id: SessionId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// Who started it.
    pub created_by: UserId,
    /// In what capacity they started it.
    pub acting_as: Option<ActingAs>,
    /// The ticket it works on.
    pub ticket_id: TicketId,
    /// Where that ticket lives.
    pub ticket_kind: TicketKind,
    /// What is walked.
    pub target: Target,
    /// The version of the flow that is walked, fixed when the walk began; `None` where the server does not know the tree.
    pub flow_version: Option<VersionNumber>,
    /// The node of the newest step that is not undone.
    pub current_node_id: Option<NodeId>,
    /// The node that the walk stands at, to be answered next, or an end; `None` without a flow version.
    pub next_node_id: Option<NodeId>,
    /// Where it stands.
    pub state: SessionState,
    /// When it began.
    pub started_at: Instant,
    /// When a step or note last came in; `started_at` before the first.
    pub last_step_at: Instant,
    /// How many steps were recorded, those that were undone included.
    pub step_count: u32,
    /// How many of them were undone.
    pub undone_count: u32,
    /// How many bytes of step text (see [`MAX_STEP_BYTES`]), that of undone steps included.
    pub step_bytes: u64,
    /// The fingerprint of its notes.
    pub notes: NotesDigest,
    /// The seq of its newest event.
    pub version: i64,
}

impl Header {
    /// How many steps the path has: those that are not undone.
    #[must_use]
    pub const fn answered(&self) -> u32 {
        self.step_count.saturating_sub(self.undone_count)
    }

    /// Estimated size of path and notes as JSON, in bytes: the step text, [`STEP_FRAME_BYTES`] a step for keys, ids and
    /// time, and the notes. Never zero, since empty notes are `[]`.
    #[must_use]
    pub fn text_bytes(&self) -> u64 {
        let frames = STEP_FRAME_BYTES * u64::from(self.step_count);
        self.step_bytes + frames + u64::from(self.notes.bytes)
    }
}

/// A whole session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Everything but path and notes.
    pub header: Header,
    /// Its steps that are not undone, oldest first.
    pub path: Vec<Step>,
    /// Its notes.
    pub walk_notes: Notes,
}
