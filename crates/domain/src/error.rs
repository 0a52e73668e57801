//! What can go wrong between the rules and whoever calls them.

use crate::ids::{FlowId, FlowProposalId, SessionId, TicketId};
use crate::session::{CorruptHistory, Refusal};
use crate::ticket::TicketNotOpen;

/// The cause that a store gives, for the log only: never shown to a client.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store cannot be reached, or has no room for the call now. Nothing was written; trying again later may work.
    #[error("store unavailable")]
    Unavailable(#[source] Cause),
    /// A write was begun and its outcome is not known: it may have been carried out. The object must be read before the
    /// write is tried again. Reads never end so.
    #[error("outcome of the write unknown")]
    OutcomeUnknown(#[source] Cause),
    /// A row contradicts the rules.
    #[error("corrupt row in {table}, id {id}: {detail}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row's id.
        id: String,
        /// What is wrong with it, without any customer text.
        detail: String,
    },
    /// The store failed otherwise: a bug or a broken database.
    #[error("store failed")]
    Failed(#[source] Cause),
}

impl StoreError {
    /// A corrupt row.
    pub fn corrupt(table: &'static str, id: impl std::fmt::Display, detail: impl std::fmt::Display) -> Self {
        Self::Corrupt { table, id: id.to_string(), detail: detail.to_string() }
    }
}

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
