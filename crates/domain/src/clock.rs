//! Time as the domain sees it: UTC, whole microseconds, always a parameter.

use chrono::{DateTime, SubsecRound, Utc};

/// A point in time, UTC, kept to the microsecond: the finest that every store keeps.
pub type Instant = DateTime<Utc>;

/// Where the present time comes from: a parameter, so that rules about time can be tested without waiting.
pub trait Clock: Send + Sync {
    /// The present time. Callers cut it with [`to_micros`]; an implementation need not.
    fn now(&self) -> Instant;
}

/// Cuts `at` to whole microseconds, so that a time reads back from any store as it was written.
#[must_use]
pub fn to_micros(at: Instant) -> Instant {
    at.trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::to_micros;

    #[test]
    fn nanoseconds_are_cut_not_rounded() {
        let at = DateTime::<Utc>::from_timestamp(1, 999_999_999).unwrap();
        assert_eq!(to_micros(at).timestamp_subsec_nanos(), 999_999_000);
    }
}
