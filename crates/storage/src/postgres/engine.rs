//! The store's engine on Postgres: each call is one statement on one connection of a pool, committed by itself.

use std::time::{Duration, Instant};

use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::RunQueryDsl;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::FlowChange;
use firstline_domain::ports::{CreateOutcome, NewWalk};
use firstline_domain::session::{Save, Target};
use firstline_domain::stats::FoldSave;
use firstline_domain::user::UserSave;

use super::access::Access;
use super::pool::{self, Pool};
use super::write_limiter::{self as limited, WriteLimiter};
use super::{connect, writes};
use crate::error::WriteError;
use crate::rows::{Row, WrittenRow};
use crate::settings::StorageSettings;
use crate::statement::{Cached, Statement};
use crate::statements::tickets::{QUEUE_OF_POSTGRES, Queue};
use crate::statements::{CLOCK, Text, Wall};
use crate::store::Engine;

/// How much longer than the server's own limit a statement is waited for: only a connection that has gone silent takes
/// as long.
const SILENCE: Duration = Duration::from_secs(2);

/// Delay before a change is tried again.
const RETRY_DELAY: Duration = Duration::from_millis(5);

/// A pool of connections on each side of the wall between accounts.
pub(crate) struct PostgresEngine {
    service: Pool,
    lookup: Pool,
    statement_timeout: Duration,
    wait_timeout: Duration,
    writers: WriteLimiter,
}

impl PostgresEngine {
    pub(crate) fn new(access: &Access, connections: usize, settings: &StorageSettings) -> Self {
        Self {
            service: pool::build(&access.service, connections, settings),
            lookup: pool::build(&access.lookup, settings.lookup_connections_per_worker, settings),
            statement_timeout: settings.statement_timeout,
            wait_timeout: settings.wait_timeout,
            writers: WriteLimiter::new(connections),
        }
    }

    pub(crate) fn pools(&self) -> [&Pool; 2] {
        [&self.service, &self.lookup]
    }

    async fn run_statement<R: Row>(&self, statement: Statement) -> Result<Vec<R>, WriteError> {
        self.run(statement.wall(), statement.for_postgres()).await
    }

    /// Changes the rows, with a bound on concurrent writers of each. Tries again after a serialization failure or a
    /// deadlock (40001, 40P01), after which nothing of the change has happened.
    async fn change<R: Row>(
        &self,
        rows: &[limited::Row],
        query: impl Fn() -> Result<BoxedSqlQuery<'static, Pg, SqlQuery>, WriteError>,
    ) -> Result<Vec<R>, WriteError> {
        let until = Instant::now() + self.wait_timeout;
        loop {
            let permit = self.writers.acquire(rows, self.wait_timeout).await.map_err(WriteError::Store)?;
            let result = self.run(Wall::Account, query()?).await;
            drop(permit);
            match result {
                Err(WriteError::Retry(_)) if Instant::now() < until => tokio::time::sleep(RETRY_DELAY).await,
                result => return result,
            }
        }
    }

    /// Runs one query as the role that its side of the wall has, and sorts its error.
    async fn run<R: Row>(&self, wall: Wall, query: BoxedSqlQuery<'static, Pg, SqlQuery>) -> Result<Vec<R>, WriteError> {
        let pool = match wall {
            Wall::Account => &self.service,
            Wall::Lookup => &self.lookup,
        };
        let mut connection = pool::get(pool, self.wait_timeout).await.map_err(WriteError::Store)?;
        let began = Instant::now();
        let loading = Cached(query).load::<R>(&mut connection.connection);
        let Ok(result) = tokio::time::timeout(self.statement_timeout + SILENCE, loading).await else {
            // No call may wait behind a connection that does not answer.
            drop(deadpool::managed::Object::take(connection));
            return Err(WriteError::OutcomeUnknown("the database does not answer".into()));
        };
        // No statement but one that has waited takes as long as the shortest limit on waiting.
        let waited = began.elapsed() >= self.statement_timeout.min(connect::LOCK_TIMEOUT);
        let error = match result {
            Ok(rows) => return Ok(rows),
            Err(error) => error,
        };
        if reply_lost(&error, connection.is_closed()) {
            return Err(WriteError::OutcomeUnknown(error.into()));
        }
        if matches!(error, DieselError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _)) {
            // The server at the other end is a standby by now. A new connection may lead to the primary.
            drop(deadpool::managed::Object::take(connection));
        }
        Err(WriteError::from_diesel(error, |error| passing(error, waited)))
    }
}

/// Whether the statement was sent and its end is not known. A server that stops can say so (57P01, 57P02) after the
/// statement has committed, and a connection can end before the reply arrives. Any other error of the database ends the
/// statement without a change.
fn reply_lost(error: &DieselError, closed: bool) -> bool {
    use DatabaseErrorKind as Kind;
    match error {
        DieselError::DatabaseError(Kind::UnableToSendCommand | Kind::ClosedConnection, _) => true,
        // The text is in the language of the server; that the connection has ended says the same.
        DieselError::DatabaseError(Kind::Unknown, info) => closed || info.message().contains("terminating connection"),
        _ => false,
    }
}

/// Whether an error comes from the server's or the network's state and not from the statement. Diesel hands on no
/// SQLSTATE but for the kinds it knows; the rest is told by its time or its message.
fn passing(error: &DieselError, took_too_long: bool) -> bool {
    use DatabaseErrorKind as Kind;
    match error {
        DieselError::DatabaseError(Kind::SerializationFailure | Kind::ReadOnlyTransaction, _) => true,
        DieselError::DatabaseError(_, info) => {
            let messages = [
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
    const CLOCK: Option<Text> = Some(CLOCK);

    async fn read<R: Row>(&self, statement: Statement) -> Result<Vec<R>, StoreError> {
        self.run_statement(statement).await.map_err(WriteError::of_read)
    }

    async fn write<R: Row>(&self, statement: Statement) -> Result<Vec<R>, WriteError> {
        self.run_statement(statement).await
    }

    async fn create(&self, walk: NewWalk) -> Result<CreateOutcome, WriteError> {
        let mut limited = vec![limited::Row::Written(walk.header.ticket_id.as_uuid())];
        limited.push(limited::Row::User(walk.header.created_by.as_uuid()));
        match walk.header.target {
            Target::Flow(flow) => limited.push(limited::Row::Target(flow.as_uuid())),
            Target::Proposal(proposal) => limited.push(limited::Row::Target(proposal.as_uuid())),
            Target::Adhoc => {}
        }
        limited.push(limited::Row::Account(walk.header.account_id.as_uuid()));
        let rows = self.change(&limited, || writes::create(&walk)).await?;
        writes::created(&walk, &rows)
    }

    async fn save_user(&self, save: UserSave) -> Result<bool, WriteError> {
        let statement = || writes::save_user(&save).map(Statement::for_postgres);
        let users = limited::Row::Written(save.user.account_id.as_uuid());
        Ok(!self.change::<WrittenRow>(&[users], statement).await?.is_empty())
    }

    async fn save_fold(&self, save: FoldSave) -> Result<bool, WriteError> {
        let flow = limited::Row::Written(save.flow_id.as_uuid());
        Ok(!self.change::<WrittenRow>(&[flow], || writes::save_fold(&save)).await?.is_empty())
    }

    async fn save_flow(&self, change: FlowChange) -> Result<bool, WriteError> {
        let statement = || writes::save_flow(&change).map(Statement::for_postgres);
        // Each change of a flow counts in the row of its account.
        let rows = [change.flow.id.as_uuid(), change.flow.account_id.as_uuid()].map(limited::Row::Written);
        Ok(!self.change::<WrittenRow>(&rows, statement).await?.is_empty())
    }

    async fn save(&self, save: Save) -> Result<bool, WriteError> {
        let mut rows = vec![limited::Row::Written(save.header.id.as_uuid())];
        rows.extend(save.validated_proposal.map(|proposal| limited::Row::Target(proposal.as_uuid())));
        Ok(!self.change::<WrittenRow>(&rows, || writes::save(&save)).await?.is_empty())
    }
}
