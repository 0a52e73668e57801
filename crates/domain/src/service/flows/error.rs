//! Why a use case of flow management does nothing.

use crate::error::StoreError;
use crate::flow::authored::{FlowRefusal, VersionNumber};
use crate::ids::{AccountId, FlowId};

/// Why a use case of flow management did not do what it was asked. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum FlowManagementError {
    /// No such flow in the account, or none that the caller may see; for a change, none that is authored.
    #[error("Flow not found")]
    FlowNotFound(FlowId),
    /// The flow has no such version, or none that the caller may see.
    #[error("Flow version not found")]
    VersionNotFound(FlowId, VersionNumber),
    /// A rule forbids it.
    #[error(transparent)]
    Refused(#[from] FlowRefusal),
    /// So many others changed the flow at once that the deadline passed.
    #[error("flow contended beyond the deadline")]
    Contended(FlowId),
    /// The id that a new flow was to have is taken in the account.
    #[error("The id of the new flow is taken")]
    IdTaken(FlowId),
    /// No such account.
    #[error("Account not found")]
    AccountNotFound(AccountId),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}
