//! Keeping the statistics of flows.

use async_trait::async_trait;

use crate::clock::Instant;
use crate::error::StoreError;
use crate::flow::authored::VersionNumber;
use crate::ids::{AccountId, FlowId, SessionId};
use crate::stats::{FoldSave, VersionStats};

/// An ended walk of a flow's version that is in no statistics yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnfoldedWalk {
    /// The account it belongs to.
    pub account_id: AccountId,
    /// The flow that was walked.
    pub flow_id: FlowId,
    /// Its version.
    pub version: VersionNumber,
    /// The walk.
    pub session_id: SessionId,
    /// When it ended.
    pub ended_at: Instant,
}

impl UnfoldedWalk {
    /// The place in the order of [`FlowStatsStore::unfolded`].
    #[must_use]
    pub const fn place(&self) -> (AccountId, FlowId, Instant, SessionId) {
        (self.account_id, self.flow_id, self.ended_at, self.session_id)
    }
}

/// The statistics of one version as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStats {
    /// The version.
    pub version: VersionNumber,
    /// Counts every change, from 1.
    pub revision: i64,
    /// The numbers.
    pub stats: VersionStats,
}

/// What became of a [`FoldSave`]. Anything but `Saved` has written nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldOutcome {
    /// All of it is written.
    Saved,
    /// The statistics have another revision by now, or one of the walks is counted already or is none of that version's ended
    /// ones: another job came first.
    Conflict,
}

/// How far the statistics of a flow are behind its walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingWalks {
    /// How many ended walks are not counted; no more than was asked for.
    pub walks: u64,
    /// When the first of them ended.
    pub oldest: Option<Instant>,
}

/// Keeps what walks tell of flows.
#[async_trait]
pub trait FlowStatsStore: Send + Sync {
    /// Ended walks of *all* accounts that no [`FoldSave`] has counted, by account, flow, end and id, at most `limit`, only those
    /// after `after` in that order. For the job alone: no request of a user leads here.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn unfolded(&self, after: Option<UnfoldedWalk>, limit: u16) -> Result<Vec<UnfoldedWalk>, StoreError>;

    /// Writes statistics and marks their walks as counted, if the statistics still have the expected revision and none of
    /// the walks is counted: however many try, each walk is counted once.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be tried or its end is unknown.
    async fn save_fold(&self, save: FoldSave) -> Result<FoldOutcome, StoreError>;

    /// How many ended walks of the flow are not counted, up to `at_most`, and when the first of them ended.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn pending_walks(
        &self,
        account_id: AccountId,
        flow_id: FlowId,
        at_most: u16,
    ) -> Result<PendingWalks, StoreError>;

    /// The flow's kept statistics, the newest version first, at most `rows`; only those of `version`, if given.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn flow_stats(
        &self,
        account_id: AccountId,
        flow_id: FlowId,
        version: Option<VersionNumber>,
        rows: u16,
    ) -> Result<Vec<KeptStats>, StoreError>;
}
