//! Flows that are walked by versions, before the store can keep these: made by SQL beside it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use firstline_domain::conformance::World;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::{AuthoredFlow, FlowChange, FlowVersion, VersionNumber};
use firstline_domain::flow::{Flow, FlowProposal};
use firstline_domain::ids::{AccountId, FlowId, FlowProposalId};
use firstline_domain::repository::{
    FlowFilter, FlowHead, FlowSaveOutcome, FlowStore, PutOutcome, Store, VersionHead, Walkable,
};
use firstline_storage::StoreKind;

use crate::support::Base;

struct Walked {
    base: Base,
    store: Arc<dyn Store>,
    flows: Mutex<HashMap<(AccountId, FlowId), Flow>>,
}

/// A world in which a flow of this name is one whose tree the server knows.
pub async fn world(base: Base) -> World {
    let store = base.database.for_worker();
    if base.database.kind() == StoreKind::Postgres {
        base.sql("ALTER TABLE flows DROP CONSTRAINT flows_tree_check").await.unwrap();
    }
    let flows = Arc::new(Walked { base, store: store.clone(), flows: Mutex::default() });
    World { flows, ..World::of(store) }
}

#[async_trait]
impl FlowStore for Walked {
    async fn flow(&self, account_id: AccountId, id: FlowId) -> Result<Option<Flow>, StoreError> {
        Ok(self.flows.lock().unwrap().get(&(account_id, id)).cloned())
    }

    async fn put_flow(&self, flow: &Flow) -> Result<PutOutcome, StoreError> {
        let outcome = self.store.put_flow(flow).await;
        self.flows.lock().unwrap().insert((flow.account_id, flow.id), flow.clone());
        let update = "UPDATE flows SET tree = 'authored' WHERE name = 'Printer offline'";
        let update = match self.base.database.kind() {
            StoreKind::Postgres => update.to_owned(),
            _ => format!("PRAGMA ignore_check_constraints = ON; {update}"),
        };
        self.base.sql(&update).await.unwrap();
        outcome
    }

    async fn walkable(&self, account_id: AccountId, id: FlowId) -> Result<Option<Walkable>, StoreError> {
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

    async fn published(&self, account_id: AccountId) -> Result<Vec<(FlowId, VersionNumber)>, StoreError> {
        self.store.published(account_id).await
    }

    async fn proposal(&self, account_id: AccountId, id: FlowProposalId) -> Result<Option<FlowProposal>, StoreError> {
        self.store.proposal(account_id, id).await
    }

    async fn put_proposal(&self, proposal: &FlowProposal) -> Result<PutOutcome, StoreError> {
        self.store.put_proposal(proposal).await
    }
}
