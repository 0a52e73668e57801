//! Flows and flow proposals.

use async_trait::async_trait;
use firstline_domain::error::StoreError;
use firstline_domain::flow::{Flow, FlowProposal};
use firstline_domain::ids::{AccountId, FlowId, FlowProposalId};
use firstline_domain::repository::{FlowStore, PutOutcome};

use super::{Engine, SqlStore};
use crate::rows::{FlowRow, ProposalRow};
use crate::statement::Statement;
use crate::statements::flows;

#[async_trait]
impl<E: Engine> FlowStore for SqlStore<E> {
    async fn flow(&self, account_id: AccountId, id: FlowId) -> Result<Option<Flow>, StoreError> {
        self.one::<FlowRow, _>(Statement::new(flows::FLOW).id(account_id.as_uuid()).id(id.as_uuid())).await
    }

    async fn put_flow(&self, flow: &Flow) -> Result<PutOutcome, StoreError> {
        let put = || {
            Statement::new(flows::PUT_FLOW)
                .id(flow.account_id.as_uuid())
                .id(flow.id.as_uuid())
                .text(flow.name.as_str())
                .text(flow.status.as_str())
                .text(flow.tree.as_str())
        };
        self.put(put).await
    }

    async fn proposal(&self, account_id: AccountId, id: FlowProposalId) -> Result<Option<FlowProposal>, StoreError> {
        self.one::<ProposalRow, _>(Statement::new(flows::PROPOSAL).id(account_id.as_uuid()).id(id.as_uuid())).await
    }

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
