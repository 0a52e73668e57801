//! Flows that are walked by versions, before the store can keep these: made by SQL beside it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use firstline_domain::conformance::World;
use firstline_domain::error::StoreError;
use firstline_domain::flow::{Flow, FlowProposal};
use firstline_domain::ids::{AccountId, FlowId, FlowProposalId};
use firstline_domain::repository::{FlowStore, PutOutcome, Store};
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

    async fn proposal(&self, account_id: AccountId, id: FlowProposalId) -> Result<Option<FlowProposal>, StoreError> {
        self.store.proposal(account_id, id).await
    }

    async fn put_proposal(&self, proposal: &FlowProposal) -> Result<PutOutcome, StoreError> {
        self.store.put_proposal(proposal).await
    }
}
