//! How long something took, many times: kept in buckets, so that any number of walks fits into a few numbers that can be
//! added up.
//!
//! Buckets are fixed and grow with what they hold, sixteen for each doubling. So two sets of them are added bucket by bucket
//! without loss, whoever counted them, and a value read back is at most a thirty-second off.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Below this many milliseconds each has a bucket of its own.
const EXACT: u64 = 32;

/// Buckets for each doubling above.
const PER_DOUBLING: u64 = 16;

/// What takes longer, some 24 days, counts as taking this long.
const LONGEST: u64 = (1 << 31) - 1;

/// How long something took, each of many times.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds {
    /// How many fell into which bucket.
    buckets: BTreeMap<u16, u64>,
}

impl Seconds {
    /// Counts one that took `took`. Less than nothing counts as nothing.
    pub fn record(&mut self, took: TimeDelta) {
        self.count(bucket(u64::try_from(took.num_milliseconds()).unwrap_or(0)), 1);
    }

    /// Counts all that `other` has counted.
    pub fn add(&mut self, other: &Self) {
        for (bucket, times) in &other.buckets {
            self.count(*bucket, *times);
        }
    }

    fn count(&mut self, bucket: u16, times: u64) {
        let counted = self.buckets.entry(bucket).or_default();
        *counted = counted.saturating_add(times);
    }

    /// How many were counted.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.buckets.values().fold(0, |sum, times| sum.saturating_add(*times))
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// How long the middle one took, of an even number the shorter of the two in the middle: at most 1/32 more or less than it
    /// really did. `None` if none was counted.
    #[must_use]
    pub fn median(&self) -> Option<TimeDelta> {
        let rank = self.len().div_ceil(2);
        let mut passed = 0_u64;
        let holds_it = |(bucket, times): (&u16, &u64)| {
            passed = passed.saturating_add(*times);
            (passed >= rank).then(|| TimeDelta::milliseconds(middle(*bucket)))
        };
        self.buckets.iter().find_map(holds_it)
    }
}

/// The bucket of `millis`: itself, or how often it doubled with the next four of its bits.
fn bucket(millis: u64) -> u16 {
    let millis = millis.min(LONGEST);
    if millis < EXACT {
        return u16::try_from(millis).unwrap_or(u16::MAX);
    }
    let doublings = u64::from(millis.ilog2()) - 4;
    let number = doublings * PER_DOUBLING + (millis >> doublings);
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// The middle of a bucket, in milliseconds.
fn middle(bucket: u16) -> i64 {
    let bucket = i64::from(bucket);
    if bucket < 32 {
        return bucket;
    }
    let doublings = (bucket / 16 - 1).min(27);
    let lowest = (bucket % 16 + 16) << doublings;
    lowest + ((1 << doublings) >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_within_a_thirty_second_of_the_middle_of_its_bucket() {
        let mut lengths: Vec<u64> = (0..100_000).collect();
        lengths.extend((17..31).flat_map(|power| [(1 << power) - 1, 1 << power, (1 << power) + 1]));
        lengths.push(LONGEST);
        for millis in lengths {
            let (middle, millis) = (middle(bucket(millis)), i64::try_from(millis).unwrap());
            assert!((middle - millis).abs() * 32 <= millis, "{millis} is read back as {middle}");
        }
    }

    #[test]
    fn buckets_follow_each_other_without_a_gap_and_end_with_the_longest() {
        let mut last = 0;
        for millis in 0..200_000 {
            let bucket = bucket(millis);
            assert!(bucket == last || bucket == last + 1, "{millis}");
            last = bucket;
        }
        assert_eq!(bucket(LONGEST), bucket(u64::MAX));
        assert_eq!(bucket(LONGEST), 27 * 16 + 15);
    }

    #[test]
    fn nothing_has_no_middle_and_what_took_less_than_nothing_took_nothing() {
        let mut seconds = Seconds::default();
        assert_eq!(seconds.median(), None);
        seconds.record(TimeDelta::milliseconds(-5));
        assert_eq!((seconds.median(), seconds.len()), (Some(TimeDelta::zero()), 1));
    }

    #[test]
    fn a_damaged_bucket_is_read_as_some_long_time_and_never_panics() {
        let seconds: Seconds = serde_json::from_str(r#"{"65535":18446744073709551615,"0":1}"#).unwrap();
        assert!(seconds.median().unwrap() > TimeDelta::days(1));
        assert_eq!(seconds.len(), u64::MAX);
    }
}
