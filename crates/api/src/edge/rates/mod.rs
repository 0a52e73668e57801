//! How many requests one user, one account and one address may make. Kept in this process alone: a store that all
//! replicas share would cost every request a trip, and its outage would be ours.

mod key;
mod limiter;
mod settings;
mod standing;
mod store;

use std::net::IpAddr;

use firstline_domain::ids::{AccountId, UserId};
use governor::clock::{Clock, DefaultClock};

pub(crate) use key::AddressKey;
use limiter::Limiter;
pub use settings::{Rate, RateSettings};
pub(crate) use standing::{Standing, Standings};

use crate::problem::Problem;

/// What a limit counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Limit {
    /// The client's address, before anything else is looked at.
    Address,
    /// The client's address, requests with a token that did not count.
    FailedSignIn,
    /// The user who calls.
    User,
    /// The user's account.
    Account,
}

impl Limit {
    /// The name in headers and metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::FailedSignIn => "failed-sign-in",
            Self::User => "user",
            Self::Account => "account",
        }
    }

    /// What a client is told that met it.
    pub(crate) const fn exceeded(self) -> &'static str {
        match self {
            Self::Address => "Too many requests from this address",
            Self::FailedSignIn => "Too many failed sign-ins from this address",
            Self::User => "Too many requests of this user",
            Self::Account => "Too many requests of this account",
        }
    }
}

/// All limits of this process.
pub(crate) struct Rates<C: Clock = DefaultClock> {
    address: Limiter<AddressKey, C>,
    failed_sign_in: Limiter<AddressKey, C>,
    user: Limiter<UserId, C>,
    account: Limiter<AccountId, C>,
}

impl Rates {
    pub(crate) fn new(settings: &RateSettings) -> Self {
        Self::with_clock(settings, &DefaultClock::default())
    }
}

impl<C: Clock + Clone> Rates<C> {
    fn with_clock(settings: &RateSettings, clock: &C) -> Self {
        let keys = settings.keys.get();
        Self {
            address: Limiter::new(Limit::Address, settings.address, keys, clock),
            failed_sign_in: Limiter::new(Limit::FailedSignIn, settings.failed_sign_in, keys, clock),
            user: Limiter::new(Limit::User, settings.user, keys, clock),
            account: Limiter::new(Limit::Account, settings.account, keys, clock),
        }
    }

    /// Counts a request from an address.
    ///
    /// # Errors
    /// The limit that was met.
    pub(crate) fn admit_address(&self, address: IpAddr, standings: &Standings) -> Result<(), Problem> {
        note(self.address.take(&AddressKey::of(address)), standings)
    }

    /// Counts a request whose token did not count. Only such requests are held up by it: a helpdesk sits behind one
    /// address, and one program there with an old token must not sign its colleagues out.
    ///
    /// # Errors
    /// The limit that was met: the client is told to slow down in place of why its token does not count.
    pub(crate) fn count_failed_sign_in(&self, address: IpAddr, standings: &Standings) -> Result<(), Problem> {
        let failures = self.failed_sign_in.take(&AddressKey::of(address));
        if failures.is_refusal() { note(failures, standings) } else { Ok(()) }
    }

    /// Counts a request of somebody who is known.
    ///
    /// # Errors
    /// The limit that was met.
    pub(crate) fn admit_caller(&self, user: UserId, account: AccountId, standings: &Standings) -> Result<(), Problem> {
        note(self.user.take(&user), standings)?;
        note(self.account.take(&account), standings)
    }
}

fn note(standing: Standing, standings: &Standings) -> Result<(), Problem> {
    let refusal = standing.is_refusal().then(|| Problem::rate_limited(standing.limit, standing.wait_seconds()));
    standings.note(standing);
    refusal.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests;
