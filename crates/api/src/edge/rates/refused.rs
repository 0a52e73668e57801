//! Who was refused a moment ago, and until when: those are refused again without the directory being asked.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, Reference};

use firstline_domain::ids::{AccountId, UserId};

use super::limit::Limit;
use crate::auth::Named;

/// A user and the account they are of.
pub(crate) type Party = (UserId, AccountId);

/// A refusal that still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) party: Party,
    pub(super) limit: Limit,
    pub(super) wait: Duration,
}

/// Who was refused, by which limit and until when, by a number for what their token names.
type Kept<I> = HashMap<u64, (Party, Limit, I)>;

/// At most so many refusals. One that finds no room is not kept: whoever was refused costs a look-up then.
pub(super) struct Refused<C: Clock> {
    kept: Mutex<Kept<C::Instant>>,
    bound: usize,
    /// What a token names is known to nobody in advance as a number, so two names do not meet on purpose.
    hasher: RandomState,
    clock: C,
}

impl<C: Clock> Refused<C> {
    pub(super) fn new(bound: usize, clock: C) -> Self {
        Self { kept: Mutex::default(), bound, hasher: RandomState::new(), clock }
    }

    /// Keeps a refusal of somebody whom a token has named.
    pub(super) fn keep(&self, named: &Named, refusal: &Refusal) {
        let (now, mut kept) = (self.clock.now(), self.kept());
        if kept.len() >= self.bound {
            kept.retain(|_, (_, _, until)| *until > now);
        }
        if kept.len() < self.bound {
            let until = now + refusal.wait.into();
            kept.insert(self.hasher.hash_one(named), (refusal.party, refusal.limit, until));
        }
    }

    /// The refusal that still holds for whom a token names.
    pub(super) fn of(&self, named: &Named) -> Option<Refusal> {
        let mut kept = self.kept();
        if kept.is_empty() {
            return None;
        }
        let (now, key) = (self.clock.now(), self.hasher.hash_one(named));
        let (party, limit, until) = *kept.get(&key)?;
        if until > now {
            return Some(Refusal { party, limit, wait: until.duration_since(now).into() });
        }
        kept.remove(&key);
        None
    }

    fn kept(&self) -> MutexGuard<'_, Kept<C::Instant>> {
        // Each entry is whole at any time, so a panic elsewhere spoils nothing.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
