//! Flows and flow proposals in memory.

use async_trait::async_trait;

use super::MemoryStore;
use crate::error::StoreError;
use crate::flow::{Flow, FlowProposal};
use crate::ids::{AccountId, FlowId, FlowProposalId};
use crate::repository::{FlowStore, PutOutcome};

#[async_trait]
impl FlowStore for MemoryStore {
    async fn flow(&self, account_id: AccountId, id: FlowId) -> Result<Option<Flow>, StoreError> {
        let tables = self.tables();
        #[cfg(feature = "sabotage")]
        let account_id = tables.account_of_flow(account_id, id);
        Ok(tables.flows.get(&(account_id, id)).cloned())
    }

    async fn put_flow(&self, flow: &Flow) -> Result<PutOutcome, StoreError> {
        let mut tables = self.tables();
        if !tables.accounts.contains_key(&flow.account_id) {
            return Ok(PutOutcome::AccountNotFound);
        }
        tables.flows.insert((flow.account_id, flow.id), flow.clone());
        Ok(PutOutcome::Stored)
    }

    async fn proposal(&self, account_id: AccountId, id: FlowProposalId) -> Result<Option<FlowProposal>, StoreError> {
        let tables = self.tables();
        #[cfg(feature = "sabotage")]
        let account_id = tables.account_of_proposal(account_id, id);
        Ok(tables.proposals.get(&(account_id, id)).cloned())
    }

    async fn put_proposal(&self, proposal: &FlowProposal) -> Result<PutOutcome, StoreError> {
        let mut tables = self.tables();
        if !tables.accounts.contains_key(&proposal.account_id) {
            return Ok(PutOutcome::AccountNotFound);
        }
        let key = (proposal.account_id, proposal.id);
        let there = tables.proposals.get(&key);
        let validated = there.is_some_and(|there| there.validated_by_outcome) || proposal.validated_by_outcome;
        tables.proposals.insert(key, FlowProposal { validated_by_outcome: validated, ..proposal.clone() });
        Ok(PutOutcome::Stored)
    }
}
