//! SQLite: one thread that writes, a few connections that read, one file.

mod connection;
mod flow_writes;
mod lock;
mod readers;
mod writer;
mod writes;

use std::path::Path;
use std::sync::Arc;

use diesel::RunQueryDsl;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::FlowChange;
use firstline_domain::repository::{CreateOutcome, FoldSave, NewWalk, Save, UserSave};

use crate::error::{OpenError, WriteError};
use crate::rows::Row;
use crate::settings::{Purpose, StorageSettings};
use crate::statement::Statement;
use crate::statements::tickets::{QUEUE_OF_SQLITE, Queue};
use crate::store::Engine;

use connection::failure;
pub(crate) use connection::{create_file, open};
use lock::Lock;
use readers::Readers;
use writer::Writer;

/// One SQLite file, open. Clones share it.
#[derive(Clone)]
pub(crate) struct SqliteEngine {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    lock: Arc<Lock>,
}

impl SqliteEngine {
    /// Opens `file`, and makes it if it is not there and need not be. Blocks.
    pub(crate) fn open(file: &Path, purpose: Purpose, settings: &StorageSettings) -> Result<Self, OpenError> {
        create_file(file, settings.must_exist)?;
        let lock = Arc::new(Lock::take(file, purpose)?);
        let writer = Arc::new(Writer::start(file, settings)?);
        let readers = Arc::new(Readers::open(file, settings)?);
        Ok(Self { writer, readers, lock })
    }

    /// Writes what still waits, ends the writer and lets go of the lock. Blocks.
    pub(crate) fn close(&self) {
        self.writer.close();
        self.readers.close();
        self.lock.release();
    }

    /// Whether the writer still takes work.
    pub(crate) fn writes(&self) -> Result<(), StoreError> {
        self.writer.alive()
    }
}

impl Engine for SqliteEngine {
    const QUEUE: Queue = QUEUE_OF_SQLITE;

    async fn read<R: Row>(&self, statement: Statement) -> Result<Vec<R>, StoreError> {
        let run = move |connection: &mut _| statement.for_sqlite().load::<R>(connection).map_err(failure);
        Ok(self.readers.run(run).await??)
    }

    async fn write<R: Row>(&self, statement: Statement) -> Result<Vec<R>, WriteError> {
        self.writer.run(move |connection| statement.for_sqlite().load::<R>(connection).map_err(failure)).await
    }

    async fn create(&self, walk: NewWalk) -> Result<CreateOutcome, WriteError> {
        self.writer.run(move |connection| writes::create(connection, &walk)).await
    }

    async fn save_user(&self, save: UserSave) -> Result<bool, WriteError> {
        self.writer.run(move |connection| writes::save_user(connection, &save)).await
    }

    async fn save_fold(&self, save: FoldSave) -> Result<bool, WriteError> {
        self.writer.run(move |connection| writes::save_fold(connection, &save)).await
    }

    async fn save_flow(&self, change: FlowChange) -> Result<bool, WriteError> {
        self.writer.run(move |connection| flow_writes::save(connection, &change)).await
    }

    async fn save(&self, save: Save) -> Result<bool, WriteError> {
        self.writer.run(move |connection| writes::save(connection, &save)).await
    }
}
