//! Abandons walks that nobody touches: once, or on a schedule beside the server.

use std::time::Duration;

use firstline_api::Shared;
use firstline_domain::error::WorkspaceError;
use firstline_domain::workspace::{Swept, Workspace};
use tokio::sync::watch;
use uuid::Uuid;

use crate::failure::chain;

/// The longest wait for the first sweep after the start.
const FIRST_AT_MOST: Duration = Duration::from_secs(5);

/// Sweeps once and logs each damaged session.
///
/// # Errors
/// [`WorkspaceError::Store`] when the store fails; what was abandoned until then stays so.
pub(crate) async fn sweep_once(workspace: &Workspace) -> Result<Swept, WorkspaceError> {
    workspace.sweep(&|error| tracing::error!(error = chain(error), "corrupt session left alone by the sweep")).await
}

/// Sweeps every `interval` until `stop` changes, and counts in the metrics what it abandons. A failed sweep is logged, and the next one tries again.
pub(crate) async fn run(workspace: Workspace, shared: Shared, interval: Duration, mut stop: watch::Receiver<bool>) {
    let mut wait = jittered(interval.min(FIRST_AT_MOST));
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => return,
        }
        // A sweep is many small changes, each whole: it may be left between any two of them.
        tokio::select! {
            swept = sweep_once(&workspace) => report(&shared, swept),
            _ = stop.changed() => return,
        }
        wait = jittered(interval);
    }
}

fn report(shared: &Shared, swept: Result<Swept, WorkspaceError>) {
    match swept {
        Ok(Swept { abandoned, left, corrupt }) => {
            shared.metrics().count_abandoned(abandoned);
            tracing::info!(abandoned, left, corrupt, "swept");
        }
        Err(error) => tracing::error!(error = chain(&error), "sweep failed"),
    }
}

/// Up to a tenth more or less, so that many processes on one database do not sweep at the same moment.
fn jittered(interval: Duration) -> Duration {
    let [byte, ..] = Uuid::new_v4().into_bytes();
    interval.mul_f64(0.9 + 0.2 * f64::from(byte) / 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jitter_stays_within_a_tenth() {
        let interval = Duration::from_hours(1);
        for _ in 0..1_000 {
            let wait = jittered(interval);
            assert!(wait >= Duration::from_mins(54) && wait <= Duration::from_mins(66), "{wait:?}");
        }
    }
}
