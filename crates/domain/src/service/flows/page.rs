//! Lists of flows and of their versions, page by page.

use crate::flow::FlowStatus;
use crate::flow::authored::VersionNumber;
use crate::ids::FlowId;
use crate::paging::PageLimit;

/// Which page of the flows is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlowQuery {
    /// Only flows in this status; all that may be seen without.
    pub status: Option<FlowStatus>,
    /// The most rows.
    pub limit: PageLimit,
    /// Only flows after this one.
    pub after: Option<FlowId>,
}

/// Which page of a flow's versions is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VersionQuery {
    /// The most rows.
    pub limit: PageLimit,
    /// Only versions older than this one.
    pub after: Option<VersionNumber>,
}
