//! What the use cases of statistics are made of.

use std::sync::Arc;

use crate::clock::Clock;
use crate::ports::{FlowStatsStore, FlowStore, SessionStore};

/// The use cases: keeping the statistics of flows up to date, and reading them.
#[derive(Clone)]
pub struct FlowStatistics {
    pub(super) sessions: Arc<dyn SessionStore>,
    pub(super) flows: Arc<dyn FlowStore>,
    pub(super) stats: Arc<dyn FlowStatsStore>,
    pub(super) clock: Arc<dyn Clock>,
}

impl FlowStatistics {
    /// Puts them together.
    #[must_use]
    pub fn new(
        sessions: Arc<dyn SessionStore>,
        flows: Arc<dyn FlowStore>,
        stats: Arc<dyn FlowStatsStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { sessions, flows, stats, clock }
    }
}
