//! The binary as operators and scripts meet it: its calls, its refusals, its start and its end.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first thing that is not as it should be"
)]

mod authored;
mod calls;
mod documentation;
mod flow_files;
mod kept_users;
mod lifecycle;
mod missing_database;
mod place;
mod refusals;
mod sign_in;
mod sign_in_tls;
mod start;
