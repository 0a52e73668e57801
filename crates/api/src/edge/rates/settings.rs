//! The rates.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use governor::Quota;

/// How many requests at once, and how fast they come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    every: Duration,
    burst: NonZeroU32,
}

impl Rate {
    /// `burst` requests at once, after a pause long enough, and one more `every` so often; at most one a nanosecond.
    #[must_use]
    pub fn new(every: Duration, burst: NonZeroU32) -> Self {
        Self { every: every.max(Duration::from_nanos(1)), burst }
    }

    /// `burst` requests at once, and so many a second in the long run.
    #[must_use]
    pub fn per_second(requests: NonZeroU32, burst: NonZeroU32) -> Self {
        Self::new(Duration::from_secs(1) / requests.get(), burst)
    }

    pub(super) fn burst(self) -> u32 {
        self.burst.get()
    }

    pub(super) fn quota(self) -> Quota {
        let quota = Quota::with_period(self.every).unwrap_or_else(|| Quota::per_second(NonZeroU32::MAX));
        quota.allow_burst(self.burst)
    }

    /// After how many whole seconds, rounded up, so many requests have come back.
    pub(super) fn seconds_for(self, requests: u32) -> u64 {
        let nanoseconds = self.every.as_nanos() * u128::from(requests);
        u64::try_from(nanoseconds.div_ceil(1_000_000_000)).unwrap_or(u64::MAX)
    }
}

/// The rate of everything that is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateSettings {
    /// Of one user. Default 20 a second, 100 at once: a page that saves with every key stays below it.
    pub user: Rate,
    /// Of one account. Default 500 a second, 2,000 at once.
    pub account: Rate,
    /// From one address. Default 1,000 a second, 4,000 at once: a whole helpdesk may share one, so it is twice an
    /// account's.
    pub address: Rate,
    /// From one address, with a token that does not count. Default 20 a second, 500 at once: when a shift begins, many
    /// tokens may be found to have expired.
    pub failed_sign_in: Rate,
    /// How many users, accounts and addresses are each remembered at once; further ones share one rate. Default 65,536.
    pub keys: NonZeroUsize,
}

impl Default for RateSettings {
    fn default() -> Self {
        let rate = |per_second, burst| {
            let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
            Rate::per_second(at_least_one(per_second), at_least_one(burst))
        };
        Self {
            user: rate(20, 100),
            account: rate(500, 2_000),
            address: rate(1_000, 4_000),
            failed_sign_in: rate(20, 500),
            keys: NonZeroUsize::MIN.saturating_add(65_535),
        }
    }
}
