//! Whether the store takes writes: asked every two seconds beside the server, and told by `/readyz`. Reads tell nothing
//! of a full disk, a failing disk or a server that has become a standby.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use firstline_api::ReadinessProbe;
use firstline_domain::error::Cause;
use firstline_storage::Database;
use tokio::sync::watch;

use crate::failure::chain;

/// Time between the end of a probe and the next.
const INTERVAL: Duration = Duration::from_secs(2);

/// The longest that a probe may take.
const LONGEST_PROBE: Duration = Duration::from_secs(5);

/// The age from which the last outcome tells nothing any more: the next one is overdue by then.
const STALE: Duration = Duration::from_secs(10);

/// The outcome of the last probe.
#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<Option<Probed>>);

#[derive(Debug, Clone)]
struct Probed {
    at: Instant,
    /// What the store said, if it takes no writes.
    outcome: Result<(), String>,
}

impl Health {
    /// Probes the store once.
    pub(crate) async fn probe(&self, database: &Database) {
        let outcome = match tokio::time::timeout(LONGEST_PROBE, database.probe()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(chain(&error)),
            Err(_) => Err(format!("no answer to a write within {LONGEST_PROBE:?}")),
        };
        let before = self.last().map(|probed| probed.outcome);
        match (&outcome, before) {
            (Err(cause), None | Some(Ok(()))) => tracing::error!(cause, "the store takes no writes"),
            (Ok(()), Some(Err(_))) => tracing::info!("the store takes writes again"),
            _ => {}
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Probed { at: Instant::now(), outcome });
    }

    /// Probes the store until `stop` changes.
    pub(crate) async fn watch(&self, database: Database, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                _ = stop.changed() => return,
            }
            tokio::select! {
                () = self.probe(&database) => {}
                _ = stop.changed() => return,
            }
        }
    }

    fn last(&self) -> Option<Probed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl ReadinessProbe for Health {
    async fn ready(&self) -> Result<(), Cause> {
        match self.last() {
            None => Err("the store was not probed yet".into()),
            Some(Probed { at, .. }) if at.elapsed() >= STALE => {
                Err(format!("the last probe of the store is {} s old", at.elapsed().as_secs()).into())
            }
            Some(Probed { outcome, .. }) => outcome.map_err(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ready(health: &Health) -> Result<(), String> {
        health.ready().await.map_err(|cause| cause.to_string())
    }

    #[tokio::test]
    async fn readiness_is_the_last_outcome_and_no_outcome_or_an_old_one_is_none() {
        let health = Health::default();
        let last = |outcome: Result<(), &str>, age: Duration| {
            let at = Instant::now().checked_sub(age).unwrap();
            *health.0.lock().unwrap() = Some(Probed { at, outcome: outcome.map_err(str::to_owned) });
        };
        assert_eq!(ready(&health).await, Err("the store was not probed yet".to_owned()));
        last(Ok(()), Duration::ZERO);
        assert_eq!(ready(&health).await, Ok(()));
        last(Err("disk full"), Duration::ZERO);
        assert_eq!(ready(&health).await, Err("disk full".to_owned()));
        last(Ok(()), STALE);
        assert_eq!(ready(&health).await, Err("the last probe of the store is 10 s old".to_owned()));
    }
}
