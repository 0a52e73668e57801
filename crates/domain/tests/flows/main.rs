//! Flows: the document, the check, versions, walks and suggestions.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first thing that is not as it should be"
)]

mod authored;
mod breaks;
mod check_form;
mod check_ways;
mod diff;
mod document;
mod documentation;
mod guided;
mod nested;
mod properties;
mod schema;
mod starter;
mod stats;
mod suggest;
mod support;
mod walk;
