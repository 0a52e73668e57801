//! Why a use case of the workspace does nothing.

use crate::error::StoreError;
use crate::ids::{FlowId, FlowProposalId, SessionId, TicketId};
use crate::session::{CorruptHistory, Refusal};
use crate::ticket::TicketNotOpen;

/// Why a use case did not do what it was asked. Nothing has changed, but for [`StoreError::OutcomeUnknown`].
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// No such session in the caller's account.
    #[error("Session not found")]
    SessionNotFound(SessionId),
    /// No such ticket in the caller's account.
    #[error("Ticket not found")]
    TicketNotFound(TicketId),
    /// No such flow in the caller's account, or not a published one.
    #[error("Flow not found")]
    FlowNotFound(FlowId),
    /// No such flow proposal in the caller's account.
    #[error("Flow proposal not found")]
    FlowProposalNotFound(FlowProposalId),
    /// The state machine refuses the command.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The ticket takes no new walk.
    #[error(transparent)]
    TicketNotOpen(#[from] TicketNotOpen),
    /// So many others changed the session at once that the deadline passed.
    #[error("session contended beyond the deadline")]
    Contended(SessionId),
    /// A stored session contradicts the rules.
    #[error("session {session_id} is corrupt")]
    Corrupt {
        /// The session.
        session_id: SessionId,
        /// What is wrong with it.
        source: CorruptHistory,
    },
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}
