//! Flows: drafts, versions, statistics, suggestions.

pub(crate) mod document;
pub(crate) mod drafts;
pub(crate) mod export;
mod flow;
pub(crate) mod life;
pub(crate) mod requests;
mod statistics;
pub(crate) mod stats;
pub(crate) mod suggest;
mod version;
pub(crate) mod versions;
