//! The job: counts the walks that ended since it last came by.

use super::error::FlowStatsError;
use super::statistics::FlowStatistics;
use crate::error::StoreError;
use crate::ports::{FoldOutcome, UnfoldedWalk};
use crate::stats::{FoldSave, Unfoldable, VersionStats, of_walk};

/// How many walks the job looks up at once, and counts at most in one change of a version's statistics.
pub const FOLD_BATCH: u16 = 200;

/// How often a page is begun anew at most: behind more jobs than that the next run goes on.
const TRIES: u32 = 100;

/// What one run of the job did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Folded {
    /// How many walks it counted.
    pub walks: u64,
    /// How often it began anew because another job came first.
    pub conflicts: u64,
    /// How many walks it could not count because their rows are damaged; each is handed to `report`.
    pub corrupt: u64,
}

impl FlowStatistics {
    /// Counts every ended walk, of all accounts, that is in no statistics yet. Any number of jobs may run at once: each walk is
    /// counted once. A damaged walk does not stop the others: it is handed to `report`, and tried again the next time.
    ///
    /// # Errors
    /// [`FlowStatsError::Store`] when the store fails; what was counted until then stays so.
    pub async fn fold(&self, report: &(dyn Fn(&FlowStatsError) + Sync)) -> Result<Folded, FlowStatsError> {
        let mut folded = Folded::default();
        let (mut last, mut tries) = (None, 1);
        loop {
            let page = self.stats.unfolded(last, FOLD_BATCH).await?;
            let mut conflict = false;
            for walks in page.chunk_by(of_one_version) {
                conflict |= self.fold_batch(walks, &mut folded, report).await? == FoldOutcome::Conflict;
            }
            if conflict && tries < TRIES {
                // Another job has counted some of them: what is left of the page is looked up again.
                tries += 1;
                continue;
            }
            (last, tries) = (page.last().copied(), 1);
            if page.len() < usize::from(FOLD_BATCH) {
                return Ok(folded);
            }
        }
    }

    /// Counts walks of one version.
    async fn fold_batch(
        &self,
        walks: &[UnfoldedWalk],
        folded: &mut Folded,
        report: &(dyn Fn(&FlowStatsError) + Sync),
    ) -> Result<FoldOutcome, FlowStatsError> {
        let (mut counted, mut damaged, mut stats) = (Vec::new(), Vec::new(), VersionStats::default());
        for walk in walks {
            match self.count(walk).await {
                Ok(one) => {
                    stats.add(&one);
                    counted.push(*walk);
                }
                Err(
                    error @ (FlowStatsError::Unfoldable { .. } | FlowStatsError::Store(StoreError::Corrupt { .. })),
                ) => {
                    damaged.push(error);
                }
                Err(error) => return Err(error),
            }
        }
        let mut left = damaged.len();
        match self.keep(&counted, stats).await {
            Ok(FoldOutcome::Conflict) => {
                folded.conflicts += 1;
                return Ok(FoldOutcome::Conflict);
            }
            Ok(FoldOutcome::Saved) => folded.walks += u64::try_from(counted.len()).unwrap_or(u64::MAX),
            // Statistics that cannot be read back hold up their own version alone.
            Err(error @ FlowStatsError::Store(StoreError::Corrupt { .. })) => {
                damaged.push(error);
                left = walks.len();
            }
            Err(error) => return Err(error),
        }
        damaged.iter().for_each(report);
        folded.corrupt += u64::try_from(left).unwrap_or(u64::MAX);
        Ok(FoldOutcome::Saved)
    }

    /// Adds what `walks`, all of one version, have come to.
    async fn keep(&self, walks: &[UnfoldedWalk], mut stats: VersionStats) -> Result<FoldOutcome, FlowStatsError> {
        let Some(UnfoldedWalk { account_id, flow_id, version, .. }) = walks.first().copied() else {
            return Ok(FoldOutcome::Saved);
        };
        let kept = self.stats.flow_stats(account_id, flow_id, Some(version), 1).await?.pop();
        let expected_revision = kept.as_ref().map_or(0, |kept| kept.revision);
        if let Some(kept) = kept {
            stats.add(&kept.stats);
        }
        let walks = walks.iter().map(|walk| walk.session_id).collect();
        Ok(self.stats.save_fold(FoldSave { account_id, flow_id, version, expected_revision, stats, walks }).await?)
    }

    async fn count(&self, walk: &UnfoldedWalk) -> Result<VersionStats, FlowStatsError> {
        let session_id = walk.session_id;
        let unfoldable = |source| FlowStatsError::Unfoldable { session_id, source };
        let events = self.sessions.events(walk.account_id, session_id).await?;
        let folded = of_walk(&events.unwrap_or_default()).map_err(unfoldable)?;
        if (folded.flow_id, folded.version) != (walk.flow_id, walk.version) {
            return Err(unfoldable(Unfoldable::NotGuided));
        }
        Ok(folded.stats)
    }
}

fn of_one_version(one: &UnfoldedWalk, other: &UnfoldedWalk) -> bool {
    let version = |walk: &UnfoldedWalk| (walk.account_id, walk.flow_id, walk.version);
    version(one) == version(other)
}
