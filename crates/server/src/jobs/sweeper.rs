//! Abandons idle walks: once, or on a schedule beside the server.

use std::sync::Arc;
use std::time::Duration;

use firstline_api::Shared;
use firstline_domain::service::{Swept, TouchedAhead, Workspace, WorkspaceError};
use tokio::sync::{Mutex, watch};

use super::schedule::every;
use crate::failure::chain;

/// Sweeps once, by the store's clock, and logs each damaged session.
///
/// # Errors
/// [`WorkspaceError::Store`] when the store fails; what was abandoned until then stays so.
pub(crate) async fn sweep_once(workspace: &Workspace, ahead: &mut TouchedAhead) -> Result<Swept, WorkspaceError> {
    let now = workspace.store_now().await?;
    let report = |error: &WorkspaceError| {
        tracing::error!(error = chain(error), "corrupt session left alone by the sweep");
    };
    workspace.sweep(now, ahead, &report).await
}

/// Sweeps every `interval` until `stop` changes, and counts in the metrics what it abandons. A failed sweep is logged,
/// and the next one tries again.
pub(super) async fn run(workspace: Workspace, shared: Shared, interval: Duration, stop: watch::Receiver<bool>) {
    let ahead = Arc::new(Mutex::new(TouchedAhead::default()));
    let sweep = || {
        let (workspace, shared, ahead) = (workspace.clone(), shared.clone(), Arc::clone(&ahead));
        async move { report(&shared, sweep_once(&workspace, &mut *ahead.lock().await).await) }
    };
    every(interval, stop, sweep).await;
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
