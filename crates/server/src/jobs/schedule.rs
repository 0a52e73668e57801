//! What is done again and again beside the server.

use std::time::Duration;

use tokio::sync::watch;

use crate::jitter::jittered;

/// The longest wait for the first time after the start.
const FIRST_AT_MOST: Duration = Duration::from_secs(5);

/// Does `job` every `interval` until `stop` changes. A job is many small changes, each whole: it may be left between any two of
/// them.
pub(super) async fn every<F>(interval: Duration, mut stop: watch::Receiver<bool>, job: impl Fn() -> F)
where
    F: Future<Output = ()>,
{
    let mut wait = jittered(interval.min(FIRST_AT_MOST));
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => return,
        }
        tokio::select! {
            () = job() => {}
            _ = stop.changed() => return,
        }
        wait = jittered(interval);
    }
}
