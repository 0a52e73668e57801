//! Every repository in the memory of one process: for tests, demos, and as the plainest model of what a store must do.
//!
//! It is no mock: the same compare-and-set, the same uniqueness and the same order of lists as a database, under one
//! mutex. What it holds is gone when the last clone is dropped.

mod directory;
mod flow_stats;
mod flows;
mod sessions;
mod tables;
mod users;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tables::Tables;

/// A store in memory. Clones share what they hold.
#[derive(Clone, Default)]
pub struct MemoryStore {
    tables: Arc<Mutex<Tables>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No method leaves a half-done change when it panics, so a poisoned lock still guards whole tables.
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
