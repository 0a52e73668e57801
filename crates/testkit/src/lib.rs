//! What the tests and the bench stand on: a Postgres cluster of their own ([`postgres`]), a running service ([`service`]),
//! people with tokens to call it ([`people`]), identity providers ([`provider`]) with their keys ([`signer`]), a plain
//! way to call it ([`http`]), what it answers ([`answers`]), and disks that fail ([`faults`]).
//!
//! Everything panics with what is wrong and how to mend it: nothing is ever skipped for want of a tool.
#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "test support speaks by panicking"
)]

pub mod answers;
pub mod faults;
pub mod http;
pub mod people;
pub mod postgres;
pub mod provider;
pub mod service;
pub mod signer;
