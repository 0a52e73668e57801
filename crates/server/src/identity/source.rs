//! A provider's keys, kept current by one task. Requests read what is known, and at most wait a moment for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use firstline_api::{KeySource, NoKey, VerificationKey};
use firstline_domain::fault;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tokio::time::{sleep_until, timeout_at};

use super::cache::{Found, Known, Timing};
use super::fetch::{FetchError, Fetched, Fetcher};
use crate::failure::chain;

/// The keys of one provider.
pub(super) struct CachedKeys {
    known: watch::Receiver<Arc<Known>>,
    wanted: Arc<Notify>,
    timing: Timing,
}

/// The task that keeps keys current. It ends with this value.
pub(super) struct Refresher(AbortHandle);

impl Drop for Refresher {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl CachedKeys {
    /// Begins to keep the keys of `issuer`, from what is known already.
    pub(super) fn start(issuer: String, fetcher: Fetcher, first: Known, timing: Timing) -> (Self, Refresher) {
        let (publish, known) = watch::channel(Arc::new(first));
        let wanted = Arc::new(Notify::new());
        let task = keep_current(issuer, fetcher, publish, Arc::clone(&wanted), timing);
        let refresher = Refresher(tokio::spawn(task).abort_handle());
        (Self { known, wanted, timing }, refresher)
    }
}

fn refusal(known: &Known, found: &Found, now: Instant) -> NoKey {
    match found {
        Found::Absent if known.failures() == 0 => NoKey::Unknown,
        // Where the provider has just not answered, the token may be one of a key that is newer than ours.
        _ => {
            let next = known.due().saturating_duration_since(now);
            NoKey::Unavailable { retry_after: next.clamp(Duration::from_secs(1), Duration::from_mins(1)) }
        }
    }
}

#[async_trait]
impl KeySource for CachedKeys {
    async fn keys(&self, key_id: Option<&str>) -> Result<Vec<Arc<VerificationKey>>, NoKey> {
        let asked = Instant::now();
        let deadline = asked + self.timing.wait;
        let mut updates = self.known.clone();
        loop {
            let known = Arc::clone(&updates.borrow_and_update());
            let now = Instant::now();
            let found = known.find(key_id, now, &self.timing);
            if let Found::Key(key) = found {
                return Ok(vec![key]);
            }
            // A fetch that began after the question is the answer. One that may not begin in time is not waited for.
            if known.asked_since(asked) || now >= deadline {
                return Err(refusal(&known, &found, now));
            }
            fault!("jwt-no-fetch-on-unknown-key", return Err(refusal(&known, &found, now)));
            self.wanted.notify_one();
            let too_late = known.allowed(&self.timing).is_some_and(|allowed| allowed > deadline);
            // Whether a fetch ended or the time is up, the next look says. Without the task there is none to wait for.
            if too_late || matches!(timeout_at(deadline.into(), updates.changed()).await, Ok(Err(_))) {
                return Err(refusal(&known, &found, now));
            }
        }
    }
}

/// Fetches when it is due or wanted, one fetch at a time and never two within the floor.
async fn keep_current(
    issuer: String,
    fetcher: Fetcher,
    publish: watch::Sender<Arc<Known>>,
    wanted: Arc<Notify>,
    timing: Timing,
) {
    loop {
        let known = Arc::clone(&publish.borrow());
        tokio::select! {
            () = sleep_until(known.due().into()) => {}
            () = wanted.notified() => {}
        }
        if let Some(allowed) = known.allowed(&timing) {
            sleep_until(allowed.into()).await;
        }
        let started = Instant::now();
        let next = match fetcher.fetch().await {
            Ok(Fetched { keys, max_age }) => known.fetched(keys, max_age, started, &timing),
            Err(error) => {
                let next = known.failed(started, &timing);
                tell_failure(&issuer, &error, &next);
                next
            }
        };
        tell_changes(&issuer, &known, &next);
        publish.send_replace(Arc::new(next));
    }
}

/// Says it the first time, and ever more seldom while it goes on.
fn tell_failure(issuer: &str, error: &FetchError, known: &Known) {
    if !known.failures().is_power_of_two() {
        return;
    }
    let age = known.age(Instant::now()).map(|age| age.as_secs());
    tracing::warn!(issuer, error = chain(error), keys_age_seconds = age, "the keys of the issuer could not be fetched");
}

/// Says which keys came and went, once.
pub(super) fn tell_changes(issuer: &str, before: &Known, after: &Known) {
    let ids = |known: &Known| -> Vec<String> {
        let keys = known.keys().map(firstline_api::KeySet::keys).unwrap_or_default();
        keys.iter().map(|key| key.id().unwrap_or("(without kid)").to_owned()).collect()
    };
    let (old, new) = (ids(before), ids(after));
    if old != new {
        tracing::info!(issuer, keys = ?new, before = ?old, "the issuer's keys are known");
    }
    let skipped = |known: &Known| known.keys().map(|set| set.skipped().to_vec()).unwrap_or_default();
    if skipped(before) != skipped(after) {
        for key in skipped(after) {
            tracing::warn!(issuer, kid = key.id, reason = key.reason, "a key of the issuer is not used");
        }
    }
}

#[cfg(test)]
mod tests;
