//! Time as the domain sees it: UTC, whole microseconds, always a parameter.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// A point in time, UTC, kept to the microsecond: the finest that every store keeps.
pub type Instant = DateTime<Utc>;

/// Where the present time comes from: a parameter, so that rules about time can be tested without waiting.
pub trait Clock: Send + Sync {
    /// The present time. Callers cut it with [`to_micros`]; an implementation need not.
    fn now(&self) -> Instant;
}

/// The most that an instance's clock may differ from the store's. Beyond it, times that the instance records are wrong.
pub const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::seconds(30);

/// An instance's clock differs from the store's by more than [`MAX_CLOCK_SKEW`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this machine's clock is {} s {} the database's, and may differ by {} s: set it right, for example by NTP",
    .0.num_seconds().abs(), if *.0 > TimeDelta::zero() { "ahead of" } else { "behind" }, MAX_CLOCK_SKEW.num_seconds()
)]
pub struct ClockSkew(pub TimeDelta);

/// Compares clocks: the store's showed `store` at some moment between `before` and `after` by the instance's.
///
/// # Errors
/// [`ClockSkew`] when they differ by more than they may, wherever between the two that moment was.
pub fn check_skew(before: Instant, store: Instant, after: Instant) -> Result<(), ClockSkew> {
    // A clock that was set back in between shows the later moment first.
    let (earliest, latest) = (before.min(after), before.max(after));
    let ahead = if store < earliest { earliest - store } else { latest.min(store) - store };
    if ahead.abs() > MAX_CLOCK_SKEW { Err(ClockSkew(ahead)) } else { Ok(()) }
}

/// Cuts `at` to whole microseconds, so that a time reads back from any store as it was written.
#[must_use]
pub fn to_micros(at: Instant) -> Instant {
    at.trunc_subsecs(6)
}

/// Times in JSON: RFC 3339 in UTC with microseconds, `2026-01-31T09:30:00.000000Z`.
pub mod rfc3339_micros {
    use chrono::{DateTime, SecondsFormat, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes `at` as text.
    ///
    /// # Errors
    /// Whatever the serializer says.
    pub fn serialize<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    /// Reads any RFC 3339 time, as UTC.
    ///
    /// # Errors
    /// The deserializer's error when the text is no RFC 3339 time.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        DateTime::<Utc>::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{ClockSkew, check_skew, to_micros};

    #[test]
    fn clocks_may_differ_by_thirty_seconds_and_what_the_question_took() {
        let at = |seconds: i64| DateTime::<Utc>::from_timestamp(1_000_000 + seconds, 0).unwrap();
        for (before, store, after, ahead) in [
            (0, 0, 0, None),
            (0, 30, 0, None),
            (0, -30, 0, None),
            (0, 31, 0, Some(-31)),
            (0, -31, 0, Some(31)),
            (0, 40, 20, None),
            (20, 40, 0, None),
            (0, 51, 20, Some(-31)),
            (20, -11, 40, Some(31)),
            (0, 172_800, 1, Some(-172_799)),
        ] {
            let expected = ahead.map_or(Ok(()), |ahead| Err(ClockSkew(TimeDelta::seconds(ahead))));
            assert_eq!(check_skew(at(before), at(store), at(after)), expected, "{before} {store} {after}");
        }
        let said = ClockSkew(TimeDelta::days(2)).to_string();
        assert!(said.contains("172800 s ahead of the database's") && said.contains("NTP"), "{said}");
        assert!(ClockSkew(TimeDelta::seconds(-31)).to_string().contains("31 s behind"));
    }

    #[test]
    fn nanoseconds_are_cut_not_rounded() {
        let at = DateTime::<Utc>::from_timestamp(1, 999_999_999).unwrap();
        assert_eq!(to_micros(at).timestamp_subsec_nanos(), 999_999_000);
    }
}
