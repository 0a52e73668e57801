//! A store of flows that counts what is asked of it.

use std::sync::atomic::{AtomicUsize, Ordering};

use firstline_domain::error::StoreError;
use firstline_domain::memory::MemoryStore;

use crate::hooked::{Hooked, Hooks};

/// The store in memory, which counts how many versions are read and how many flows looked up, and can fail once.
pub type Counting = Hooked<Counts>;

#[derive(Default)]
pub struct Counts {
    versions: AtomicUsize,
    pub looked_up: AtomicUsize,
    pub listed: AtomicUsize,
    pub fail_at: AtomicUsize,
}

impl Counting {
    pub fn new(store: MemoryStore) -> Self {
        Self { store, hooks: Counts::default() }
    }

    /// How many versions were read since the last question.
    pub fn read(&self) -> usize {
        self.hooks.versions.swap(0, Ordering::SeqCst)
    }
}

impl Hooks for Counts {
    fn looks_up(&self) {
        self.looked_up.fetch_add(1, Ordering::SeqCst);
    }

    fn reads_version(&self) -> Result<(), StoreError> {
        let read = self.versions.fetch_add(1, Ordering::SeqCst) + 1;
        if self.fail_at.compare_exchange(read, 0, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            return Err(StoreError::Unavailable("pulled the plug".into()));
        }
        Ok(())
    }

    fn lists(&self) {
        self.listed.fetch_add(1, Ordering::SeqCst);
    }
}
