//! Connections that only read. Reads block, so they run on the runtime's threads for blocking calls.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use firstline_domain::error::StoreError;
use tokio::sync::Semaphore;

use super::connection::open;
use crate::error::{DatabaseFailure, OpenError, unavailable};
use crate::settings::StorageSettings;

/// A handful of connections, each lent to one read at a time.
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<SqliteConnection>>>,
    free: Arc<Semaphore>,
    wait: Duration,
}

/// A connection on loan: goes back whatever becomes of the read.
struct Loan {
    connection: Option<SqliteConnection>,
    idle: Arc<Mutex<Vec<SqliteConnection>>>,
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).extend(self.connection.take());
    }
}

impl Readers {
    pub(super) fn open(file: &Path, settings: &StorageSettings) -> Result<Self, OpenError> {
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
            idle: Arc::new(Mutex::new(connections)),
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
            let connection = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
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
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
