//! All limits of this process.

use std::net::IpAddr;

use firstline_domain::ids::{AccountId, UserId};
use firstline_http_guard::AddressKey;
use governor::clock::{Clock, DefaultClock};

use super::limit::Limit;
use super::limiter::Limiter;
use super::refused::{Party, Refusal, Refused};
use super::settings::RateSettings;
use super::standing::{Standing, Standings};
use crate::auth::Named;
use crate::problem::Problem;

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

    /// Counts a request of a known user, whom their token named so.
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
