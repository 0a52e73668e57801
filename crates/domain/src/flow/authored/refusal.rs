//! Why a flow is not changed.

use crate::flow::defect::Report;
use crate::flow::walk::CorruptVersion;

/// Why a flow is not changed as asked. Nothing has happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlowRefusal {
    /// Another caller changed the flow since it was read.
    #[error("the flow has changed since: read it again, then change it")]
    Stale {
        /// The revision that the caller read.
        expected: i64,
        /// The revision that it has.
        actual: i64,
    },
    /// An archived flow takes no change but restoring one of its versions; one that has none, writing a draft.
    #[error("the flow is archived: restore one of its versions first, or write a draft where it was never published")]
    Archived,
    /// The draft has errors.
    #[error("the flow has errors: correct them, then publish it")]
    Defective(Report),
    /// The version to restore is another flow's.
    #[error("the version is not one of this flow")]
    ForeignVersion,
    /// The draft passed the check and cannot be written out all the same: a bug, or a damaged sub-flow.
    #[error(transparent)]
    Corrupt(#[from] CorruptVersion),
}
