//! Where the limiters keep what they know of each key: a map that never grows beyond its bound.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;

/// At most so many keys. A key that finds no room shares one state with all others that found none.
pub(super) struct Bounded<K> {
    held: Mutex<Held<K>>,
    bound: usize,
    /// Whether a key has found no room since the last clearing.
    crowded: AtomicBool,
}

struct Held<K> {
    known: HashMap<K, Nanos>,
    crowd: Option<Nanos>,
}

impl<K: Hash + Eq + Clone> Bounded<K> {
    pub(super) fn new(bound: usize) -> Arc<Self> {
        let held = Held { known: HashMap::new(), crowd: None };
        Arc::new(Self { held: Mutex::new(held), bound, crowded: AtomicBool::new(false) })
    }

    pub(super) fn is_crowded(&self) -> bool {
        self.crowded.load(Ordering::Relaxed)
    }

    /// Takes back what one request of `key` has cost.
    pub(super) fn give_back(&self, key: &K, cost: Nanos) {
        let mut held = self.held();
        let Held { known, crowd } = &mut *held;
        if let Some(state) = known.get_mut(key).or(crowd.as_mut()) {
            *state = state.saturating_sub(cost);
        }
    }

    fn held(&self) -> MutexGuard<'_, Held<K>> {
        // Each entry is whole at any time, so a panic elsewhere spoils nothing.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The store as the limiter sees it.
pub(super) struct Counting<K>(pub(super) Arc<Bounded<K>>);

impl<K: Hash + Eq + Clone> StateStore for Counting<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut held = self.0.held();
        if let Some(state) = held.known.get_mut(key) {
            let (outcome, new) = measure(Some(*state))?;
            *state = new;
            return Ok(outcome);
        }
        if held.known.len() < self.0.bound {
            let (outcome, new) = measure(None)?;
            held.known.insert(key.clone(), new);
            return Ok(outcome);
        }
        self.0.crowded.store(true, Ordering::Relaxed);
        let (outcome, new) = measure(held.crowd)?;
        held.crowd = Some(new);
        Ok(outcome)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for Counting<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        let mut held = self.0.held();
        held.known.retain(|_, state| *state > drop_below);
        held.known.shrink_to_fit();
        self.0.crowded.store(false, Ordering::Relaxed);
    }

    fn len(&self) -> usize {
        self.0.held().known.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
