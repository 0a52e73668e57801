//! What every store must do, one async function a rule: run it against your own store as Firstline runs it against
//! its own.
//!
//! Each rule takes a [`World`] with an empty store behind it and panics with the reason when the rule is broken. The
//! macros make one `#[tokio::test]` of each rule, so the crate that calls them needs `tokio` with `macros` and
//! `rt-multi-thread`:
//!
//! | macro | what it is given | what it checks |
//! |---|---|---|
//! | [`session_store_conformance!`] | an async expression giving a [`World`] | a [`SessionStore`] |
//! | [`directory_conformance!`] | the same | a [`Directory`] and its [`UserStore`] |
//! | [`flow_store_conformance!`] | the same | a [`FlowStore`] |
//! | [`store_conformance!`] | an async expression giving an `Arc<dyn Store>` | all of them, and what they do together |
//!
//! [`session_store_conformance!`]: crate::session_store_conformance
//! [`directory_conformance!`]: crate::directory_conformance
//! [`flow_store_conformance!`]: crate::flow_store_conformance
//! [`store_conformance!`]: crate::store_conformance
//!
//! ```text
//! mod my_store {
//!     async fn world() -> World { World::with_sessions(Arc::new(MyStore::fresh().await)) }
//!     firstline_domain::session_store_conformance!(world());
//! }
//! ```
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a suite speaks by panicking, with the broken rule as the test's name"
)]

pub mod authored_flows;
pub mod clocks;
pub mod directory;
pub mod flow_races;
pub mod flow_stats;
pub mod flows;
pub mod guided_walks;
mod macros;
pub mod races;
mod recount;
pub mod sessions;
mod support;
pub mod tickets;
pub mod together;
pub mod user_races;
pub mod users;
pub mod walked;

pub use recount::recount;
pub use support::{Desk, ManualClock, RandomIds, World, user};

#[cfg(doc)]
use crate::ports::{Directory, FlowStatsStore, FlowStore, SessionStore, UserStore};
