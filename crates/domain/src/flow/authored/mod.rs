//! A flow that is written here: a draft that is worked on, and published versions that never change.
//!
//! As with sessions, rules decide and stores obey: [`create`], [`edit`], [`publish`], [`archive`] and [`restore`] give
//! what is to be written, and a store writes it if the flow still has the revision that was read.

mod decide;
mod diff;
mod refusal;
mod state;

pub use super::version::{FlowVersion, NoVersion, Pins, VersionNumber};
pub use decide::{FlowChange, FlowPlan, archive, check_draft, create, edit, publish, restore};
pub use diff::{FieldChange, NodeChange, TreeDiff, diff};
pub use refusal::FlowRefusal;
pub use state::{AuthoredFlow, Draft, LatestVersion, fingerprint};
