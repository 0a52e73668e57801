//! What counting walks leads to.

use super::counts::VersionStats;
use crate::flow::authored::VersionNumber;
use crate::ids::{AccountId, FlowId, SessionId};

/// Walks that are counted, and the statistics with them: written together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldSave {
    /// The account.
    pub account_id: AccountId,
    /// The flow.
    pub flow_id: FlowId,
    /// Its version.
    pub version: VersionNumber,
    /// The revision that was added to; 0 where nothing was kept yet.
    pub expected_revision: i64,
    /// The numbers as they are to be.
    pub stats: VersionStats,
    /// The walks that they count now and did not count before, each once.
    pub walks: Vec<SessionId>,
}
