//! Whether this machine's clock goes with the store's: an instance with a wrong clock records wrong times.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use firstline_api::ReadinessProbe;
use firstline_domain::clock::{Clock, ClockSkew, check_skew};
use firstline_domain::error::Cause;
use firstline_domain::ports::Store;

/// How long the store is asked for the time. Readiness itself has a second.
const PATIENCE: Duration = Duration::from_millis(400);

/// Readiness that takes the clocks into account.
pub(crate) struct InStep {
    probe: Arc<dyn ReadinessProbe>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    last: Mutex<Option<ClockSkew>>,
}

impl InStep {
    /// Ready when `probe` is, and when `clock` goes with that of `store`.
    pub(crate) fn new(probe: Arc<dyn ReadinessProbe>, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { probe, store, clock, last: Mutex::new(None) }
    }

    /// How far the clocks are apart, if too far. Where the store does not tell, it is as it was: whether the store is
    /// there is the other probe's question.
    async fn skew(&self) -> Option<ClockSkew> {
        let before = self.clock.now();
        let asked = tokio::time::timeout(PATIENCE, self.store.now()).await;
        let after = self.clock.now();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(Ok(time)) = asked {
            let skew = time.and_then(|time| check_skew(before, time, after).err());
            match (&skew, &*last) {
                (Some(skew), None) => tracing::error!(error = %skew, "this instance is not ready"),
                (None, Some(_)) => tracing::info!("this machine's clock goes with the database's again"),
                _ => {}
            }
            *last = skew;
        }
        *last
    }
}

#[async_trait]
impl ReadinessProbe for InStep {
    async fn ready(&self) -> Result<(), Cause> {
        self.probe.ready().await?;
        self.skew().await.map_or(Ok(()), |skew| Err(skew.into()))
    }
}
