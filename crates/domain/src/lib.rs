//! The L1 workspace of a helpdesk, as rules without a service around them.
//!
//! First-line technicians take a call, open a ticket, walk the customer through a decision tree step by step, keep notes,
//! resolve or escalate; coverage engineers take over mid-call. This crate holds every rule of that and does no I/O: the
//! clock and new ids come in as parameters, storage is behind the traits of [`ports`].
//!
//! To put the workspace into a backend of your own: implement [`ports::SessionStore`] over your database, run the
//! `conformance` suite against it (feature `conformance`), build a [`service::Workspace`] and call its use cases from
//! your handlers. `examples/axum_backend` does all of that.
//!
//! | feature | what it adds |
//! |---|---|
//! | `memory` | `memory::MemoryStore`: every repository in the memory of one process |
//! | `conformance` | `conformance`: the suites that every store must pass; brings `memory` |
//! | `sabotage` | `sabotage`: bugs on purpose, which the proofs must catch; builds only with debug assertions |

pub mod account;
pub mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod digest;
pub mod error;
mod fault;
pub mod flow;
pub mod ids;
pub mod json;
#[cfg(feature = "memory")]
pub mod memory;
pub mod paging;
pub mod ports;
pub mod search;
pub mod service;
pub mod session;
pub mod stats;
pub mod text;
pub mod ticket;
pub mod user;

#[cfg(feature = "sabotage")]
pub use fault::sabotage;
