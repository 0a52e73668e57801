//! What one client may take.

use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroU64};
use std::str::FromStr;
use std::time::Duration;

use firstline_api::{ClientAddressRule, ForwardedHeader, HttpLimits, Rate, RateSettings};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize};

use super::{choice, list};

/// The section `limits`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitSettings {
    pub(crate) enabled: bool,
    pub(crate) user_per_second: NonZeroU32,
    pub(crate) user_burst: NonZeroU32,
    pub(crate) account_per_second: NonZeroU32,
    pub(crate) account_burst: NonZeroU32,
    pub(crate) address_per_second: NonZeroU32,
    pub(crate) address_burst: NonZeroU32,
    pub(crate) failed_sign_ins_per_second: NonZeroU32,
    pub(crate) failed_sign_ins_burst: NonZeroU32,
    #[serde(with = "list")]
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) forwarded_header: Forwarding,
    pub(crate) body_bytes: usize,
    pub(crate) answer_bytes: NonZeroU64,
    #[serde(with = "humantime_serde")]
    pub(crate) head_timeout: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) body_timeout: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) request_timeout: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) send_timeout: Duration,
    pub(crate) max_connections: usize,
    pub(crate) connections_per_address: usize,
    #[serde(with = "humantime_serde")]
    pub(crate) contention_deadline: Duration,
}

impl LimitSettings {
    /// The limits of one request.
    pub(crate) fn http(&self) -> HttpLimits {
        HttpLimits {
            body_bytes: self.body_bytes,
            body_timeout: self.body_timeout,
            request_timeout: self.request_timeout,
            answer_bytes: self.answer_bytes.get(),
        }
    }

    /// The rates, if they are limited.
    pub(crate) fn rates(&self) -> Option<RateSettings> {
        self.enabled.then(|| RateSettings {
            user: Rate::per_second(self.user_per_second, self.user_burst),
            account: Rate::per_second(self.account_per_second, self.account_burst),
            address: Rate::per_second(self.address_per_second, self.address_burst),
            failed_sign_in: Rate::per_second(self.failed_sign_ins_per_second, self.failed_sign_ins_burst),
            ..RateSettings::default()
        })
    }

    /// Where a client's address is found.
    pub(crate) fn client_address(&self) -> ClientAddressRule {
        let header = match self.forwarded_header {
            Forwarding::XForwardedFor => ForwardedHeader::XForwardedFor,
            Forwarding::Forwarded => ForwardedHeader::Forwarded,
        };
        ClientAddressRule { trusted_proxies: self.trusted_proxies.iter().map(|network| network.0).collect(), header }
    }
}

/// The header that proxies write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Forwarding {
    XForwardedFor,
    Forwarded,
}

impl<'de> Deserialize<'de> for Forwarding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        choice::deserialize(deserializer, &[("x-forwarded-for", Self::XForwardedFor), ("forwarded", Self::Forwarded)])
    }
}

/// The addresses of proxies: a network, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network(IpNet);

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(Self).map_err(|_| "must be a network such as 10.0.0.0/8 or fd00::/8, or one address")
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}
