//! Lists of flows and of their versions, page by page.

use crate::flow::FlowStatus;
use crate::flow::authored::VersionNumber;
use crate::ids::FlowId;
use crate::paging::PageLimit;
use crate::repository::{FlowHead, VersionHead};

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

/// One page of flows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowPage {
    /// The flows by id, ascending: ids of version 7 grow with time, so the first made comes first.
    pub flows: Vec<FlowHead>,
    /// The flow after which the next page begins; `None` on the last.
    pub next: Option<FlowId>,
}

/// Which page of a flow's versions is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VersionQuery {
    /// The most rows.
    pub limit: PageLimit,
    /// Only versions older than this one.
    pub after: Option<VersionNumber>,
}

/// One page of a flow's versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionPage {
    /// The versions, newest first.
    pub versions: Vec<VersionHead>,
    /// The version after which the next page begins; `None` on the last.
    pub next: Option<VersionNumber>,
}
