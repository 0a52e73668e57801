//! Use cases of the statistics of flows: a job counts ended walks ([`FlowStatistics::fold`]), authors read the numbers.
//!
//! The job counts behind the walks, because a counter in each step's own save would be one row that all technicians
//! wait for.

mod error;
mod job;
mod read;
mod statistics;

pub use error::FlowStatsError;
pub use job::{FOLD_BATCH, Folded};
pub use read::{FlowReport, MAX_PENDING_COUNTED, MAX_VERSIONS_LISTED, Staleness, VersionReport};
pub use statistics::FlowStatistics;
