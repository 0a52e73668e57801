//! What walks tell of a flow: of each version and each node how often it was visited, answered, taken back, and how walks
//! ended there.
//!
//! An ended walk is folded once ([`of_walk`]), from its events alone, into numbers that are only ever added up
//! ([`VersionStats::add`]): in whatever order and grouping walks are folded, the sums are the same. A job does that behind the
//! walks ([`FlowStatistics::fold`]), because a counter in each step's own save would be one row that all technicians wait for.

mod counts;
mod error;
mod job;
mod read;
mod save;
mod seconds;
mod walk;

use std::sync::Arc;

use crate::clock::Clock;
use crate::ports::{FlowStatsStore, FlowStore, SessionStore};

pub use counts::{Ends, NodeStats, StatsUnreadable, VersionStats};
pub use error::FlowStatsError;
pub use job::{FOLD_BATCH, Folded};
pub use read::{FlowReport, MAX_PENDING_COUNTED, MAX_VERSIONS_LISTED, Staleness, VersionReport};
pub use save::FoldSave;
pub use seconds::Seconds;
pub use walk::{FoldedWalk, Unfoldable, of_walk};

/// The use cases: keeping the statistics of flows up to date, and reading them.
#[derive(Clone)]
pub struct FlowStatistics {
    sessions: Arc<dyn SessionStore>,
    flows: Arc<dyn FlowStore>,
    stats: Arc<dyn FlowStatsStore>,
    clock: Arc<dyn Clock>,
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
