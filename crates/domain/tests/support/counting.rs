//! A store of flows that counts what is asked of it.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::{AuthoredFlow, FlowChange, FlowVersion, VersionNumber};
use firstline_domain::flow::{Flow, FlowProposal};
use firstline_domain::ids::{AccountId, FlowId, FlowProposalId};
use firstline_domain::memory::MemoryStore;
use firstline_domain::repository::{
    FlowFilter, FlowHead, FlowSaveOutcome, FlowStore, PutOutcome, VersionHead, Walkable,
};

/// The store in memory, which counts how many versions are read and how many flows looked up, and can fail once.
pub struct Counting {
    pub store: MemoryStore,
    pub versions: AtomicUsize,
    pub looked_up: AtomicUsize,
    pub listed: AtomicUsize,
    pub fail_at: AtomicUsize,
}

impl Counting {
    pub fn new(store: MemoryStore) -> Self {
        Self {
            store,
            versions: AtomicUsize::new(0),
            looked_up: AtomicUsize::new(0),
            listed: AtomicUsize::new(0),
            fail_at: AtomicUsize::new(0),
        }
    }

    /// How many versions were read since the last question.
    pub fn read(&self) -> usize {
        self.versions.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl FlowStore for Counting {
    async fn flow(&self, account_id: AccountId, id: FlowId) -> Result<Option<Flow>, StoreError> {
        self.store.flow(account_id, id).await
    }

    async fn put_flow(&self, flow: &Flow) -> Result<PutOutcome, StoreError> {
        self.store.put_flow(flow).await
    }

    async fn walkable(&self, account_id: AccountId, id: FlowId) -> Result<Option<Walkable>, StoreError> {
        self.looked_up.fetch_add(1, Ordering::SeqCst);
        self.store.walkable(account_id, id).await
    }

    async fn flows(
        &self,
        account_id: AccountId,
        filter: FlowFilter,
        after: Option<FlowId>,
        rows: u16,
    ) -> Result<Vec<FlowHead>, StoreError> {
        self.store.flows(account_id, filter, after, rows).await
    }

    async fn authored(&self, account_id: AccountId, id: FlowId) -> Result<Option<AuthoredFlow>, StoreError> {
        self.store.authored(account_id, id).await
    }

    async fn save_flow(&self, change: FlowChange) -> Result<FlowSaveOutcome, StoreError> {
        self.store.save_flow(change).await
    }

    async fn flow_version(
        &self,
        account_id: AccountId,
        id: FlowId,
        number: VersionNumber,
    ) -> Result<Option<FlowVersion>, StoreError> {
        let read = self.versions.fetch_add(1, Ordering::SeqCst) + 1;
        if self.fail_at.compare_exchange(read, 0, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            return Err(StoreError::Unavailable("pulled the plug".into()));
        }
        self.store.flow_version(account_id, id, number).await
    }

    async fn flow_versions(
        &self,
        account_id: AccountId,
        id: FlowId,
        after: Option<VersionNumber>,
        rows: u16,
    ) -> Result<Vec<VersionHead>, StoreError> {
        self.store.flow_versions(account_id, id, after, rows).await
    }

    async fn flows_mark(&self, account_id: AccountId) -> Result<i64, StoreError> {
        self.store.flows_mark(account_id).await
    }

    async fn published(&self, account_id: AccountId) -> Result<Vec<(FlowId, VersionNumber)>, StoreError> {
        self.listed.fetch_add(1, Ordering::SeqCst);
        self.store.published(account_id).await
    }

    async fn proposal(&self, account_id: AccountId, id: FlowProposalId) -> Result<Option<FlowProposal>, StoreError> {
        self.store.proposal(account_id, id).await
    }

    async fn put_proposal(&self, proposal: &FlowProposal) -> Result<PutOutcome, StoreError> {
        self.store.put_proposal(proposal).await
    }
}
