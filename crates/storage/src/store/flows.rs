//! Flows and flow proposals.

use async_trait::async_trait;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::{AuthoredFlow, FlowChange, FlowVersion, VersionNumber};
use firstline_domain::flow::{Flow, FlowProposal, FlowStatus};
use firstline_domain::ids::{AccountId, FlowId, FlowProposalId};
use firstline_domain::ports::{FlowFilter, FlowHead, FlowSaveOutcome, FlowStore, PutOutcome, VersionHead, Walkable};
use tracing::instrument;
use uuid::Uuid;

use super::engine::{Engine, SqlStore};
use crate::error::{Constraint, WriteError};
use crate::rows::{
    AuthoredFlowRow, FlowHeadRow, FlowRow, FlowVersionRow, IdRow, MarkRow, ProposalRow, VersionHeadRow, WalkableRow,
};
use crate::statement::Statement;
use crate::statements::flows;

#[async_trait]
impl<E: Engine> FlowStore for SqlStore<E> {
    #[instrument(name = "store.flow", level = "debug", skip_all, fields(account = %account_id, flow = %id))]
    async fn flow(&self, account_id: AccountId, id: FlowId) -> Result<Option<Flow>, StoreError> {
        self.one::<FlowRow, _>(Statement::new(flows::FLOW).id(account_id.as_uuid()).id(id.as_uuid())).await
    }

    #[instrument(
        name = "store.put_flow", level = "debug", skip_all,
        fields(account = %flow.account_id, flow = %flow.id)
    )]
    async fn put_flow(&self, flow: &Flow) -> Result<PutOutcome, StoreError> {
        let put = Statement::new(flows::PUT_FLOW)
            .id(flow.account_id.as_uuid())
            .id(flow.id.as_uuid())
            .text(flow.name.as_str())
            .text(flow.status.as_str());
        match self.0.write::<IdRow>(put).await {
            Ok(rows) if rows.is_empty() => Ok(PutOutcome::Authored),
            Ok(_) => Ok(PutOutcome::Stored),
            Err(WriteError::Constraint(Constraint::Reference, _)) => Ok(PutOutcome::AccountNotFound),
            Err(error) => Err(error.into()),
        }
    }

    #[instrument(name = "store.walkable", level = "debug", skip_all, fields(account = %account_id, flow = %id))]
    async fn walkable(&self, account_id: AccountId, id: FlowId) -> Result<Option<Walkable>, StoreError> {
        let statement = Statement::new(flows::WALKABLE).id(account_id.as_uuid()).id(id.as_uuid());
        self.one::<WalkableRow, _>(statement).await
    }

    #[instrument(name = "store.flows", level = "debug", skip_all, fields(account = %account_id))]
    async fn flows(
        &self,
        account_id: AccountId,
        filter: FlowFilter,
        after: Option<FlowId>,
        rows: u16,
    ) -> Result<Vec<FlowHead>, StoreError> {
        let statement = Statement::new(flows::FLOWS)
            .id(account_id.as_uuid())
            // No flow has the nil UUID: it is before all of them.
            .id(after.map_or_else(Uuid::nil, FlowId::as_uuid))
            .maybe_text(filter.status.map(FlowStatus::as_str))
            .int(rows);
        self.all::<FlowHeadRow, _>(statement).await
    }

    #[instrument(name = "store.authored", level = "debug", skip_all, fields(account = %account_id, flow = %id))]
    async fn authored(&self, account_id: AccountId, id: FlowId) -> Result<Option<AuthoredFlow>, StoreError> {
        let statement = Statement::new(flows::AUTHORED).id(account_id.as_uuid()).id(id.as_uuid());
        self.one::<AuthoredFlowRow, _>(statement).await
    }

    #[instrument(
        name = "store.save_flow", level = "debug", skip_all,
        fields(account = %change.flow.account_id, flow = %change.flow.id)
    )]
    async fn save_flow(&self, change: FlowChange) -> Result<FlowSaveOutcome, StoreError> {
        change.check()?;
        match self.0.save_flow(change).await {
            Ok(true) => Ok(FlowSaveOutcome::Saved),
            Ok(false) => Ok(FlowSaveOutcome::Conflict),
            Err(WriteError::Constraint(Constraint::Reference, _)) => Ok(FlowSaveOutcome::AccountNotFound),
            Err(error) => Err(error.into()),
        }
    }

    #[instrument(
        name = "store.flow_version", level = "debug", skip_all,
        fields(account = %account_id, flow = %id, version = number.get())
    )]
    async fn flow_version(
        &self,
        account_id: AccountId,
        id: FlowId,
        number: VersionNumber,
    ) -> Result<Option<FlowVersion>, StoreError> {
        let statement = Statement::new(flows::VERSION).id(account_id.as_uuid()).id(id.as_uuid()).int(number.get());
        self.one::<FlowVersionRow, _>(statement).await
    }

    #[instrument(name = "store.flow_versions", level = "debug", skip_all, fields(account = %account_id, flow = %id))]
    async fn flow_versions(
        &self,
        account_id: AccountId,
        id: FlowId,
        after: Option<VersionNumber>,
        rows: u16,
    ) -> Result<Vec<VersionHead>, StoreError> {
        let statement = Statement::new(flows::VERSIONS)
            .id(account_id.as_uuid())
            .id(id.as_uuid())
            .int(after.map_or(i64::MAX, |after| i64::from(after.get())))
            .int(rows);
        self.all::<VersionHeadRow, _>(statement).await
    }

    #[instrument(name = "store.flows_mark", level = "debug", skip_all, fields(account = %account_id))]
    async fn flows_mark(&self, account_id: AccountId) -> Result<i64, StoreError> {
        let rows = self.0.read::<MarkRow>(Statement::new(flows::MARK).id(account_id.as_uuid())).await?;
        Ok(rows.first().map_or(0, |row| row.mark))
    }

    #[instrument(name = "store.published", level = "debug", skip_all, fields(account = %account_id))]
    async fn published(&self, account_id: AccountId) -> Result<Vec<(FlowId, VersionNumber)>, StoreError> {
        let rows = self.0.read::<WalkableRow>(Statement::new(flows::PUBLISHED).id(account_id.as_uuid())).await?;
        rows.into_iter().map(WalkableRow::published).collect()
    }

    #[instrument(name = "store.proposal", level = "debug", skip_all, fields(account = %account_id, proposal = %id))]
    async fn proposal(&self, account_id: AccountId, id: FlowProposalId) -> Result<Option<FlowProposal>, StoreError> {
        self.one::<ProposalRow, _>(Statement::new(flows::PROPOSAL).id(account_id.as_uuid()).id(id.as_uuid())).await
    }

    #[instrument(
        name = "store.put_proposal", level = "debug", skip_all,
        fields(account = %proposal.account_id, proposal = %proposal.id)
    )]
    async fn put_proposal(&self, proposal: &FlowProposal) -> Result<PutOutcome, StoreError> {
        let put = || {
            Statement::new(flows::PUT_PROPOSAL)
                .id(proposal.account_id.as_uuid())
                .id(proposal.id.as_uuid())
                .text(proposal.name.as_str())
                .bool(proposal.validated_by_outcome)
        };
        self.put(put).await
    }
}
