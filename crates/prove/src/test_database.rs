//! Where the attacked service stores: each of the three stores, fresh.

use std::fmt;

use clap::ValueEnum;
use firstline_testkit::postgres::Cluster;

/// A store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreKind {
    /// `memory:`.
    Memory,
    /// `sqlite://FILE`.
    Sqlite,
    /// `postgres://…`.
    Postgres,
}

impl StoreKind {
    /// Every store.
    pub(crate) const ALL: [Self; 3] = [Self::Memory, Self::Sqlite, Self::Postgres];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl fmt::Display for StoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An empty database of a store, which goes when this goes.
pub(crate) struct TestDatabase {
    /// What to give to the service.
    pub(crate) url: String,
    _folder: Option<tempfile::TempDir>,
}

impl TestDatabase {
    /// A fresh one.
    pub(crate) fn new(store: StoreKind) -> Self {
        match store {
            StoreKind::Memory => Self { url: "memory:".to_owned(), _folder: None },
            StoreKind::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file = folder.path().join("firstline.db");
                Self { url: format!("sqlite://{}", file.display()), _folder: Some(folder) }
            }
            StoreKind::Postgres => Self { url: Cluster::shared().fresh_database(), _folder: None },
        }
    }

    /// The database's name, on Postgres.
    pub(crate) fn database(&self) -> &str {
        self.url.rsplit('/').next().and_then(|rest| rest.split('?').next()).expect("a database")
    }

    /// Runs SQL as Postgres' superuser, whom no wall binds.
    pub(crate) fn run_sql(&self, sql: &str) -> String {
        Cluster::shared().run_sql(self.database(), sql)
    }
}
