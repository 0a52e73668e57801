//! The store's engine on SQLite: one thread that writes, a few connections that read, one file.

use std::path::Path;
use std::sync::Arc;

use diesel::RunQueryDsl;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::FlowChange;
use firstline_domain::ports::{CreateOutcome, NewWalk};
use firstline_domain::session::Save;
use firstline_domain::stats::FoldSave;
use firstline_domain::user::UserSave;

use super::connection::{create_file, failure, must_be_writable, open};
use super::identity::Identity;
use super::lock::Lock;
use super::readers::Readers;
use super::writer::Writer;
use super::{flow_writes, writes};
use crate::error::{OpenError, WriteError};
use crate::rows::Row;
use crate::settings::{Purpose, StorageSettings};
use crate::statement::Statement;
use crate::statements::tickets::{QUEUE_OF_SQLITE, Queue};
use crate::statements::{Text, WRITE_PROBE};
use crate::store::Engine;

/// One SQLite file, open. Clones share it.
#[derive(Clone)]
pub(crate) struct SqliteEngine {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    identity: Arc<Identity>,
}

impl SqliteEngine {
    /// Opens `file`, and makes it if it is not there and need not be. Blocks.
    pub(crate) fn open(file: &Path, purpose: Purpose, settings: &StorageSettings) -> Result<Self, OpenError> {
        create_file(file, settings.must_exist)?;
        // Before SQLite opens the file; whatever fails below closes SQLite's connections first.
        let lock = Arc::new(Lock::take(file, purpose)?);
        let mut connection = open(file, settings.statement_timeout)?;
        must_be_writable(&mut connection, file)?;
        let identity = Arc::new(Identity::of(file, lock, &mut connection)?);
        let writer = Arc::new(Writer::start(connection, Arc::clone(&identity), settings)?);
        let readers = Arc::new(Readers::open(file, Arc::clone(&identity), settings)?);
        Ok(Self { writer, readers, identity })
    }

    /// Writes what still waits, ends the writer and lets go of the lock. Blocks.
    pub(crate) fn close(&self) {
        self.writer.close();
        self.readers.close();
        self.identity.release();
    }

    /// Writes the row of the health probe, in its turn among the other writes.
    pub(crate) async fn probe(&self) -> Result<(), WriteError> {
        let run = |connection: &mut _| writes::changed(connection, WRITE_PROBE.sqlite);
        match self.writer.run(run).await? {
            1 => Ok(()),
            _ => Err(WriteError::Incomplete),
        }
    }
}

impl Engine for SqliteEngine {
    const QUEUE: Queue = QUEUE_OF_SQLITE;
    // The process that serves the file keeps its time.
    const CLOCK: Option<Text> = None;

    async fn read<R: Row>(&self, statement: Statement) -> Result<Vec<R>, StoreError> {
        let identity = Arc::clone(&self.identity);
        let run = move |connection: &mut _| {
            identity.last_look()?;
            statement.for_sqlite().load::<R>(connection).map_err(failure)
        };
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
