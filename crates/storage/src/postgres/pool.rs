//! Pools of connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use deadpool::Runtime;
use deadpool::managed::{self, Metrics, PoolError, RecycleError, RecycleResult};
use diesel_async::AsyncPgConnection;
use firstline_domain::error::StoreError;

use super::connect::Connector;
use crate::error::DatabaseFailure;
use crate::settings::StorageSettings;

/// A pool of connections.
pub(crate) type Pool = managed::Pool<Manager>;

/// A connection that knows when its other end has gone.
pub(crate) struct Connection {
    #[expect(clippy::struct_field_names, reason = "it is the connection, and the rest is about it")]
    pub(super) connection: AsyncPgConnection,
    pub(super) closed: Arc<AtomicBool>,
    /// How old it may become.
    pub(super) lifetime: Duration,
}

impl Connection {
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

/// Makes connections, and lets none go back that is closed. That costs no trip to the database; what breaks unnoticed
/// is found out by the next statement.
pub(crate) struct Manager {
    connector: Arc<Connector>,
    /// The connections made so far.
    opened: AtomicU32,
}

/// The shortest lifetime of a connection. A statement is planned once a connection, by the statistics of that time:
/// without autovacuum nothing else ends a plan that was made for an empty database.
pub(super) const LIFETIME: Duration = Duration::from_mins(10);

/// How much longer each of sixteen connections lives than the one made before it, so that not all are made anew at
/// once.
const LIFETIME_STEP: Duration = Duration::from_secs(7);

fn lifetime(number: u32) -> Duration {
    LIFETIME + LIFETIME_STEP * (number % 16)
}

fn fit_for_use(closed: bool, age: Duration, lifetime: Duration) -> RecycleResult<DatabaseFailure> {
    match (closed, age > lifetime) {
        (true, _) => Err(RecycleError::message("the connection is closed")),
        (false, true) => Err(RecycleError::message("the connection is old")),
        (false, false) => Ok(()),
    }
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = DatabaseFailure;

    async fn create(&self) -> Result<Connection, DatabaseFailure> {
        let connection = self.connector.connect_for_statements().await?;
        Ok(Connection { lifetime: lifetime(self.opened.fetch_add(1, Ordering::Relaxed)), ..connection })
    }

    async fn recycle(&self, connection: &mut Connection, metrics: &Metrics) -> RecycleResult<DatabaseFailure> {
        fit_for_use(connection.is_closed(), metrics.age(), connection.lifetime)
    }
}

pub(super) fn build(connector: &Arc<Connector>, connections: usize, settings: &StorageSettings) -> Pool {
    let mut config = managed::PoolConfig::new(connections.max(1));
    // The connection that was used last: its process on the server has the statement's plan and pages at hand.
    config.queue_mode = managed::QueueMode::Lifo;
    config.timeouts.wait = Some(settings.wait_timeout);
    config.timeouts.create = Some(settings.connect_timeout);
    config.timeouts.recycle = Some(settings.wait_timeout);
    // With the runtime given there is nothing that can fail to build.
    let manager = || Manager { connector: connector.clone(), opened: AtomicU32::new(0) };
    let builder = || Pool::builder(manager()).config(config).runtime(Runtime::Tokio1);
    match builder().build() {
        Ok(pool) => pool,
        Err(error) => unreachable!("a pool with a runtime: {error}"),
    }
}

/// Delay before a call looks for a connection again while the database allows no further one.
const RETRY_DELAY: Duration = Duration::from_millis(20);

/// Takes a connection from the pool. When the database or a role allows no further connection, the call waits for one
/// of the open ones as long as it would for a full pool.
pub(super) async fn get(pool: &Pool, wait: Duration) -> Result<managed::Object<Manager>, StoreError> {
    let until = Instant::now() + wait;
    loop {
        match pool.get().await {
            Ok(connection) => return Ok(connection),
            Err(PoolError::Backend(failure)) if is_limit(&failure) && Instant::now() + RETRY_DELAY < until => {
                tokio::time::sleep(RETRY_DELAY).await;
            }
            Err(error) => return Err(unavailable(error)),
        }
    }
}

/// `too_many_connections`: of the database, of a role, or of the whole server.
fn is_limit(failure: &DatabaseFailure) -> bool {
    failure.code() == Some("53300")
}

/// Whatever keeps a call from a connection: trying again later may work.
fn unavailable(error: PoolError<DatabaseFailure>) -> StoreError {
    StoreError::Unavailable(match error {
        PoolError::Backend(failure) => Box::new(failure),
        PoolError::Timeout(waited) => format!("no database connection in time ({waited:?})").into(),
        PoolError::Closed => "the pool of database connections is closed".into(),
        PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            "the pool of database connections is broken".into()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_ends_at_its_age_and_not_all_at_once() {
        let lifetimes: std::collections::BTreeSet<_> = (0..16).map(lifetime).collect();
        assert_eq!((lifetimes.len(), lifetimes.first()), (16, Some(&LIFETIME)));
        assert!(fit_for_use(false, LIFETIME, lifetime(0)).is_ok());
        assert!(fit_for_use(false, LIFETIME + Duration::from_secs(1), lifetime(0)).is_err());
        assert!(fit_for_use(false, LIFETIME + Duration::from_secs(1), lifetime(1)).is_ok());
        assert!(fit_for_use(true, Duration::ZERO, LIFETIME).is_err());
    }
}
