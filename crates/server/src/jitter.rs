//! Times that differ from one process to the next.

use std::time::Duration;

/// Up to a tenth more or less, so that many processes on one database do not begin at the same moment.
pub(crate) fn jittered(interval: Duration) -> Duration {
    interval.mul_f64(0.9 + 0.2 * fastrand::f64())
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
