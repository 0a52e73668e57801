//! Whether the instance is alive and whether it wants requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::HttpResponse;
use async_trait::async_trait;
use firstline_domain::clock::ClockSkew;
use firstline_domain::error::Cause;

use crate::endpoint::PublicCall;
use crate::problem::{Code, Problem};

/// How long a probe may take before it counts as failed.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// Asks whatever the service depends on whether it is there.
#[async_trait]
pub trait ReadinessProbe: Send + Sync {
    /// Answers when everything is there.
    ///
    /// # Errors
    /// What is missing, for the log.
    async fn ready(&self) -> Result<(), Cause>;
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

    /// Turns a request away while the instance waits for its store.
    pub(crate) fn admit(&self, path: &str) -> Result<(), Problem> {
        if self.held_back.load(Ordering::Relaxed) && path != "/livez" {
            let detail = "The instance starts and waits for its store; try again";
            return Err(Problem::unavailable(Code::StoreUnavailable, detail));
        }
        Ok(())
    }

    /// From now on `/readyz` says no, and every answer asks the client to close its connection. Requests are still
    /// served, so that nobody is turned away before the load balancer has noticed.
    pub fn start_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether [`start_draining`](Self::start_draining) was called.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    async fn check(&self, request_id: &str) -> Result<(), Problem> {
        if self.is_draining() {
            return Err(Problem::unavailable(Code::Draining, "The instance is about to stop"));
        }
        let mut detail = "The store cannot be reached or takes no writes; try again";
        let cause = match tokio::time::timeout(PROBE_TIMEOUT, self.probe.ready()).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(cause)) => {
                if cause.is::<ClockSkew>() {
                    detail = "The clock of this instance differs from the store's by more than 30 s";
                }
                cause.to_string()
            }
            Err(_) => "the probe took too long".to_owned(),
        };
        tracing::warn!(request_id, cause, "not ready");
        Err(Problem::unavailable(Code::StoreUnavailable, detail))
    }
}

/// Is the process alive? Says yes whenever it can say anything.
#[utoipa::path(get, path = "/livez", tag = "health", operation_id = "livez",
    responses((status = 200, description = "The process is alive.", body = crate::wire::schema::Health)))]
pub(crate) async fn livez(_call: PublicCall) -> Result<HttpResponse, Problem> {
    Ok(ok())
}

/// Does the instance want requests? No while it starts or drains, and while its store takes no writes.
#[utoipa::path(get, path = "/readyz", tag = "health", operation_id = "readyz",
    responses((status = 200, description = "The instance wants requests.", body = crate::wire::schema::Health)))]
pub(crate) async fn readyz(call: PublicCall) -> Result<HttpResponse, Problem> {
    call.state.shared.readiness().check(call.context.request_id()).await.map(|()| ok())
}

fn ok() -> HttpResponse {
    crate::observe::json(br#"{"status":"ok"}"#.to_vec())
}
