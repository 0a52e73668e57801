//! Counts ended walks into the statistics of their flows: once, or on a schedule beside the server.

use std::time::Duration;

use firstline_api::Shared;
use firstline_domain::service::{FlowStatistics, FlowStatsError, Folded};
use tokio::sync::watch;

use super::schedule::every;
use crate::failure::chain;

/// Counts once and logs each damaged walk.
///
/// # Errors
/// [`FlowStatsError::Store`] when the store fails; what was counted until then stays so.
pub(crate) async fn fold_once(statistics: &FlowStatistics) -> Result<Folded, FlowStatsError> {
    statistics.fold(&|error| tracing::error!(error = chain(error), "corrupt walk left out of the statistics")).await
}

/// Counts every `interval` until `stop` changes, and tells the metrics. When it fails it is logged, and the next time tries again.
pub(super) async fn run(statistics: FlowStatistics, shared: Shared, interval: Duration, stop: watch::Receiver<bool>) {
    let fold = || {
        let (statistics, shared) = (statistics.clone(), shared.clone());
        async move { report(&shared, fold_once(&statistics).await) }
    };
    every(interval, stop, fold).await;
}

fn report(shared: &Shared, folded: Result<Folded, FlowStatsError>) {
    match folded {
        // Most of the time there is nothing to count, and nothing to tell.
        Ok(Folded { walks: 0, conflicts: 0, corrupt: 0 }) => {}
        Ok(Folded { walks, conflicts, corrupt }) => {
            shared.metrics().count_folded(walks);
            tracing::info!(walks, conflicts, corrupt, "counted ended walks into the statistics of flows");
        }
        Err(error) => tracing::error!(error = chain(&error), "counting ended walks failed"),
    }
}
