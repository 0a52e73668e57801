//! Connections that only read. Reads block, so they run on the runtime's threads for blocking calls.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use firstline_domain::error::StoreError;
use tokio::sync::Semaphore;

use super::connection::open;
use super::identity::Identity;
use crate::error::{DatabaseFailure, OpenError, unavailable};
use crate::settings::StorageSettings;

/// A handful of connections, each lent to one read at a time.
pub(super) struct Readers {
    idle: Arc<Idle>,
    free: Arc<Semaphore>,
    wait: Duration,
}

/// The connections that are not read on. They close before the descriptor that holds the file's lock.
struct Idle {
    connections: Mutex<Vec<SqliteConnection>>,
    _identity: Arc<Identity>,
}

impl Idle {
    fn connections(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan: goes back whatever becomes of the read.
struct Loan {
    connection: Option<SqliteConnection>,
    idle: Arc<Idle>,
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.idle.connections().extend(self.connection.take());
    }
}

impl Readers {
    pub(super) fn open(file: &Path, identity: Arc<Identity>, settings: &StorageSettings) -> Result<Self, OpenError> {
        let count = settings.sqlite_readers.max(1);
        let mut connections = Vec::with_capacity(count);
        for _ in 0..count {
            let mut connection = open(file, settings.statement_timeout)?;
            connection
                .batch_execute("PRAGMA query_only = ON")
                .map_err(|error| OpenError::Database(Box::new(DatabaseFailure::from(error))))?;
            connections.push(connection);
        }
        Ok(Self {
            idle: Arc::new(Idle { connections: Mutex::new(connections), _identity: identity }),
            free: Arc::new(Semaphore::new(count)),
            wait: settings.wait_timeout,
        })
    }

    /// Runs `read` on a connection of its own. It runs to its end even when nobody waits for it any longer.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut SqliteConnection) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = tokio::time::timeout(self.wait, self.free.clone().acquire_owned())
            .await
            .map_err(|_| unavailable("no reading connection in time"))?
            .map_err(|_| unavailable("the database is closed"))?;
        let idle = self.idle.clone();
        let task = tokio::task::spawn_blocking(move || {
            // Dropped after the loan: who gets the permit finds the connection there.
            let _permit = permit;
            let connection = idle.connections().pop();
            let mut loan = Loan { connection, idle };
            loan.connection.as_mut().map(read)
        });
        match task.await {
            Ok(Some(result)) => Ok(result),
            Ok(None) => Err(unavailable("the database is closed")),
            Err(error) => Err(StoreError::Failed(Box::new(error))),
        }
    }

    /// Lets nobody read any more. A read under way ends by itself.
    pub(super) fn close(&self) {
        self.free.close();
        self.idle.connections().clear();
    }
}
