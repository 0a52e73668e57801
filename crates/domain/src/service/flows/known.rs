//! What is known of the flows that a tree runs.

use std::collections::HashMap;

use super::error::FlowManagementError;
use super::management::FlowManagement;
use crate::flow::TreeLocation;
use crate::flow::check::{KnownFlow, KnownFlows, MAX_NODES};
use crate::flow::tree::Tree;
use crate::ids::{AccountId, FlowId};
use crate::ports::Walkable;

impl FlowManagement {
    /// What is known now of the flows that `tree` runs. Once those that were read are more together than any flow may
    /// be, the rest is not read: the tree is too large whatever is in them.
    pub(super) async fn known(&self, account_id: AccountId, tree: &Tree) -> Result<Snapshot, FlowManagementError> {
        let (mut flows, mut nodes) = (HashMap::new(), 0);
        // Each takes a node: with more than these the tree cannot be published, whatever they are.
        for id in tree.calls().into_iter().take(MAX_NODES) {
            let known = match self.flows.walkable(account_id, id).await? {
                Some(Walkable::Version(_)) if nodes > MAX_NODES => KnownFlow::NotLookedUp,
                Some(Walkable::Version(number)) => match self.compiled.compiled(account_id, id, number).await? {
                    Some(compiled) => KnownFlow::Published(compiled),
                    None => KnownFlow::NotPublished,
                },
                // A registered flow has no tree here that could be run.
                Some(Walkable::External) => KnownFlow::Unknown,
                None => match self.flows.flow(account_id, id).await?.map(|flow| flow.tree) {
                    Some(TreeLocation::Authored) => KnownFlow::NotPublished,
                    Some(TreeLocation::External) | None => KnownFlow::Unknown,
                },
            };
            if let KnownFlow::Published(flow) = &known {
                nodes += flow.node_count();
            }
            flows.insert(id, known);
        }
        Ok(Snapshot(flows))
    }
}

/// What was known of the flows that a tree runs when it was looked up.
pub(super) struct Snapshot(HashMap<FlowId, KnownFlow>);

impl KnownFlows for Snapshot {
    fn find(&self, id: FlowId) -> KnownFlow {
        self.0.get(&id).cloned().unwrap_or(KnownFlow::NotLookedUp)
    }
}
