//! Why statistics cannot be read or kept.

use crate::error::StoreError;
use crate::ids::{FlowId, SessionId};
use crate::stats::Unfoldable;

/// Why a use case of the statistics did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum FlowStatsError {
    /// No such flow in the caller's account.
    #[error("Flow not found")]
    FlowNotFound(FlowId),
    /// An ended walk cannot be counted: its history contradicts its row, or itself.
    #[error("session {session_id} cannot be counted")]
    Unfoldable {
        /// The session.
        session_id: SessionId,
        /// Why.
        source: Unfoldable,
    },
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}
