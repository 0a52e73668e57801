//! Reading the statistics of a flow.

use super::error::FlowStatsError;
use super::statistics::FlowStatistics;
use crate::account::FlowAuthor;
use crate::clock::{Instant, to_micros};
use crate::flow::authored::VersionNumber;
use crate::ids::FlowId;
use crate::ports::KeptStats;
use crate::stats::VersionStats;

/// How many versions one answer has at most.
pub const MAX_VERSIONS_LISTED: u16 = 10;

/// Up to how many walks are counted that are not in the statistics yet, so that reading costs the same however far the job
/// is behind.
pub const MAX_PENDING_COUNTED: u16 = 1_000;

/// How far the statistics are behind the walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staleness {
    /// Every walk of the flow that ended before is counted.
    pub counted_until: Instant,
    /// How long ago that is; nothing when every ended walk is counted.
    pub behind: chrono::TimeDelta,
    /// How many ended walks are not counted, up to [`MAX_PENDING_COUNTED`].
    pub pending_walks: u64,
}

/// The statistics of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionReport {
    /// The version.
    pub version: VersionNumber,
    /// Its numbers.
    pub stats: VersionStats,
}

/// The statistics of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowReport {
    /// The flow.
    pub flow_id: FlowId,
    /// How far they are behind.
    pub staleness: Staleness,
    /// The versions of which any walk was counted, the newest first, at most [`MAX_VERSIONS_LISTED`].
    pub versions: Vec<VersionReport>,
    /// Whether there are older ones.
    pub more_versions: bool,
}

impl FlowStatistics {
    /// What walks tell of a flow of the author's account, version by version; only of `version`, if given.
    ///
    /// # Errors
    /// [`FlowStatsError::FlowNotFound`], [`FlowStatsError::Store`].
    pub async fn of_flow(
        &self,
        author: FlowAuthor,
        flow_id: FlowId,
        version: Option<VersionNumber>,
    ) -> Result<FlowReport, FlowStatsError> {
        let account_id = author.account_id();
        self.flows.flow(account_id, flow_id).await?.ok_or(FlowStatsError::FlowNotFound(flow_id))?;
        // What is pending is looked up first: a walk that is counted in between is in the numbers and called pending, which
        // is the harmless way round.
        let now = to_micros(self.clock.now());
        let pending = self.stats.pending_walks(account_id, flow_id, MAX_PENDING_COUNTED).await?;
        let counted_until = pending.oldest.map_or(now, |oldest| oldest.min(now));
        let staleness = Staleness { counted_until, behind: now - counted_until, pending_walks: pending.walks };
        // One row more than is shown tells whether there are older ones.
        let mut kept = self.stats.flow_stats(account_id, flow_id, version, MAX_VERSIONS_LISTED + 1).await?;
        let more_versions = kept.len() > usize::from(MAX_VERSIONS_LISTED);
        kept.truncate(usize::from(MAX_VERSIONS_LISTED));
        let report = |KeptStats { version, stats, .. }| VersionReport { version, stats };
        Ok(FlowReport { flow_id, staleness, versions: kept.into_iter().map(report).collect(), more_versions })
    }
}
