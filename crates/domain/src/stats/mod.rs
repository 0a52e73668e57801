//! What walks tell of a flow: of each version and each node how often it was visited, answered, taken back, and how
//! walks ended there.
//!
//! An ended walk is counted once ([`of_walk`]), from its events alone, into numbers that are only ever added up
//! ([`VersionStats::add`]): in whatever order and grouping walks are counted, the sums are the same.

mod counts;
mod save;
mod seconds;
mod walk;

pub use counts::{Ends, NodeStats, StatsUnreadable, VersionStats};
pub use save::FoldSave;
pub use seconds::Seconds;
pub use walk::{FoldedWalk, Unfoldable, of_walk};
