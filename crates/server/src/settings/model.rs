//! The settings as types. `config/default.toml` has each of them with its default and says what it is for.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::TimeDelta;
use firstline_api::{EdgeSettings, HttpSettings, Origin, ServeSettings};
use firstline_domain::service::WorkspaceSettings;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::auth::AuthSettings;
use super::database::DatabaseSettings;
use super::limits::LimitSettings;
use super::{choice, list, log_filter};

/// Every setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) database: DatabaseSettings,
    pub(crate) server: ServerSettings,
    pub(crate) auth: AuthSettings,
    pub(crate) metrics: MetricsSettings,
    pub(crate) limits: LimitSettings,
    pub(crate) sweep: SweepSettings,
    pub(crate) stats: StatsSettings,
    pub(crate) log: LogSettings,
}

/// The most threads that the HTTP library can hand connections to.
pub(super) const MAX_WORKERS: usize = 512;

/// Where and how the API is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerSettings {
    #[serde(deserialize_with = "address")]
    pub(crate) bind: SocketAddr,
    pub(crate) workers: usize,
    pub(crate) backlog: u32,
    #[serde(with = "humantime_serde")]
    pub(crate) keep_alive: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) drain_delay: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) shutdown_timeout: Duration,
    #[serde(with = "list")]
    pub(crate) cors_origins: Vec<Origin>,
}

/// Where the counters are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricsSettings {
    #[serde(deserialize_with = "address_or_off", serialize_with = "address_or_empty")]
    pub(crate) bind: Option<SocketAddr>,
}

/// What happens to idle walks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SweepSettings {
    #[serde(with = "humantime_serde")]
    pub(crate) interval: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) idle_after: Duration,
}

/// When ended walks are counted into the statistics of their flows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatsSettings {
    #[serde(with = "humantime_serde")]
    pub(crate) interval: Duration,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogSettings {
    pub(crate) format: LogFormat,
    #[serde(deserialize_with = "log_filter::deserialize")]
    pub(crate) filter: String,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

impl<'de> Deserialize<'de> for LogFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        choice::deserialize(deserializer, &[("text", Self::Text), ("json", Self::Json)])
    }
}

impl Settings {
    /// What the domain needs of them.
    pub(crate) fn workspace(&self) -> WorkspaceSettings {
        WorkspaceSettings {
            contention_deadline: delta(self.limits.contention_deadline),
            idle_after: delta(self.sweep.idle_after),
        }
    }

    /// What the HTTP side needs of them.
    pub(crate) fn http(&self) -> HttpSettings {
        let (client_address, rates) = (self.limits.client_address(), self.limits.rates());
        let edge = EdgeSettings { client_address, rates, cors_origins: self.server.cors_origins.clone() };
        HttpSettings { limits: self.limits.http(), edge }
    }

    /// How its connections are served.
    pub(crate) fn serve(&self) -> ServeSettings {
        ServeSettings {
            workers: match self.server.workers {
                0 => std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MAX_WORKERS)),
                workers => workers,
            },
            shutdown_timeout: self.server.shutdown_timeout,
            keep_alive: self.server.keep_alive,
            head_timeout: self.limits.head_timeout,
            send_timeout: self.limits.send_timeout,
            connections_per_worker: self.limits.max_connections,
            connections_per_address: self.limits.connections_per_address,
        }
    }
}

/// A duration as the domain counts it.
fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| de::Error::custom("must be an address such as 127.0.0.1:8080, with 0.0.0.0 for every interface"))
}

fn address_or_off<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| de::Error::custom("must be an address such as 127.0.0.1:9464, or empty"))
}

#[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
fn address_or_empty<S: Serializer>(address: &Option<SocketAddr>, serializer: S) -> Result<S::Ok, S::Error> {
    match address {
        Some(address) => serializer.collect_str(address),
        None => serializer.serialize_str(""),
    }
}
