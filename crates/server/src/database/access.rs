//! Opening the database, making it current, and working on it for the length of one call.

use std::sync::Arc;

use firstline_domain::ports::Store;
use firstline_storage::{Database, Migrated, Purpose, StoreKind};

use super::failure::{migrate_failure, open_failure, wall_failure};
use crate::failure::Failure;
use crate::settings::{DatabaseSettings, Wall};

/// Opens the database. Nothing is migrated.
pub(crate) async fn open(settings: &DatabaseSettings, purpose: Purpose) -> Result<Database, Failure> {
    let opened = Database::open(settings.logins(), purpose, &settings.storage()).await;
    opened.map_err(|error| open_failure(settings, &error))
}

/// Makes sure that the database can be worked with: its migrations are applied, and it keeps accounts apart.
pub(crate) async fn prepare(settings: &DatabaseSettings, database: &Database) -> Result<(), Failure> {
    migrate_if_wanted(settings, database).await?;
    if settings.wall == Wall::SetRole && database.kind() == StoreKind::Postgres {
        tracing::warn!(
            "database.wall is set_role: this process logs in with the owner's rights and only puts them down, so a \
             statement that takes them up again reads every account; log in as a role of its own to close that"
        );
    }
    database.check_wall().await.map_err(|error| wall_failure(&error))
}

/// Applies pending migrations, or refuses if there are any and the settings leave them to people.
async fn migrate_if_wanted(settings: &DatabaseSettings, database: &Database) -> Result<(), Failure> {
    if settings.migrate_on_start {
        let migrated = database.migrate().await.map_err(|error| migrate_failure(&error))?;
        if !migrated.applied.is_empty() {
            tracing::info!(applied = ?migrated.applied, "migrations applied");
        }
        warn_of_new(settings, database, &migrated);
        warn_of_same_emails(&migrated);
        return Ok(());
    }
    let pending = database.pending_migrations().await.map_err(|error| migrate_failure(&error))?;
    if pending.is_empty() {
        return Ok(());
    }
    let failure = Failure::new(format!("the database has pending migrations: {}", pending.join(", ")));
    Err(failure.remedy("run `firstline migrate`, or set database.migrate_on_start = true"))
}

/// Tells loudly that the database was made just now: where data was expected, the place is wrong.
pub(crate) fn warn_of_new(settings: &DatabaseSettings, database: &Database, migrated: &Migrated) {
    if migrated.from_nothing && !settings.is_temporary {
        let place = database.file().map_or_else(|| settings.url.redacted(), |file| file.display().to_string());
        tracing::warn!(
            database = place,
            "a NEW, EMPTY database was made: there was none. If data was expected, the name is wrong or a disk is not \
             mounted. database.must_exist = true refuses this"
        );
    }
}

/// Warns of users from before who share an e-mail address.
pub(crate) fn warn_of_same_emails(migrated: &Migrated) {
    for same in &migrated.same_emails {
        let users: Vec<String> = same.user_ids.iter().map(ToString::to_string).collect();
        tracing::warn!(
            account = %same.account_id,
            users = users.join(" "),
            "users of one account share an e-mail address, which is refused today; they stay as they are. \
             `firstline user update USER --email ADDRESS` gives one another"
        );
    }
}

/// Warns when the database, though there, has no user who could sign in.
pub(crate) async fn warn_of_nobody(database: &Database) {
    // A database that does not answer shows in readiness.
    if matches!(database.has_users().await, Ok(false)) {
        tracing::warn!(
            "the database has no user: every sign-in is refused with 401 until `firstline user create` or a \
             provisioning file makes one. If users were expected, this is another database"
        );
    }
}

/// Runs an administrative call on a current database, beside the processes that serve from it.
pub(crate) async fn administer<T>(
    settings: &DatabaseSettings,
    call: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    on_database(settings, async |database: &Database| call(database.shared()).await).await
}

/// As [`administer`], for what no store answers.
pub(crate) async fn on_database<T>(
    settings: &DatabaseSettings,
    call: impl AsyncFnOnce(&Database) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if settings.url.is_memory() {
        return Err(Failure::new("memory: has nothing that lasts beyond this call")
            .remedy("use sqlite://FILE or postgres://…, or `firstline serve --provision FILE`"));
    }
    let database = open(settings, Purpose::Administer).await?;
    let result = match prepare(settings, &database).await {
        Ok(()) => call(&database).await,
        Err(failure) => Err(failure),
    };
    database.close().await;
    result
}
