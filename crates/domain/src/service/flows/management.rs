//! What the use cases of flow management are made of.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::ids::IdSource;
use crate::ports::FlowStore;
use crate::service::compiled::{CompiledCache, CompiledFlows};

/// The use cases of flow management, over the store, clock and ids that they are given.
#[derive(Clone)]
pub struct FlowManagement {
    pub(super) flows: Arc<dyn FlowStore>,
    pub(super) compiled: CompiledFlows,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdSource>,
    pub(super) contention_deadline: TimeDelta,
}

impl FlowManagement {
    /// Puts the use cases together. A change is decided again for `contention_deadline` when others keep coming first.
    #[must_use]
    pub fn new(
        flows: Arc<dyn FlowStore>,
        cache: CompiledCache,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        contention_deadline: TimeDelta,
    ) -> Self {
        let compiled = CompiledFlows::new(flows.clone(), cache);
        Self { flows, compiled, clock, ids, contention_deadline }
    }
}
