//! SQLite.

mod connection;
mod engine;
mod file_id;
mod flow_writes;
mod identity;
mod lock;
#[cfg(feature = "sabotage")]
mod lock_by_name;
mod readers;
mod writer;
mod writes;

pub(crate) use connection::open;
pub(crate) use engine::SqliteEngine;
