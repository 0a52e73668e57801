//! Remembers recent refusals, so that a repeated request is refused without a look-up in the directory.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, Reference};

use firstline_domain::ids::{AccountId, UserId};

use super::limit::Limit;
use crate::auth::Named;

/// A user and their account.
pub(crate) type Party = (UserId, AccountId);

/// A refusal that has not expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) party: Party,
    pub(super) limit: Limit,
    pub(super) wait: Duration,
}

/// Refused callers with the limit and the expiry, by the hash of their token's subject.
type Kept<I> = HashMap<u64, (Party, Limit, I)>;

/// The refusals of the last moments, at most `bound`. A refusal beyond the bound is not kept: the caller's next request
/// costs a look-up.
pub(super) struct Refused<C: Clock> {
    kept: Mutex<Kept<C::Instant>>,
    bound: usize,
    /// Has a random key, so that a client cannot choose a subject with the hash of another.
    hasher: RandomState,
    clock: C,
}

impl<C: Clock> Refused<C> {
    pub(super) fn new(bound: usize, clock: C) -> Self {
        Self { kept: Mutex::default(), bound, hasher: RandomState::new(), clock }
    }

    /// Keeps the refusal of a token's subject.
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

    /// The refusal of a token's subject that has not expired.
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
        // A panic leaves no entry half-written, so a poisoned lock is safe to use.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
