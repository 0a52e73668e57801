//! One limit.

use std::hash::Hash;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use governor::RateLimiter;
use governor::clock::{Clock, Reference};
use governor::middleware::StateInformationMiddleware;

use super::limit::Limit;
use super::settings::Rate;
use super::standing::Standing;
use super::store::{Bounded, Counting};

/// How often at most the keys that say nothing any more are cleared away when there is no room.
const CLEARING_INTERVAL: Duration = Duration::from_secs(1);

/// Counts the requests of each key.
pub(super) struct Limiter<K, C: Clock>
where
    K: Hash + Eq + Clone,
{
    limit: Limit,
    rate: Rate,
    store: Arc<Bounded<K>>,
    counting: RateLimiter<K, Counting<K>, C, StateInformationMiddleware>,
    cleared: Mutex<C::Instant>,
    clock: C,
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Limiter<K, C> {
    pub(super) fn new(limit: Limit, rate: Rate, keys: usize, clock: &C) -> Self {
        let quota = rate.quota();
        let store = Bounded::new(keys);
        Self {
            limit,
            rate,
            counting: RateLimiter::new(quota, Counting(Arc::clone(&store)), clock.clone()),
            cleared: Mutex::new(clock.now()),
            clock: clock.clone(),
            store,
        }
    }

    /// Counts a request, if there is room for it.
    pub(super) fn take(&self, key: &K) -> Standing {
        if self.store.is_crowded() {
            self.clear();
        }
        let outcome = self.counting.check_key(key);
        self.standing(outcome.map(|state| state.remaining_burst_capacity()).map_err(|refused| self.wait(&refused)))
    }

    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// Gives back what [`take`](Self::take) has counted.
    pub(super) fn give_back(&self, key: &K) {
        self.store.give_back(key, self.rate.quota().replenish_interval().into());
    }

    fn wait(&self, refused: &governor::NotUntil<C::Instant>) -> Duration {
        refused.wait_time_from(self.clock.now())
    }

    fn standing(&self, outcome: Result<u32, Duration>) -> Standing {
        Standing { limit: self.limit, rate: self.rate, outcome }
    }

    /// Forgets the keys that have been away long enough to be as good as new.
    fn clear(&self) {
        // A thread that finds it locked leaves the work to the other.
        let Ok(mut cleared) = self.cleared.try_lock() else { return };
        let now = self.clock.now();
        if Duration::from(now.duration_since(*cleared)) >= CLEARING_INTERVAL {
            *cleared = now;
            self.counting.retain_recent();
        }
    }

    #[cfg(test)]
    pub(super) fn keys(&self) -> usize {
        self.counting.len()
    }
}
