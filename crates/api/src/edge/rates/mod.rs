//! How many requests one user, one account and one address may make. Kept in this process alone: a store that all
//! replicas share would cost every request a trip, and its outage would be ours.

mod limiter;
mod refused;
mod settings;
mod standing;
mod store;

use std::net::IpAddr;

use firstline_domain::ids::{AccountId, UserId};
use firstline_http_guard::AddressKey;
use governor::clock::{Clock, DefaultClock};

use limiter::Limiter;
use refused::{Refusal, Refused};
pub use settings::{Rate, RateSettings};
pub(crate) use standing::{Standing, Standings};

use crate::auth::Named;
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

/// A user and the account they are of.
pub(crate) type Party = (UserId, AccountId);

/// All limits of this process.
pub(crate) struct Rates<C: Clock = DefaultClock> {
    address: Limiter<AddressKey, C>,
    failed_sign_in: Limiter<AddressKey, C>,
    user: Limiter<UserId, C>,
    account: Limiter<AccountId, C>,
    refused: Refused<C>,
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
            refused: Refused::new(keys, clock.clone()),
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

    /// Who it is that a token names and the limit that they have met, if that is so short a time ago that asking the
    /// directory again would change nothing.
    pub(crate) fn refuse_named(&self, named: &Named, standings: &Standings) -> Option<(Party, Problem)> {
        let Refusal { party, limit, wait } = self.refused.of(named)?;
        let rate = if limit == Limit::Account { self.account.rate() } else { self.user.rate() };
        note(Standing { limit, rate, outcome: Err(wait) }, standings).err().map(|problem| (party, problem))
    }

    /// Counts a request of somebody who is known, and whom their token named so.
    ///
    /// # Errors
    /// The limit that was met.
    pub(crate) fn admit_caller(&self, named: &Named, party: Party, standings: &Standings) -> Result<(), Problem> {
        let admitted = self.take_caller(named, party, self.user.take(&party.0), standings);
        admitted.and_then(|()| self.take_caller(named, party, self.account.take(&party.1), standings))
    }

    fn take_caller(
        &self,
        named: &Named,
        party: Party,
        standing: Standing,
        standings: &Standings,
    ) -> Result<(), Problem> {
        if let Err(wait) = standing.outcome {
            self.refused.keep(named, &Refusal { party, limit: standing.limit, wait });
        }
        note(standing, standings)
    }

    /// Takes back that a request was counted by its address: it was refused by a limit of its caller's own, and
    /// everybody else behind the address has nothing to do with that.
    pub(crate) fn give_back_address(&self, address: IpAddr, standings: &Standings) {
        self.address.give_back(&AddressKey::of(address));
        standings.take_back(Limit::Address);
    }
}

fn note(standing: Standing, standings: &Standings) -> Result<(), Problem> {
    let refusal =
        standing.is_refusal().then(|| Problem::rate_limited(standing.limit.exceeded(), standing.wait_seconds()));
    standings.note(standing);
    refusal.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests;
