//! What a check may ask about other flows.

use std::sync::Arc;

use crate::flow::walk::CompiledFlow;
use crate::ids::FlowId;

/// What is known of a flow that a sub-flow node names.
#[derive(Debug, Clone)]
pub enum KnownFlow {
    /// It is published: here is its current version.
    Published(Arc<CompiledFlow>),
    /// The account has it, and it is not published.
    NotPublished,
    /// The account does not have it.
    Unknown,
    /// It cannot be looked up here, as on the command line.
    NotLookedUp,
}

/// The other flows of the account, as the check of one flow needs them.
pub trait KnownFlows {
    /// What is known of that flow.
    fn find(&self, id: FlowId) -> KnownFlow;

    /// The flow that is checked, if it has an id already: a sub-flow must not come back to it.
    fn this(&self) -> Option<FlowId> {
        None
    }
}

/// No other flow can be looked up: a sub-flow is a warning, and publishing looks again.
#[derive(Debug, Clone, Copy, Default)]
pub struct NotLookedUp;

impl KnownFlows for NotLookedUp {
    fn find(&self, _: FlowId) -> KnownFlow {
        KnownFlow::NotLookedUp
    }
}
