//! What walks tell of flows.

use async_trait::async_trait;
use firstline_domain::clock::Instant;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::{AccountId, FlowId, SessionId};
use firstline_domain::ports::{FlowStatsStore, FoldOutcome, KeptStats, PendingWalks, UnfoldedWalk};
use firstline_domain::stats::FoldSave;
use tracing::instrument;
use uuid::Uuid;

use super::engine::{Engine, SqlStore};
use crate::rows::{FlowStatsRow, PendingRow, UnfoldedRow};
use crate::statement::Statement;
use crate::statements::{Text, flow_stats};

#[async_trait]
impl<E: Engine> FlowStatsStore for SqlStore<E> {
    #[instrument(name = "store.unfolded", level = "debug", skip_all)]
    async fn unfolded(&self, after: Option<UnfoldedWalk>, limit: u16) -> Result<Vec<UnfoldedWalk>, StoreError> {
        // No account has the smallest of all ids, so every walk comes after it.
        let nothing = (Uuid::nil().into(), Uuid::nil().into(), Instant::UNIX_EPOCH, Uuid::nil().into());
        let (account_id, flow_id, ended_at, id) = after.map_or(nothing, |after| after.place());
        let statement = Statement::new(flow_stats::UNFOLDED_AFTER)
            .id(AccountId::as_uuid(account_id))
            .id(FlowId::as_uuid(flow_id))
            .at(ended_at)
            .id(SessionId::as_uuid(id));
        self.all::<UnfoldedRow, _>(statement.int(limit)).await
    }

    #[instrument(
        name = "store.save_fold", level = "debug", skip_all,
        fields(account = %save.account_id, flow = %save.flow_id, version = save.version.get())
    )]
    async fn save_fold(&self, save: FoldSave) -> Result<FoldOutcome, StoreError> {
        let saved = self.0.save_fold(save).await?;
        Ok(if saved { FoldOutcome::Saved } else { FoldOutcome::Conflict })
    }

    #[instrument(
        name = "store.pending_walks", level = "debug", skip_all,
        fields(account = %account_id, flow = %flow_id)
    )]
    async fn pending_walks(
        &self,
        account_id: AccountId,
        flow_id: FlowId,
        at_most: u16,
    ) -> Result<PendingWalks, StoreError> {
        let statement =
            Statement::new(flow_stats::PENDING_WALKS).id(account_id.as_uuid()).id(flow_id.as_uuid()).int(at_most);
        let found = self.0.read::<PendingRow>(statement).await?.pop();
        Ok(found.map_or(PendingWalks { walks: 0, oldest: None }, PendingWalks::from))
    }

    #[instrument(name = "store.flow_stats", level = "debug", skip_all, fields(account = %account_id, flow = %flow_id))]
    async fn flow_stats(
        &self,
        account_id: AccountId,
        flow_id: FlowId,
        version: Option<VersionNumber>,
        rows: u16,
    ) -> Result<Vec<KeptStats>, StoreError> {
        let (first, last) = version.map_or((1, u32::MAX), |version| (version.get(), version.get()));
        let statement = Statement::new(flow_stats::FLOW_STATS)
            .id(account_id.as_uuid())
            .id(flow_id.as_uuid())
            .int(first)
            .int(last)
            .int(rows);
        self.all::<FlowStatsRow, _>(statement).await
    }
}

/// Binds the statistics, `$1` to `$5` of a text that begins by putting them in.
pub(crate) fn kept(text: Text, save: &FoldSave) -> Result<Statement, StoreError> {
    let stats = save.stats.to_json().map_err(|error| StoreError::Failed(Box::new(error)))?;
    Ok(Statement::new(text)
        .id(save.account_id.as_uuid())
        .id(save.flow_id.as_uuid())
        .int(save.version.get())
        .int(save.expected_revision)
        .text(&stats))
}
