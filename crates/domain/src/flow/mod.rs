//! Flows: the decision trees that walks follow.
//!
//! A flow is either *registered* (its tree lives elsewhere, steps are recorded as they come) or *authored* here. An
//! authored flow is a [`tree`], written as a document ([`mod@format`]), [`check`]ed before it is published ([`authored`]),
//! followed step by step ([`walk`]) and found by what the customer says ([`search`](crate::search)). All of it is pure.

pub mod authored;
pub mod check;
mod defect;
pub mod format;
mod outline;
mod registered;
pub mod tree;
mod version;
pub mod walk;

pub use registered::{Flow, FlowProposal, FlowStatus, TreeLocation};
