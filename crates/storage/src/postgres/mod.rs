//! Postgres.

mod access;
mod connect;
mod connection;
mod engine;
mod group;
mod pool;
mod probe;
mod roles;
#[cfg(feature = "sabotage")]
pub(crate) mod sabotage;
mod tls;
mod wall;
mod write_limiter;
mod writes;

pub(crate) use access::Access;
pub(crate) use connect::Connector;
pub(crate) use engine::PostgresEngine;
pub(crate) use pool::Pool;
pub(crate) use probe::Probe;
pub(crate) use roles::{applied, ensure as ensure_roles};
pub(crate) use wall::check as check_wall;
