//! Postgres: each call is one statement on one connection of a pool, committed by itself.

mod connect;
mod pool;
mod tls;
mod writes;

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::RunQueryDsl;
use firstline_domain::error::StoreError;
use firstline_domain::repository::{CreateOutcome, NewWalk, Save};

use crate::error::{WriteError, unavailable};
use crate::rows::Row;
use crate::settings::StorageSettings;
use crate::statement::{Cached, Statement};
use crate::statements::tickets::{QUEUE_OF_POSTGRES, Queue};
use crate::store::Engine;

pub(crate) use connect::Connector;
pub(crate) use pool::Pool;

/// How much longer than the server's own limit a statement is waited for: only a connection that has gone silent takes
/// as long.
const SILENCE: Duration = Duration::from_secs(2);

/// One pool of connections.
pub(crate) struct PostgresEngine {
    pool: Pool,
    statement_timeout: Duration,
}

impl PostgresEngine {
    pub(crate) fn new(connector: &Arc<Connector>, connections: usize, settings: &StorageSettings) -> Self {
        Self { pool: pool::build(connector, connections, settings), statement_timeout: settings.statement_timeout }
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Runs one query and sorts its error.
    async fn run<R: Row>(&self, query: BoxedSqlQuery<'static, Pg, SqlQuery>) -> Result<Vec<R>, WriteError> {
        let mut connection = self.pool.get().await.map_err(|error| WriteError::Store(pool::unavailable(error)))?;
        let began = Instant::now();
        let loading = Cached(query).load::<R>(&mut connection.connection);
        let Ok(result) = tokio::time::timeout(self.statement_timeout + SILENCE, loading).await else {
            // Nobody may wait behind a connection that does not answer.
            drop(deadpool::managed::Object::take(connection));
            return Err(WriteError::Store(unavailable("the database does not answer")));
        };
        result.map_err(|error| {
            let lost = connection.is_closed();
            WriteError::from_diesel(error, |error| lost || passing(error, began.elapsed() >= self.statement_timeout))
        })
    }
}

/// Whether an error comes from the server's or the network's state and not from the statement. Diesel hands on no SQLSTATE
/// but for the kinds it knows; the rest is told by its time or its message.
fn passing(error: &DieselError, took_too_long: bool) -> bool {
    use DatabaseErrorKind as Kind;
    match error {
        DieselError::DatabaseError(
            Kind::UnableToSendCommand | Kind::ClosedConnection | Kind::SerializationFailure | Kind::ReadOnlyTransaction,
            _,
        ) => true,
        DieselError::DatabaseError(_, info) => {
            let messages = [
                "terminating connection",
                "canceling statement",
                "deadlock detected",
                "the database system is",
                "remaining connection slots",
                "too many clients",
                "could not extend file",
                "out of shared memory",
            ];
            took_too_long || messages.iter().any(|message| info.message().contains(message))
        }
        _ => false,
    }
}

impl Engine for PostgresEngine {
    const QUEUE: Queue = QUEUE_OF_POSTGRES;

    async fn read<R: Row>(&self, statement: Statement) -> Result<Vec<R>, StoreError> {
        Ok(self.run(statement.for_postgres()).await?)
    }

    async fn write<R: Row>(&self, statement: Statement) -> Result<Vec<R>, WriteError> {
        self.run(statement.for_postgres()).await
    }

    async fn create(&self, walk: NewWalk) -> Result<CreateOutcome, WriteError> {
        let rows = self.run(writes::create(&walk)?).await?;
        writes::created(&walk, &rows)
    }

    async fn save(&self, save: Save) -> Result<bool, WriteError> {
        Ok(!self.run::<crate::rows::WrittenRow>(writes::save(&save)?).await?.is_empty())
    }
}
