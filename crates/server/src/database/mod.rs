//! The database as the calls of the command line and the server use it.

mod access;
mod failure;
mod waiting;

pub(crate) use access::{administer, on_database, open, prepare, warn_of_new, warn_of_nobody};
pub(crate) use failure::{migrate_failure, store_failure};
pub(crate) use waiting::for_database;
