//! How the stores are to behave.

use std::time::Duration;

/// Sizes and patience of the stores. The defaults suit a machine of two to four cores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageSettings {
    /// Whether the database must be there already: neither a file nor the first tables are made.
    pub must_exist: bool,
    /// Postgres connections of each worker of the server.
    pub connections_per_worker: usize,
    /// Postgres connections of each worker for what crosses accounts: looking up who signs in.
    pub lookup_connections_per_worker: usize,
    /// Postgres connections for everything that is no request: sweeper, provisioning, commands.
    pub shared_connections: usize,
    /// How the wall between accounts stands on Postgres.
    pub wall: WallMode,
    /// Whether a pooler in transaction mode stands before Postgres: then what statements rely on must be the default of
    /// the logins.
    pub pooler: bool,
    /// How long a call waits for a free connection, or for room in SQLite's queue of writes, before it is unavailable.
    pub wait_timeout: Duration,
    /// How long making a connection to Postgres may take.
    pub connect_timeout: Duration,
    /// How long one statement may take; for SQLite, how long a write waits for another process's.
    pub statement_timeout: Duration,
    /// SQLite connections that read.
    pub sqlite_readers: usize,
    /// How many SQLite writes may wait for the writer.
    pub sqlite_queue: usize,
}

impl Default for StorageSettings {
    fn default() -> Self {
        Self {
            must_exist: false,
            connections_per_worker: 8,
            lookup_connections_per_worker: 3,
            shared_connections: 4,
            wall: WallMode::Required,
            pooler: false,
            wait_timeout: Duration::from_secs(2),
            connect_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(5),
            sqlite_readers: 3,
            sqlite_queue: 1_024,
        }
    }
}

/// How the wall between accounts stands on Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WallMode {
    /// The service logs in as roles that can do nothing but serve; the owner of the tables is somebody else.
    Required,
    /// One login does everything, and each connection of the service puts the owner's rights down by `SET ROLE`. A
    /// statement could take them up again: for small set-ups.
    SetRole,
}

/// What a process opens the database for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To serve: with SQLite only one process at a time may, and a lock on the file keeps it so.
    Serve,
    /// For a command beside it, whether or not somebody serves.
    Administer,
}
