//! Where the data is, and who logs in there.

use std::time::Duration;

use firstline_storage::{Logins, StorageSettings, WallMode};
use serde::{Deserialize, Deserializer, Serialize};

use super::choice;
use super::secret::{DatabaseUrl, OtherLogin};
use crate::failure::Failure;

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(crate) struct DatabaseSettings {
    pub(crate) url: DatabaseUrl,
    pub(crate) lookup_url: OtherLogin,
    pub(crate) migrate_url: OtherLogin,
    pub(crate) wall: Wall,
    pub(crate) pooler: bool,
    pub(crate) must_exist: bool,
    pub(crate) migrate_on_start: bool,
    pub(crate) allow_memory: bool,
    pub(crate) connections_per_worker: usize,
    pub(crate) lookup_connections_per_worker: usize,
    pub(crate) shared_connections: usize,
    #[serde(with = "humantime_serde")]
    pub(crate) start_timeout: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) wait_timeout: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) connect_timeout: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) statement_timeout: Duration,
    pub(crate) sqlite_readers: usize,
    pub(crate) sqlite_queue: usize,
    /// Whether it is the demo's own, which is new each time: that takes no warning.
    #[serde(skip)]
    pub(crate) is_temporary: bool,
}

/// How the wall between accounts stands on Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wall {
    /// By logins that can do nothing but serve.
    Required,
    /// By one login that puts its rights down.
    SetRole,
}

impl<'de> Deserialize<'de> for Wall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        choice::deserialize(deserializer, &[("required", Self::Required), ("set_role", Self::SetRole)])
    }
}

impl DatabaseSettings {
    /// The rules that a single setting's type cannot say.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.url.is_memory() && !self.allow_memory {
            return Err(Failure::new("database.url is memory:, which forgets everything when the process ends").remedy(
                "set database.allow_memory = true (FIRSTLINE__DATABASE__ALLOW_MEMORY=true) if that is wanted, else use \
                 sqlite://FILE",
            ));
        }
        if self.url.is_memory() && self.must_exist {
            return Err(Failure::new("database.must_exist is true, and memory: is empty at each start")
                .remedy("take database.must_exist out, or use sqlite://FILE or postgres://…"));
        }
        if self.pooler && self.wall == Wall::SetRole {
            let failure = "database.pooler is true and database.wall is set_role: a pooler mixes their connections up";
            return Err(Failure::new(failure).remedy(
                "leave database.wall out and have a login for each purpose: docs/OPERATIONS.md, \"Database roles\"",
            ));
        }
        let of_postgres = [
            ("database.migrate_url", "set", self.migrate_url.expose().is_some()),
            ("database.lookup_url", "set", self.lookup_url.expose().is_some()),
            ("database.wall", "set_role", self.wall == Wall::SetRole),
            ("database.pooler", "true", self.pooler),
        ];
        // An operator who has set one of them means Postgres, and would find an empty SQLite file instead.
        match of_postgres.iter().find(|(_, _, set)| *set && !self.url.is_postgres()) {
            None => Ok(()),
            Some((key, value, _)) => {
                let url = self.url.redacted();
                let failure = format!("{key} is {value}, which is for Postgres, and database.url is {url}");
                Err(Failure::new(failure).remedy(format!(
                    "set database.url to the login that serves \
                     (FIRSTLINE__DATABASE__URL=postgres://USER:PASSWORD@HOST/NAME), or take {key} out"
                )))
            }
        }
    }

    /// Who logs in.
    pub(crate) fn logins(&self) -> Logins {
        Logins {
            url: self.url.expose().to_owned(),
            lookup_url: self.lookup_url.expose().map(str::to_owned),
            migrate_url: self.migrate_url.expose().map(str::to_owned),
        }
    }

    /// What the storage crate needs of them.
    pub(crate) fn storage(&self) -> StorageSettings {
        StorageSettings {
            must_exist: self.must_exist,
            connections_per_worker: self.connections_per_worker,
            lookup_connections_per_worker: self.lookup_connections_per_worker,
            shared_connections: self.shared_connections,
            wall: match self.wall {
                Wall::Required => WallMode::Required,
                Wall::SetRole => WallMode::SetRole,
            },
            pooler: self.pooler,
            wait_timeout: self.wait_timeout,
            connect_timeout: self.connect_timeout,
            statement_timeout: self.statement_timeout,
            sqlite_readers: self.sqlite_readers,
            sqlite_queue: self.sqlite_queue,
        }
    }
}
