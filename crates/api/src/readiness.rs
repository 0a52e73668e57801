//! Whether the instance wants requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use firstline_domain::clock::ClockSkew;
use firstline_domain::error::Cause;

/// How long a probe may take before it counts as failed.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// Asks the service's dependencies whether they are there.
#[async_trait]
pub trait ReadinessProbe: Send + Sync {
    /// Answers when everything is there.
    ///
    /// # Errors
    /// What is missing, for the log.
    async fn ready(&self) -> Result<(), Cause>;
}

/// Why the instance wants no requests.
#[derive(Debug)]
pub(crate) enum NotReady {
    /// It is about to stop.
    Draining,
    /// Its clock differs from the store's.
    ClockSkew(String),
    /// Its store cannot be reached or takes no writes.
    Store(String),
}

/// Whether the instance wants requests. Once it drains it never wants any again.
pub struct Readiness {
    held_back: AtomicBool,
    draining: AtomicBool,
    probe: Arc<dyn ReadinessProbe>,
}

impl Readiness {
    pub(crate) fn new(probe: Arc<dyn ReadinessProbe>) -> Self {
        Self { held_back: AtomicBool::new(false), draining: AtomicBool::new(false), probe }
    }

    /// From now on every request but `/livez` is answered 503, until [`let_in`](Self::let_in) is called: the instance
    /// waits for its store.
    pub fn hold_back(&self) {
        self.held_back.store(true, Ordering::Relaxed);
    }

    /// From now on requests are served.
    pub fn let_in(&self) {
        self.held_back.store(false, Ordering::Relaxed);
    }

    /// Whether a request for `path` is turned away, because the instance waits for its store.
    pub(crate) fn turns_away(&self, path: &str) -> bool {
        self.held_back.load(Ordering::Relaxed) && path != "/livez"
    }

    /// From now on `/readyz` says no, and every answer asks the client to close its connection. Requests are still
    /// served, so that none is turned away before the load balancer has noticed.
    pub fn start_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether [`start_draining`](Self::start_draining) was called.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    pub(crate) async fn check(&self) -> Result<(), NotReady> {
        if self.is_draining() {
            return Err(NotReady::Draining);
        }
        match tokio::time::timeout(PROBE_TIMEOUT, self.probe.ready()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(cause)) if cause.is::<ClockSkew>() => Err(NotReady::ClockSkew(cause.to_string())),
            Ok(Err(cause)) => Err(NotReady::Store(cause.to_string())),
            Err(_) => Err(NotReady::Store("the probe took too long".to_owned())),
        }
    }
}
