//! Pools of connections.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deadpool::Runtime;
use deadpool::managed::{self, Metrics, PoolError, RecycleError, RecycleResult, TimeoutType};
use firstline_domain::error::StoreError;

use super::connect::Connector;
use super::connection::{Connection, LIFETIME};
use crate::error::DatabaseFailure;
use crate::settings::StorageSettings;

/// A pool of connections.
pub(crate) type Pool = managed::Pool<Manager>;

/// Makes connections, and lets none go back that is closed. That costs no trip to the database; what breaks unnoticed
/// is found out by the next statement.
pub(crate) struct Manager {
    connector: Arc<Connector>,
    /// The connections made so far.
    opened: AtomicU32,
    refusal: Mutex<Option<Refusal>>,
}

/// The last opening that failed. Until its pause is over no further one is tried: a login costs the database a process,
/// and of many calls that wait each would try.
struct Refusal {
    failure: DatabaseFailure,
    pause: Duration,
    until: Instant,
}

/// The first pause after a failed opening; each further one is twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(20);

const LONGEST_PAUSE: Duration = Duration::from_millis(250);

impl Manager {
    fn new(connector: Arc<Connector>) -> Self {
        Self { connector, opened: AtomicU32::new(0), refusal: Mutex::new(None) }
    }

    fn refusal(&self) -> MutexGuard<'_, Option<Refusal>> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last failure, while its pause lasts.
    fn refused_lately(&self, now: Instant) -> Option<DatabaseFailure> {
        self.refusal().as_ref().filter(|refusal| now < refusal.until).map(|refusal| refusal.failure.clone())
    }

    /// Begins the pause after a failure, once for all openings that failed together.
    fn pause_after(&self, failure: &DatabaseFailure, now: Instant) {
        let mut refusal = self.refusal();
        if refusal.as_ref().is_some_and(|refusal| now < refusal.until) {
            return;
        }
        let longer = |refusal: &Refusal| (refusal.pause * 2).min(LONGEST_PAUSE);
        let pause = refusal.as_ref().map_or(FIRST_PAUSE, longer);
        *refusal = Some(Refusal { failure: failure.clone(), pause, until: now + pause });
    }
}

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
        if let Some(failure) = self.refused_lately(Instant::now()) {
            return Err(failure);
        }
        match self.connector.connect_for_statements().await {
            Ok(connection) => {
                *self.refusal() = None;
                Ok(Connection { lifetime: lifetime(self.opened.fetch_add(1, Ordering::Relaxed)), ..connection })
            }
            Err(failure) => {
                self.pause_after(&failure, Instant::now());
                Err(failure)
            }
        }
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
    let builder = || Pool::builder(Manager::new(connector.clone())).config(config).runtime(Runtime::Tokio1);
    match builder().build() {
        Ok(pool) => pool,
        Err(error) => unreachable!("a pool with a runtime: {error}"),
    }
}

/// Delay before a call looks for a connection again that another call has returned.
const RETRY_DELAY: Duration = Duration::from_millis(10);

/// Takes a connection from the pool. When a further one cannot be opened, the call waits for one of the open ones as
/// long as it would for a full pool. Where none is open it waits only for what passes by itself: a limit on
/// connections, and a database that is starting.
pub(super) async fn get(pool: &Pool, wait: Duration) -> Result<managed::Object<Manager>, StoreError> {
    let until = Instant::now() + wait;
    loop {
        let mut timeouts = pool.timeouts();
        timeouts.wait = Some(until.saturating_duration_since(Instant::now()));
        let error = match pool.timeout_get(&timeouts).await {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        let is_worth_waiting = match &error {
            PoolError::Backend(failure) => pool.status().size > 0 || passes_by_itself(failure),
            PoolError::Timeout(TimeoutType::Create) => pool.status().size > 0,
            _ => false,
        };
        if !is_worth_waiting || Instant::now() + RETRY_DELAY >= until {
            return Err(unavailable(error));
        }
        tokio::time::sleep(RETRY_DELAY).await;
    }
}

/// `too_many_connections` (of the database, of a role, or of the whole server) and `cannot_connect_now`.
fn passes_by_itself(failure: &DatabaseFailure) -> bool {
    matches!(failure.code(), Some("53300" | "57P03"))
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
    use crate::logins::Login;

    #[test]
    fn after_a_failed_opening_no_other_is_tried_for_a_pause_that_grows() {
        let connector = Connector::new("postgres://u@h/d", Login::Service, &StorageSettings::default()).unwrap();
        let manager = Manager::new(Arc::new(connector));
        let mut now = Instant::now();
        assert!(manager.refused_lately(now).is_none());
        for pause in [20, 40, 80, 160, 250, 250].map(Duration::from_millis) {
            manager.pause_after(&"no room".into(), now);
            // Another that failed at the same time does not lengthen it.
            manager.pause_after(&"no room".into(), now);
            let almost = pause.checked_sub(Duration::from_millis(1)).unwrap();
            assert_eq!(manager.refused_lately(now + almost).unwrap().to_string(), "no room");
            now += pause;
            assert!(manager.refused_lately(now).is_none());
        }
    }

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
