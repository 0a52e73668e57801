//! A database, whichever it is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use firstline_domain::account::Account;
use firstline_domain::error::StoreError;
use firstline_domain::fault;
use firstline_domain::memory::MemoryStore;
use firstline_domain::ports::Store;

use crate::accounts::{self, ListError};
use crate::error::{LoginError, MigrateError, OpenError, WallError};
use crate::logins::Logins;
use crate::migrate::{self, Migrated};
use crate::postgres::{self, Access, Pool, PostgresEngine, Probe};
use crate::settings::{Purpose, StorageSettings};
use crate::sqlite::SqliteEngine;
use crate::store::SqlStore;
use crate::url::{Location, location};

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// Postgres: many processes may share it.
    Postgres,
    /// A SQLite file: one process serves it.
    Sqlite,
    /// The memory of this process: gone with it.
    Memory,
}

impl StoreKind {
    /// The name in settings, logs and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Sqlite => "sqlite",
            Self::Memory => "memory",
        }
    }
}

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    settings: StorageSettings,
    opened: Opened,
}

enum Opened {
    Postgres {
        access: Access,
        shared: Arc<SqlStore<PostgresEngine>>,
        probe: Box<Probe>,
        /// Every pool that was made, so that all can be closed.
        pools: Mutex<Vec<Pool>>,
    },
    Sqlite {
        file: PathBuf,
        store: Arc<SqlStore<SqliteEngine>>,
    },
    Memory(Arc<MemoryStore>),
}

impl Database {
    /// Opens what the URL of `logins` names: `postgres://…`, `sqlite://FILE` (relative, or absolute with a third
    /// slash; the file is made if it is not there, unless [`must_exist`](StorageSettings::must_exist) forbids it) or
    /// `memory:`. Never migrates. For Postgres nothing is connected yet: that a database is down shows in
    /// [`probe`](Self::probe), so a service can start before it.
    ///
    /// # Errors
    /// [`OpenError`] when the URL names no store, when another process serves the SQLite file and `purpose` is
    /// [`Purpose::Serve`], or when the file cannot be opened as safely as it must be.
    pub async fn open(
        logins: impl Into<Logins>,
        purpose: Purpose,
        settings: &StorageSettings,
    ) -> Result<Self, OpenError> {
        let logins = logins.into();
        let opened = match location(&logins.url)? {
            Location::Memory => Opened::Memory(Arc::new(MemoryStore::new())),
            Location::Postgres => {
                let access = Access::new(&logins, settings)?;
                let engine = PostgresEngine::new(&access, settings.shared_connections, settings);
                let pools = Mutex::new(engine.pools().map(Pool::clone).to_vec());
                let probe = Box::new(Probe::new(&access.service, &access.lookup));
                Opened::Postgres { access, shared: Arc::new(SqlStore(engine)), probe, pools }
            }
            Location::Sqlite(file) => {
                let (path, copy) = (file.clone(), settings.clone());
                let engine = tokio::task::spawn_blocking(move || SqliteEngine::open(&path, purpose, &copy))
                    .await
                    .map_err(|error| OpenError::Database(Box::new(error)))??;
                Opened::Sqlite { file, store: Arc::new(SqlStore(engine)) }
            }
        };
        Ok(Self { inner: Arc::new(Inner { settings: settings.clone(), opened }) })
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> StoreKind {
        match self.inner.opened {
            Opened::Postgres { .. } => StoreKind::Postgres,
            Opened::Sqlite { .. } => StoreKind::Sqlite,
            Opened::Memory(_) => StoreKind::Memory,
        }
    }

    /// The store for everything that is no request: sweeper, provisioning, commands. On Postgres a small pool.
    #[must_use]
    pub fn shared(&self) -> Arc<dyn Store> {
        match &self.inner.opened {
            Opened::Postgres { shared, .. } => shared.clone(),
            Opened::Sqlite { store, .. } => store.clone(),
            Opened::Memory(store) => store.clone(),
        }
    }

    /// A store for one worker of the server; to be called on that worker's own runtime. On Postgres a pool of its
    /// own, as workers that share one wait for each other; elsewhere the same store.
    #[must_use]
    pub fn for_worker(&self) -> Arc<dyn Store> {
        match &self.inner.opened {
            Opened::Postgres { access, pools, .. } => {
                let settings = &self.inner.settings;
                let engine = PostgresEngine::new(access, settings.connections_per_worker, settings);
                pools.lock().unwrap_or_else(PoisonError::into_inner).extend(engine.pools().map(Pool::clone));
                Arc::new(SqlStore(engine))
            }
            Opened::Sqlite { .. } | Opened::Memory(_) => self.shared(),
        }
    }

    /// Whether the database takes writes: writes a row of its own, on Postgres on a connection of its own. May take as
    /// long as connecting and two statements may.
    ///
    /// # Errors
    /// [`StoreError`] when it does not.
    pub async fn probe(&self) -> Result<(), StoreError> {
        fault!("health-by-reading", return self.has_users().await.map(drop));
        match &self.inner.opened {
            Opened::Postgres { probe, .. } => {
                probe.run().await.map_err(|cause| StoreError::Unavailable(Box::new(cause)))
            }
            Opened::Sqlite { store, .. } => Ok(store.0.probe().await?),
            Opened::Memory(_) => Ok(()),
        }
    }

    /// What a start should wait for before it uses the database: on Postgres, that each login reaches a server that is
    /// no standby. What no waiting mends shows when the database is used.
    pub async fn to_wait_for(&self) -> Option<LoginError> {
        let Opened::Postgres { access, .. } = &self.inner.opened else { return None };
        for connector in [access.owner.as_ref(), Some(&access.service), Some(&access.lookup)].into_iter().flatten() {
            if let Some(missing) = connector.to_wait_for().await {
                return Some(missing);
            }
        }
        None
    }

    /// Whether there is a user in any account, so that a sign-in is possible. Memory counts as having one: it always
    /// begins empty.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        match &self.inner.opened {
            Opened::Postgres { shared, .. } => shared.has_users().await,
            Opened::Sqlite { store, .. } => store.has_users().await,
            Opened::Memory(_) => Ok(true),
        }
    }

    /// The SQLite file, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.inner.opened {
            Opened::Sqlite { file, .. } => Some(file),
            Opened::Postgres { .. } | Opened::Memory(_) => None,
        }
    }

    /// Applies the migrations that are pending. Any number of processes may do so at once: one applies, the others
    /// wait and find nothing left. On Postgres it is the tables' owner who does, first makes the roles that are
    /// missing and lets nobody but them connect to the database, and needs a direct connection (no pgbouncer in
    /// transaction mode); without an owner's login nothing may be pending.
    ///
    /// # Errors
    /// [`MigrateError`] when the database cannot be reached, a migration fails, or none was ever applied and
    /// [`must_exist`](StorageSettings::must_exist) demands it.
    pub async fn migrate(&self) -> Result<Migrated, MigrateError> {
        match &self.inner.opened {
            Opened::Postgres { access, .. } => migrate::migrate_postgres(access).await,
            Opened::Sqlite { file, .. } => migrate::migrate_sqlite(file, &self.inner.settings).await,
            Opened::Memory(_) => Ok(Migrated::default()),
        }
    }

    /// Whether the wall between accounts holds: on Postgres, whether the logins of the service are bound by the row
    /// security of every table with an account. Elsewhere there is one wall only, and this has nothing to look at.
    ///
    /// # Errors
    /// [`WallError`] names each hole and how to close it.
    pub async fn check_wall(&self) -> Result<(), WallError> {
        match &self.inner.opened {
            Opened::Postgres { access, .. } => postgres::check_wall(access).await,
            Opened::Sqlite { .. } | Opened::Memory(_) => Ok(()),
        }
    }

    /// Every account by id, the first made first. On Postgres it is the tables' owner who looks: those who serve see
    /// one account at a time.
    ///
    /// # Errors
    /// [`ListError`] when nobody is named who may, and when the database cannot be reached.
    pub async fn accounts(&self) -> Result<Vec<Account>, ListError> {
        match &self.inner.opened {
            Opened::Postgres { access, .. } => accounts::list_on_postgres(access).await,
            Opened::Sqlite { store, .. } => Ok(accounts::list_on_sqlite(store).await?),
            Opened::Memory(store) => Ok(store.accounts()),
        }
    }

    /// The names of the migrations that are not applied yet, in order.
    ///
    /// # Errors
    /// [`MigrateError`] when the database cannot be reached.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, MigrateError> {
        match &self.inner.opened {
            Opened::Postgres { access, .. } => migrate::pending_postgres(access).await,
            Opened::Sqlite { file, .. } => migrate::pending_sqlite(file, &self.inner.settings).await,
            Opened::Memory(_) => Ok(Vec::new()),
        }
    }

    /// Takes every migration back, with all data. For tests of the migrations.
    ///
    /// # Errors
    /// [`MigrateError`] when the database cannot be reached or a migration cannot be taken back.
    #[doc(hidden)]
    pub async fn revert_all_migrations(&self) -> Result<(), MigrateError> {
        match &self.inner.opened {
            Opened::Postgres { access, .. } => migrate::revert_postgres(access).await,
            Opened::Sqlite { file, .. } => migrate::revert_sqlite(file, &self.inner.settings).await,
            Opened::Memory(_) => Ok(()),
        }
    }

    /// Closes the database: what SQLite's writer has taken is written, its lock let go, Postgres's connections ended.
    /// Every store of this database is unavailable from then on.
    pub async fn close(&self) {
        match &self.inner.opened {
            Opened::Postgres { pools, probe, .. } => {
                probe.close().await;
                pools.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(Pool::close);
            }
            Opened::Sqlite { store, .. } => {
                let engine = store.0.clone();
                if tokio::task::spawn_blocking(move || engine.close()).await.is_err() {
                    tracing::error!("closing the database has panicked");
                }
            }
            Opened::Memory(_) => {}
        }
    }
}

// A URL may hold a password: only the kind is shown.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({})", self.kind().as_str())
    }
}
