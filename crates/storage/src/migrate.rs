//! Applies the migrations: the process that comes first does so while the others wait.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use diesel_migrations::MigrationHarness;
use firstline_domain::error::Cause;
use firstline_domain::fault;
use firstline_domain::user::SameEmail;

use crate::emails;
use crate::error::{DatabaseFailure, MigrateError};
use crate::migrations::{Migrations, POSTGRES, SQLITE};
use crate::postgres::{self, Access, Connector};
use crate::settings::StorageSettings;

/// The advisory lock that a migrating process holds: "firstlin" in ASCII.
const LOCK: &str = "SELECT pg_try_advisory_lock(7379539893622286702) AS locked";

/// How long to wait before the lock is asked for again. Waiting inside the database could not be told from a database
/// that hangs.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// How long a migration waits for a table on Postgres. Who comes after it waits behind it, also to read. It is shorter
/// than a served call's own wait for a lock, so that such calls are late and not refused.
const TABLE_WAIT: &str = "SET lock_timeout = '500ms'";

/// How often a migration is tried while another session keeps a table from it, a dump for example.
const TABLE_ROUNDS: u32 = 6;

/// How long those who waited behind it have the table to themselves.
const TABLE_PAUSE: Duration = Duration::from_secs(1);

/// What a migration run did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Migrated {
    /// The migrations that it applied, in order. Empty when nothing was pending.
    pub applied: Vec<String>,
    /// Whether none was applied before, so that its tables are new and empty.
    pub from_nothing: bool,
    /// The users of before who share an e-mail address, which would be refused today.
    pub same_emails: Vec<SameEmail>,
}

/// Which way to go.
#[derive(Clone, Copy)]
enum Run {
    Up,
    /// All the way down: for tests of the migrations.
    Down,
    Nothing,
}

pub(crate) async fn migrate_postgres(access: &Access) -> Result<Migrated, MigrateError> {
    match &access.owner {
        Some(owner) => {
            let migrated = as_owner(owner, access, Run::Up).await?;
            fault!("door-left-open", postgres::sabotage::leave_door_open(owner).await);
            Ok(migrated)
        }
        None => match pending_postgres(access).await? {
            pending if pending.is_empty() => Ok(Migrated::default()),
            pending => Err(MigrateError::NoOwner(pending)),
        },
    }
}

pub(crate) async fn revert_postgres(access: &Access) -> Result<(), MigrateError> {
    let owner = access.owner.as_ref().ok_or_else(|| MigrateError::NoOwner(Vec::new()))?;
    as_owner(owner, access, Run::Down).await.map(|_| ())
}

/// Only reads: the service's own login may ask, too.
pub(crate) async fn pending_postgres(access: &Access) -> Result<Vec<String>, MigrateError> {
    let connector = access.owner.as_ref().unwrap_or(&access.service);
    let mut connection = connector.connect_directly().await.map_err(|cause| unavailable(connector, cause))?;
    pending_on(connector, &mut connection).await
}

fn unavailable(connector: &Connector, cause: DatabaseFailure) -> MigrateError {
    MigrateError::Unavailable(connector.unreachable(cause))
}

async fn pending_on(connector: &Connector, connection: &mut AsyncPgConnection) -> Result<Vec<String>, MigrateError> {
    let asked = connector.within_patience(postgres::applied(connection)).await;
    let applied = asked.and_then(|applied| Ok(applied?)).map_err(|cause| unavailable(connector, cause))?;
    let embedded: Vec<Box<dyn Migration<Pg>>> = POSTGRES.migrations().map_err(MigrateError::Failed)?;
    warn_of_strangers(applied.iter().map(String::as_str), &embedded);
    let pending = embedded.iter().map(Migration::name);
    Ok(pending.filter(|name| !applied.contains(&name.version().to_string())).map(ToString::to_string).collect())
}

/// Runs on a connection of its own, with the lock held until the connection ends. Only the migrations themselves may
/// take as long as they need.
async fn as_owner(owner: &Connector, access: &Access, run: Run) -> Result<Migrated, MigrateError> {
    let silent = |cause| unavailable(owner, cause);
    let mut connection = owner.connect_directly().await.map_err(silent)?;
    lock(owner, &mut connection).await?;
    if access.must_exist && matches!(run, Run::Up) {
        let asked = owner.within_patience(postgres::applied(&mut connection)).await;
        if asked.and_then(|applied| Ok(applied?)).map_err(silent)?.is_empty() {
            return Err(MigrateError::Empty);
        }
    }
    owner.within_patience(postgres::ensure_roles(&mut connection, owner, access)).await.map_err(silent)??;
    let nothing_pending = matches!(run, Run::Up) && pending_on(owner, &mut connection).await?.is_empty();
    let must_exist = access.must_exist;
    let work = move || {
        let mut connection = AsyncConnectionWrapper::<AsyncPgConnection>::from(connection);
        let migrated = match run {
            _ if nothing_pending => Migrated::default(),
            _ => {
                connection.batch_execute(TABLE_WAIT)?;
                let migrated = go(&mut connection, || POSTGRES, run, must_exist)?;
                connection.batch_execute("SET lock_timeout = 0")?;
                migrated
            }
        };
        let same_emails = match run {
            Run::Up => emails::compare_on_postgres(&mut connection)?,
            Run::Down | Run::Nothing => Vec::new(),
        };
        Ok(Migrated { same_emails, ..migrated })
    };
    blocking(work).await
}

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    locked: bool,
}

/// Takes the lock, after whoever has it.
async fn lock(owner: &Connector, connection: &mut AsyncPgConnection) -> Result<(), MigrateError> {
    for round in 0_u64.. {
        let asked = owner.within_patience(diesel::sql_query(LOCK).get_result::<Locked>(connection)).await;
        if asked.and_then(|asked| Ok(asked?)).map_err(|cause| unavailable(owner, cause))?.locked {
            break;
        }
        // Every minute, and first after a second: most have nothing to apply.
        if round % 1_200 == 20 {
            tracing::warn!("waiting for another process that is migrating this database");
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    Ok(())
}

pub(crate) async fn migrate_sqlite(file: &Path, settings: &StorageSettings) -> Result<Migrated, MigrateError> {
    on_sqlite(file, settings, Run::Up).await
}

pub(crate) async fn revert_sqlite(file: &Path, settings: &StorageSettings) -> Result<(), MigrateError> {
    on_sqlite(file, settings, Run::Down).await.map(|_| ())
}

pub(crate) async fn pending_sqlite(file: &Path, settings: &StorageSettings) -> Result<Vec<String>, MigrateError> {
    Ok(on_sqlite(file, settings, Run::Nothing).await?.applied)
}

#[derive(diesel::QueryableByName)]
struct Stray {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    stray: bool,
}

/// Runs in one transaction that holds SQLite's write lock from its beginning. Foreign keys are checked at its end and
/// not meanwhile, since SQLite changes a table by making a new one in its place.
async fn on_sqlite(file: &Path, settings: &StorageSettings, run: Run) -> Result<Migrated, MigrateError> {
    let (file, must_exist) = (file.to_owned(), settings.must_exist);
    // Another process that migrates is waited for a good while.
    let wait = settings.statement_timeout.saturating_mul(6);
    blocking(move || {
        let mut connection = crate::sqlite::open(&file, wait)?;
        diesel::RunQueryDsl::execute(diesel::sql_query("PRAGMA foreign_keys = OFF"), &mut connection)?;
        connection.immediate_transaction(|connection| {
            let migrated = go(connection, || SQLITE, run, must_exist)?;
            let same_emails = match run {
                Run::Up => emails::compare_on_sqlite(connection)?,
                Run::Down | Run::Nothing => Vec::new(),
            };
            let stray = diesel::sql_query("SELECT EXISTS (SELECT 1 FROM pragma_foreign_key_check) AS stray");
            let stray: Stray = diesel::RunQueryDsl::get_result(stray, connection)?;
            if stray.stray {
                Err("a migration has left rows that refer to nothing".into())
            } else {
                Ok(Migrated { same_emails, ..migrated })
            }
        })
    })
    .await
}

async fn blocking(work: impl FnOnce() -> Result<Migrated, Cause> + Send + 'static) -> Result<Migrated, MigrateError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|cause| match cause.downcast::<Empty>() {
            Ok(_) => MigrateError::Empty,
            Err(cause) => match cause.downcast::<Busy>() {
                Ok(busy) => MigrateError::Busy { migration: busy.0 },
                Err(cause) => MigrateError::Failed(cause),
            },
        }),
        Err(error) => Err(MigrateError::Failed(Box::new(error))),
    }
}

/// No migration was ever applied where one must have been.
#[derive(Debug, thiserror::Error)]
#[error("no migration was ever applied")]
struct Empty;

/// Another session keeps a table from the migration of this name.
#[derive(Debug, thiserror::Error)]
#[error("{0} does not get a table")]
struct Busy(String);

/// Goes where `run` says and gives the names of the migrations that were pending before.
fn go<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: fn() -> Migrations,
    run: Run,
    must_exist: bool,
) -> Result<Migrated, Cause> {
    let embedded: Vec<Box<dyn Migration<DB>>> = source().migrations()?;
    let applied: Vec<String> = connection.applied_migrations()?.iter().map(ToString::to_string).collect();
    warn_of_strangers(applied.iter().map(String::as_str), &embedded);
    if must_exist && matches!(run, Run::Up) && applied.is_empty() {
        return Err(Box::new(Empty));
    }
    let pending = connection.pending_migrations(source())?;
    let names = pending.iter().map(|migration| migration.name().to_string()).collect();
    match run {
        Run::Up => {
            for migration in &pending {
                apply(connection, migration)?;
            }
        }
        Run::Down => drop(connection.revert_all_migrations(source())?),
        Run::Nothing => {}
    }
    Ok(Migrated { applied: names, from_nothing: applied.is_empty(), same_emails: Vec::new() })
}

/// Applies one migration, trying again while another session keeps a table from it.
fn apply<DB: Backend>(connection: &mut impl MigrationHarness<DB>, migration: &dyn Migration<DB>) -> Result<(), Cause> {
    for round in 1..=TABLE_ROUNDS {
        match connection.run_migration(migration) {
            Ok(_) => return Ok(()),
            Err(cause) if !is_lock_timeout(&cause) => return Err(cause),
            Err(_) => {
                tracing::warn!(%round, of = TABLE_ROUNDS, "a migration waits for a table that somebody else uses");
            }
        }
        std::thread::sleep(TABLE_PAUSE);
    }
    Err(Box::new(Busy(migration.name().to_string())))
}

/// Whether Postgres gave up waiting for a lock. Diesel keeps no code of it; in another language than English it is a
/// failure like any other, and is not tried again.
fn is_lock_timeout(cause: &Cause) -> bool {
    cause.to_string().contains("due to lock timeout")
}

/// While a new version is rolled out the old one goes on working on its schema.
fn warn_of_strangers<'a, DB: Backend>(applied: impl Iterator<Item = &'a str>, embedded: &[Box<dyn Migration<DB>>]) {
    let known: BTreeSet<String> = embedded.iter().map(|migration| migration.name().version().to_string()).collect();
    let strangers = applied.filter(|version| !known.contains(*version)).count();
    if strangers > 0 {
        tracing::warn!(strangers, "the database has migrations that this version does not know");
    }
}
