//! Starts what is done again and again beside the server.

use std::sync::Arc;

use firstline_api::Shared;
use firstline_domain::ports::Store;
use firstline_domain::service::CompiledCache;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{statistics, sweeper};
use crate::settings::Settings;
use crate::wiring::{flow_statistics, workspace};

/// Starts the jobs that have an interval. They end when `stop` changes.
pub(crate) fn start_jobs(
    settings: &Settings,
    store: &Arc<dyn Store>,
    shared: &Shared,
    stop: &watch::Receiver<bool>,
) -> Vec<JoinHandle<()>> {
    let (sweep, count) = (settings.sweep.interval, settings.stats.interval);
    let sweeper = (!sweep.is_zero()).then(|| {
        tokio::spawn(sweeper::run(
            workspace(store, settings, &CompiledCache::default()),
            shared.clone(),
            sweep,
            stop.clone(),
        ))
    });
    let statistics = (!count.is_zero())
        .then(|| tokio::spawn(statistics::run(flow_statistics(store), shared.clone(), count, stop.clone())));
    sweeper.into_iter().chain(statistics).collect()
}
