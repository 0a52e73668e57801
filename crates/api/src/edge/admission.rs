//! Admits requests, or refuses them because too many come from their address, user or account.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use actix_web::dev::ServiceRequest;

use super::address::ClientAddressRule;
use super::cors::Origin;
use super::proxies::UnlistedProxies;
use super::rates::{Party, RateSettings, Rates};
use crate::auth::Named;
use crate::context::RequestContext;
use crate::problem::Problem;

/// Paths of health probes, which are never turned away.
pub(super) const PROBES: [&str; 2] = ["/livez", "/readyz"];

/// The settings of the edge. The default trusts no proxy, lets no other site's page in and limits no rate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EdgeSettings {
    /// Where the address of a client is found.
    pub client_address: ClientAddressRule,
    /// The sites whose pages may call from a browser.
    pub cors_origins: Vec<Origin>,
    /// How many requests users, accounts and addresses may make; `None`: any number.
    pub rates: Option<RateSettings>,
}

/// The edge as all workers share it.
pub(crate) struct Edge {
    client_address: ClientAddressRule,
    rates: Option<Rates>,
    unlisted_proxies: UnlistedProxies,
}

impl Edge {
    pub(crate) fn new(settings: &EdgeSettings) -> Self {
        Self {
            client_address: settings.client_address.clone(),
            rates: settings.rates.as_ref().map(Rates::new),
            unlisted_proxies: UnlistedProxies::default(),
        }
    }

    /// Counts a request by its address.
    ///
    /// # Errors
    /// Too many came from there.
    pub(crate) fn admit(&self, request: &ServiceRequest, context: &RequestContext) -> Result<(), Problem> {
        if PROBES.contains(&request.path()) {
            return Ok(());
        }
        let address = self.client(request);
        context.set_address(address);
        self.rates.as_ref().map_or(Ok(()), |rates| rates.admit_address(address, context.standings()))
    }

    /// Refuses whom a token names if that is certain before the directory is asked.
    ///
    /// # Errors
    /// The user or the account has made too many requests.
    pub(crate) fn admit_named(&self, named: &Named, context: &RequestContext) -> Result<(), Problem> {
        let refused = self.rates.as_ref().and_then(|rates| rates.refuse_named(named, context.standings()));
        let Some(((user, account), problem)) = refused else { return Ok(()) };
        context.set_caller(user, account);
        self.charge_no_address(context);
        Err(problem)
    }

    /// Counts a request by its caller, once that is known.
    ///
    /// # Errors
    /// The user or the account has made too many.
    pub(crate) fn admit_caller(&self, named: &Named, caller: Party, context: &RequestContext) -> Result<(), Problem> {
        let Some(rates) = &self.rates else { return Ok(()) };
        rates.admit_caller(named, caller, context.standings()).inspect_err(|_| self.charge_no_address(context))
    }

    fn charge_no_address(&self, context: &RequestContext) {
        if let (Some(rates), Some(address)) = (&self.rates, context.address()) {
            rates.give_back_address(address, context.standings());
        }
    }

    /// Counts a request whose token does not count.
    ///
    /// # Errors
    /// Too many from its address were.
    pub(crate) fn count_failed_sign_in(&self, context: &RequestContext) -> Result<(), Problem> {
        match (&self.rates, context.address()) {
            (Some(rates), Some(address)) => rates.count_failed_sign_in(address, context.standings()),
            _ => Ok(()),
        }
    }

    /// Whether a peer is a listed proxy.
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        self.client_address.trusts(peer)
    }

    fn client(&self, request: &ServiceRequest) -> IpAddr {
        // A request without a peer comes through no network.
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let rule = &self.client_address;
        if rule.is_unlisted_proxy(peer, request.headers())
            && let Some(requests) = self.unlisted_proxies.seen(peer, Instant::now())
        {
            tracing::warn!(
                %peer,
                requests,
                "requests say that they were forwarded, by a peer that is not in limits.trusted_proxies: its clients \
                 are limited as one"
            );
        }
        rule.client(peer, request.headers())
    }
}
