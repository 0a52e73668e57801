//! Flows and flow proposals in memory.

use async_trait::async_trait;

use super::MemoryStore;
use super::tables::{find, is_of};
use crate::error::StoreError;
use crate::flow::authored::{AuthoredFlow, FlowChange, FlowVersion, VersionNumber};
use crate::flow::{Flow, FlowProposal, TreeLocation};
use crate::ids::{AccountId, FlowId, FlowProposalId};
use crate::ports::{FlowFilter, FlowHead, FlowSaveOutcome, FlowStore, PutOutcome, VersionHead, Walkable};

#[async_trait]
impl FlowStore for MemoryStore {
    async fn flow(&self, account_id: AccountId, id: FlowId) -> Result<Option<Flow>, StoreError> {
        let tables = self.tables();
        Ok(find(&tables.flows, (account_id, id)).cloned())
    }

    async fn put_flow(&self, flow: &Flow) -> Result<PutOutcome, StoreError> {
        let mut tables = self.tables();
        if !tables.accounts.contains_key(&flow.account_id) {
            return Ok(PutOutcome::AccountNotFound);
        }
        let key = (flow.account_id, flow.id);
        if tables.authored.contains_key(&key) {
            return Ok(PutOutcome::Authored);
        }
        tables.flows.insert(key, Flow { tree: TreeLocation::External, ..flow.clone() });
        Ok(PutOutcome::Stored)
    }

    async fn walkable(&self, account_id: AccountId, id: FlowId) -> Result<Option<Walkable>, StoreError> {
        let tables = self.tables();
        let flow = find(&tables.flows, (account_id, id)).filter(|flow| flow.can_be_walked());
        Ok(flow.and_then(|flow| match flow.tree {
            TreeLocation::External => Some(Walkable::External),
            TreeLocation::Authored => {
                find(&tables.authored, (account_id, id)).and_then(AuthoredFlow::walkable).map(Walkable::Version)
            }
        }))
    }

    async fn flows(
        &self,
        account_id: AccountId,
        filter: FlowFilter,
        after: Option<FlowId>,
        rows: u16,
    ) -> Result<Vec<FlowHead>, StoreError> {
        let tables = self.tables();
        let of_account = |flow: &&Flow| is_of(flow.account_id, account_id);
        let mut flows: Vec<&Flow> = tables.flows.values().filter(of_account).collect();
        flows.sort_by_key(|flow| flow.id);
        let taken = flows.into_iter().filter(|flow| after.is_none_or(|after| flow.id > after));
        let taken = taken.filter(|flow| filter.status.is_none_or(|status| flow.status == status));
        let head = |flow: &Flow| {
            let authored = tables.authored.get(&(flow.account_id, flow.id));
            let latest = authored.and_then(|authored| authored.latest.as_ref()).map(|latest| latest.number);
            FlowHead { id: flow.id, name: flow.name.clone(), status: flow.status, tree: flow.tree, latest }
        };
        Ok(taken.take(usize::from(rows)).map(head).collect())
    }

    async fn authored(&self, account_id: AccountId, id: FlowId) -> Result<Option<AuthoredFlow>, StoreError> {
        let tables = self.tables();
        Ok(find(&tables.authored, (account_id, id)).cloned())
    }

    async fn save_flow(&self, change: FlowChange) -> Result<FlowSaveOutcome, StoreError> {
        change.check()?;
        let mut tables = self.tables();
        let FlowChange { flow, expected_revision, version } = change;
        let key = (flow.account_id, flow.id);
        if !tables.accounts.contains_key(&flow.account_id) {
            return Ok(FlowSaveOutcome::AccountNotFound);
        }
        let revision = tables.authored.get(&key).map_or(0, |flow| flow.revision);
        if revision != expected_revision || revision == 0 && tables.flows.contains_key(&key) {
            return Ok(FlowSaveOutcome::Conflict);
        }
        let versions = tables.versions.entry(key).or_default();
        if let Some(version) = version {
            if versions.contains_key(&version.number) {
                return Err(StoreError::Failed("the version is there already".into()));
            }
            versions.insert(version.number, version);
        }
        let name = flow.name().clone();
        let (id, account_id, status) = (flow.id, flow.account_id, flow.status);
        tables.flows.insert(key, Flow { id, account_id, name, status, tree: TreeLocation::Authored });
        tables.authored.insert(key, flow);
        Ok(FlowSaveOutcome::Saved)
    }

    async fn flow_version(
        &self,
        account_id: AccountId,
        id: FlowId,
        number: VersionNumber,
    ) -> Result<Option<FlowVersion>, StoreError> {
        let tables = self.tables();
        Ok(find(&tables.versions, (account_id, id)).and_then(|versions| versions.get(&number)).cloned())
    }

    async fn flow_versions(
        &self,
        account_id: AccountId,
        id: FlowId,
        after: Option<VersionNumber>,
        rows: u16,
    ) -> Result<Vec<VersionHead>, StoreError> {
        let tables = self.tables();
        let versions =
            find(&tables.versions, (account_id, id)).into_iter().flat_map(|versions| versions.values().rev());
        let older = versions.filter(|version| after.is_none_or(|after| version.number < after));
        let head = |version: &FlowVersion| VersionHead {
            flow_id: version.flow_id,
            number: version.number,
            published_by: version.published_by,
            published_at: version.published_at,
        };
        Ok(older.take(usize::from(rows)).map(head).collect())
    }

    async fn flows_mark(&self, account_id: AccountId) -> Result<i64, StoreError> {
        let tables = self.tables();
        let of_account = |flow: &&AuthoredFlow| is_of(flow.account_id, account_id);
        Ok(tables.authored.values().filter(of_account).map(|flow| flow.revision).sum())
    }

    async fn published(&self, account_id: AccountId) -> Result<Vec<(FlowId, VersionNumber)>, StoreError> {
        let tables = self.tables();
        let of_account = |flow: &&AuthoredFlow| is_of(flow.account_id, account_id);
        let flows = tables.authored.values().filter(of_account);
        let mut published: Vec<_> = flows.filter_map(|flow| Some((flow.id, flow.walkable()?))).collect();
        published.sort_unstable_by_key(|(id, _)| *id);
        Ok(published)
    }

    async fn proposal(&self, account_id: AccountId, id: FlowProposalId) -> Result<Option<FlowProposal>, StoreError> {
        let tables = self.tables();
        Ok(find(&tables.proposals, (account_id, id)).cloned())
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
