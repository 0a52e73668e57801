//! How the calls get at the database.

use std::sync::Arc;

use firstline_domain::error::StoreError;
use firstline_domain::repository::Store;
use firstline_storage::{Database, MigrateError, Purpose};

use crate::failure::{Failure, chain};
use crate::settings::DatabaseSettings;

/// Opens the database. Nothing is migrated.
pub(crate) async fn open(settings: &DatabaseSettings, purpose: Purpose) -> Result<Database, Failure> {
    Database::open(settings.url.expose(), purpose, &settings.storage()).await.map_err(|error| {
        Failure::caused(format_args!("the database {} cannot be used", settings.url.redacted()), &error)
            .remedy("check database.url (FIRSTLINE__DATABASE__URL or --database-url)")
    })
}

/// Applies pending migrations, or refuses if there are any and the settings leave them to people.
pub(crate) async fn migrate_if_wanted(settings: &DatabaseSettings, database: &Database) -> Result<(), Failure> {
    if settings.migrate_on_start {
        let migrated = database.migrate().await.map_err(|error| migrate_failure(&error))?;
        if !migrated.applied.is_empty() {
            tracing::info!(applied = ?migrated.applied, "migrations applied");
        }
        return Ok(());
    }
    let pending = database.pending_migrations().await.map_err(|error| migrate_failure(&error))?;
    if pending.is_empty() {
        return Ok(());
    }
    let failure = Failure::new(format!("the database has pending migrations: {}", pending.join(", ")));
    Err(failure.remedy("run `firstline migrate`, or set database.migrate_on_start = true"))
}

/// Runs an administrative call on a current database, beside whoever serves from it.
pub(super) async fn administer<T>(
    settings: &DatabaseSettings,
    call: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if settings.url.is_memory() {
        return Err(Failure::new("memory: has nothing that lasts beyond this call")
            .remedy("use sqlite://FILE or postgres://…, or `firstline serve --provision FILE`"));
    }
    let database = open(settings, Purpose::Administer).await?;
    migrate_if_wanted(settings, &database).await?;
    let result = call(database.shared()).await;
    database.close().await;
    result
}

/// A store's failure in words.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
pub(crate) fn store_failure(error: StoreError) -> Failure {
    let failure = Failure::caused("the database could not do it", &error);
    match error {
        StoreError::Unavailable(_) => failure.remedy("check that it is running and reachable, then try again"),
        StoreError::Corrupt { .. } | StoreError::Failed(_) => failure,
    }
}

pub(super) fn migrate_failure(error: &MigrateError) -> Failure {
    match error {
        MigrateError::Unavailable(_) => {
            Failure::new(chain(error)).remedy("check that it is running and that database.url names it, then try again")
        }
        MigrateError::Failed(_) => Failure::caused("the migrations could not be applied", error)
            .remedy("nothing of the failed one is left behind; mend the cause and run `firstline migrate`"),
    }
}
