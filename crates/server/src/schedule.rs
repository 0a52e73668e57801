//! What is done again and again beside the server.

use std::time::Duration;

use tokio::sync::watch;
use uuid::Uuid;

/// The longest wait for the first time after the start.
const FIRST_AT_MOST: Duration = Duration::from_secs(5);

/// Does `job` every `interval` until `stop` changes. A job is many small changes, each whole: it may be left between any two of
/// them.
pub(crate) async fn every<F>(interval: Duration, mut stop: watch::Receiver<bool>, job: impl Fn() -> F)
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

/// Up to a tenth more or less, so that many processes on one database do not begin at the same moment.
pub(crate) fn jittered(interval: Duration) -> Duration {
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
