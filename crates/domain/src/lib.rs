//! The L1 workspace of a helpdesk, as rules without a service around them.
//!
//! First-line technicians take a call, open a ticket, walk the customer through a decision tree step by step, keep notes,
//! resolve or escalate; coverage engineers take over mid-call. This crate holds every rule of that and does no I/O: the
//! clock and new ids come in as parameters, storage is behind the traits of [`ports`].
//!
//! To put the workspace into a backend of your own: implement [`ports::SessionStore`] over your database, run the
//! suite of [`conformance`] against it, build a [`service::Workspace`] and call its use cases from your handlers. The
//! example [`axum_backend`](../axum_backend/index.html), in `examples/axum_backend`, does all of that and walks a flow.
//!
//! Here a call is taken and resolved, with the store in memory:
//!
//! ```
//! use std::sync::Arc;
//!
//! use chrono::{DateTime, Utc};
//! use firstline_domain::account::{Role, User};
//! use firstline_domain::clock::Clock;
//! use firstline_domain::ids::IdSource;
//! use firstline_domain::memory::MemoryStore;
//! use firstline_domain::service::{CompiledCache, CompiledFlows, Intake, Workspace, WorkspaceSettings};
//! use firstline_domain::session::{Command, SessionStatus, Target};
//! use firstline_domain::text::{Email, ProblemStatement, ResolutionNotes};
//! use firstline_domain::ticket::CallDetails;
//! use uuid::Uuid;
//!
//! /// Real time and real ids: the domain takes both as parameters.
//! struct System;
//!
//! impl Clock for System {
//!     fn now(&self) -> DateTime<Utc> {
//!         Utc::now()
//!     }
//! }
//!
//! impl IdSource for System {
//!     fn new_id(&self) -> Uuid {
//!         Uuid::now_v7()
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (system, store) = (Arc::new(System), Arc::new(MemoryStore::new()));
//! let flows = CompiledFlows::new(store.clone(), CompiledCache::default());
//! let settings = WorkspaceSettings::default();
//! let workspace = Workspace::new(store.clone(), store, flows, system.clone(), system, settings);
//!
//! let mia = User {
//!     id: Uuid::now_v7().into(),
//!     account_id: Uuid::now_v7().into(),
//!     email: Email::new("mia@example.com")?,
//!     role: Role::L1Tech,
//!     can_cover_l1: false,
//!     active: true,
//!     identity: None,
//! };
//! // Every use case takes an actor, which only the access rules give out.
//! let mia = mia.l1_access()?;
//!
//! let problem_statement = ProblemStatement::new("No sound in the meeting")?;
//! let call = CallDetails { problem_statement, customer_name: None, customer_contact: None };
//! let begun = workspace.intake(mia, Intake { call, walk: Target::Adhoc.into() }).await?;
//!
//! let resolve = Command::Resolve { helpful: true, resolution_notes: ResolutionNotes::new("Was muted.")? };
//! let ended = workspace.change(mia, begun.session.header.id, resolve).await?;
//! assert_eq!(ended.session.header.state.status(), SessionStatus::Resolved);
//! # Ok(())
//! # }
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `memory` | [`memory::MemoryStore`]: every repository in the memory of one process |
//! | `conformance` | [`conformance`]: the suites that every store must pass; brings `memory` |
//! | `sabotage` | `sabotage`: bugs on purpose, which the proofs must catch; builds only with debug assertions |

pub mod account;
pub mod clock;
#[cfg(any(feature = "conformance", doc))]
pub mod conformance;
mod digest;
pub mod error;
mod fault;
pub mod flow;
pub mod ids;
pub mod json;
#[cfg(any(feature = "memory", doc))]
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
