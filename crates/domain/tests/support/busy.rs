//! A store in which others come first a given number of times, half a second each.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use firstline_domain::conformance::ManualClock;
use firstline_domain::memory::MemoryStore;

use crate::hooked::{Hooked, Hooks};

/// The store in memory. As long as others are left, a save is a conflict that takes half a second and takes one from
/// them.
pub type Busy = Hooked<Others>;

#[derive(Default)]
pub struct Others {
    pub clock: Arc<ManualClock>,
    left: AtomicUsize,
    saves: AtomicUsize,
}

impl Busy {
    pub fn new() -> Self {
        Self { store: MemoryStore::new(), hooks: Others::default() }
    }

    /// From now on so many others come first; how many saves were tried until now.
    pub fn others_first(&self, others: usize) -> usize {
        self.hooks.left.store(others, Ordering::SeqCst);
        self.hooks.saves.swap(0, Ordering::SeqCst)
    }
}

impl Hooks for Others {
    fn comes_second(&self) -> bool {
        self.saves.fetch_add(1, Ordering::SeqCst);
        let taken = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if taken.is_ok() {
            self.clock.advance(TimeDelta::milliseconds(500));
        }
        taken.is_ok()
    }
}
