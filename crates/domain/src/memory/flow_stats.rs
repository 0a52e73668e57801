//! The statistics of flows in memory.

use async_trait::async_trait;

use super::MemoryStore;
use super::tables::{SessionRecord, Tables};
use crate::clock::Instant;
use crate::error::StoreError;
use crate::flow::authored::VersionNumber;
use crate::ids::{AccountId, FlowId, SessionId};
use crate::ports::{FlowStatsStore, FoldOutcome, KeptStats, PendingWalks, UnfoldedWalk};
use crate::session::SessionState;
use crate::stats::FoldSave;

#[async_trait]
impl FlowStatsStore for MemoryStore {
    async fn unfolded(&self, after: Option<UnfoldedWalk>, limit: u16) -> Result<Vec<UnfoldedWalk>, StoreError> {
        let tables = self.tables();
        let all = tables.unfolded.iter().filter_map(|key| tables.unfolded_walk(*key));
        let mut found: Vec<_> = all.filter(|walk| after.is_none_or(|after| walk.place() > after.place())).collect();
        found.sort_by_key(UnfoldedWalk::place);
        found.truncate(usize::from(limit));
        Ok(found)
    }

    async fn save_fold(&self, save: FoldSave) -> Result<FoldOutcome, StoreError> {
        let mut tables = self.tables();
        let FoldSave { account_id, flow_id, version, expected_revision, stats, walks } = save;
        let key = (account_id, flow_id, version);
        let revision = tables.flow_stats.get(&key).map_or(0, |kept| kept.revision);
        let counts_here = |id: &SessionId| {
            let walk = tables.unfolded_walk((account_id, *id));
            walk.is_some_and(|walk| (walk.flow_id, walk.version) == (flow_id, version))
        };
        if revision != expected_revision || !walks.iter().all(counts_here) {
            return Ok(FoldOutcome::Conflict);
        }
        for id in walks {
            tables.unfolded.remove(&(account_id, id));
        }
        tables.flow_stats.insert(key, KeptStats { version, revision: revision + 1, stats });
        Ok(FoldOutcome::Saved)
    }

    async fn pending_walks(
        &self,
        account_id: AccountId,
        flow_id: FlowId,
        at_most: u16,
    ) -> Result<PendingWalks, StoreError> {
        let tables = self.tables();
        let all = tables.unfolded.iter().filter_map(|key| tables.unfolded_walk(*key));
        let of_flow = all.filter(|walk| (walk.account_id, walk.flow_id) == (account_id, flow_id));
        let (mut walks, mut oldest) = (0, None::<Instant>);
        for walk in of_flow {
            walks += 1;
            oldest = Some(oldest.map_or(walk.ended_at, |oldest| oldest.min(walk.ended_at)));
        }
        Ok(PendingWalks { walks: u64::from(at_most).min(walks), oldest })
    }

    async fn flow_stats(
        &self,
        account_id: AccountId,
        flow_id: FlowId,
        version: Option<VersionNumber>,
        rows: u16,
    ) -> Result<Vec<KeptStats>, StoreError> {
        let tables = self.tables();
        let of_flow = tables.flow_stats.iter().rev().filter(|((account, flow, number), _)| {
            (*account, *flow) == (account_id, flow_id) && version.is_none_or(|version| version == *number)
        });
        Ok(of_flow.take(usize::from(rows)).map(|(_, kept)| kept.clone()).collect())
    }
}

impl Tables {
    /// Remembers an ended walk of a flow's version, to be counted.
    pub(super) fn note_end(&mut self, key: (AccountId, SessionId)) {
        if self.sessions.get(&key).is_some_and(|record| ended_at(record).is_some()) {
            self.unfolded.insert(key);
        }
    }

    fn unfolded_walk(&self, key: (AccountId, SessionId)) -> Option<UnfoldedWalk> {
        let record = self.unfolded.get(&key).and_then(|key| self.sessions.get(key))?;
        let header = &record.session.header;
        Some(UnfoldedWalk {
            account_id: header.account_id,
            flow_id: header.target.flow_id()?,
            version: header.flow_version?,
            session_id: header.id,
            ended_at: ended_at(record)?,
        })
    }
}

/// When a walk of a flow's version ended.
fn ended_at(record: &SessionRecord) -> Option<Instant> {
    record.session.header.flow_version?;
    match record.session.header.state {
        SessionState::Active => None,
        SessionState::Resolved { at, .. } | SessionState::Escalated { at, .. } | SessionState::Abandoned { at } => {
            Some(at)
        }
    }
}
