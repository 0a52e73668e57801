//! What is known of a provider's keys at a moment: pure, with time as a parameter.

use std::sync::Arc;
use std::time::{Duration, Instant};

use firstline_api::{KeySet, PublicKey, VerificationKey};
use firstline_domain::fault;

/// The shortest time between two fetches that a provider's `Cache-Control` can ask for.
const LEAST_REFRESH: Duration = Duration::from_mins(1);

/// How keys are kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// Between two fetches when all is well.
    pub(super) refresh: Duration,
    /// Between two fetches at least.
    pub(super) floor: Duration,
    /// How long keys are used after they were last seen at the provider.
    pub(super) max_age: Duration,
    /// How long a key counts that the provider has taken out.
    pub(super) removed_grace: Duration,
    /// How long a request waits for a fetch.
    pub(super) wait: Duration,
}

/// What is known of the keys. It is replaced as a whole by each fetch.
#[derive(Debug, Clone)]
pub(super) struct Known {
    keys: Option<KeySet>,
    removed: Vec<(PublicKey, Instant)>,
    confirmed: Option<Instant>,
    last_started: Option<Instant>,
    failures: u32,
    due: Instant,
}

/// What a look-up comes to.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// The key.
    Key(Arc<VerificationKey>),
    /// The keys are known, and there is none of that name.
    Absent,
    /// No keys are known, or they are too old to be believed.
    NoKeys,
}

impl Known {
    /// Nothing yet: the first fetch is due.
    pub(super) fn nothing(now: Instant) -> Self {
        Self { keys: None, removed: Vec::new(), confirmed: None, last_started: None, failures: 0, due: now }
    }

    /// Looks a key up.
    pub(super) fn find(&self, key_id: Option<&str>, now: Instant, timing: &Timing) -> Found {
        let fresh = self.confirmed.is_some_and(|at| now.saturating_duration_since(at) <= timing.max_age);
        let Some(keys) = self.keys.as_ref().filter(|_| fresh) else { return Found::NoKeys };
        if let Some(key) = keys.select(key_id) {
            return Found::Key(Arc::clone(key.key()));
        }
        let removed = self.removed.iter().find(|(key, until)| key_id.is_some() && key.id() == key_id && now < *until);
        removed.map_or(Found::Absent, |(key, _)| Found::Key(Arc::clone(key.key())))
    }

    /// After a fetch that began at `started` and brought `keys`. `max_age` is what the provider said about caching.
    pub(super) fn fetched(&self, keys: KeySet, max_age: Option<Duration>, started: Instant, timing: &Timing) -> Self {
        let gone = |key: &PublicKey| !keys.keys().iter().any(|kept| kept.is_same(key));
        let mut removed: Vec<(PublicKey, Instant)> = self.removed.clone();
        let before = self.keys.iter().flat_map(|keys| keys.keys().iter().cloned());
        removed.extend(before.map(|key| (key, started + timing.removed_grace)));
        removed.retain(|(key, until)| *until > started && gone(key));
        fault!("jwt-old-keys-dropped", removed.clear());
        fault!(
            "jwt-old-keys-for-ever",
            for (_, until) in &mut removed {
                *until = started + Duration::from_hours(24);
            }
        );
        let refresh = max_age.map_or(timing.refresh, |age| age.max(LEAST_REFRESH).min(timing.refresh));
        let due = started + refresh.max(timing.floor);
        Self { keys: Some(keys), removed, confirmed: Some(started), last_started: Some(started), failures: 0, due }
    }

    /// After a fetch that began at `started` and failed: what was known stays known, and the next try comes sooner than
    /// usual, the later the more often it has failed.
    pub(super) fn failed(&self, started: Instant, timing: &Timing) -> Self {
        let failures = self.failures.saturating_add(1);
        let wait = timing.floor.saturating_mul(1 << failures.min(16).saturating_sub(1)).min(timing.refresh);
        let due = started + wait;
        Self { last_started: Some(started), failures, due, ..self.clone() }
    }

    /// When the next fetch is due by itself.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// When a fetch may begin at the earliest.
    pub(super) fn allowed(&self, timing: &Timing) -> Option<Instant> {
        self.last_started.map(|at| at + timing.floor)
    }

    /// Whether a fetch began at this time or later.
    pub(super) fn asked_since(&self, since: Instant) -> bool {
        self.last_started.is_some_and(|at| at >= since)
    }

    /// How many fetches have failed since the last one that did not.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// The keys, to tell of them.
    pub(super) fn keys(&self) -> Option<&KeySet> {
        self.keys.as_ref()
    }

    /// How long ago the keys were last seen at the provider.
    pub(super) fn age(&self, now: Instant) -> Option<Duration> {
        self.confirmed.map(|at| now.saturating_duration_since(at))
    }
}

#[cfg(test)]
mod tests;
