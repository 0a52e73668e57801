//! The use case of the sweeper: abandoning walks that stay untouched.

mod ahead;
mod run;

pub use ahead::TouchedAhead;
pub use run::{SWEEP_BATCH, Swept};
