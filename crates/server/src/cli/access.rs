//! How the calls get at the database.

use std::sync::Arc;

use firstline_domain::error::StoreError;
use firstline_domain::repository::Store;
use firstline_storage::{Breach, Database, MigrateError, Migrated, OpenError, Purpose, StoreKind, WallError};

use crate::failure::Failure;
use crate::settings::{DatabaseSettings, Wall, variable};

/// What to do about a database that must be there and is not.
const WHERE_IT_IS: &str = "check database.url (FIRSTLINE__DATABASE__URL or --database-url), the working directory of a \
     relative file, and whether its disk is mounted; to make a new database, run `firstline migrate` once with \
     FIRSTLINE__DATABASE__MUST_EXIST=false";

/// Opens the database. Nothing is migrated.
pub(crate) async fn open(settings: &DatabaseSettings, purpose: Purpose) -> Result<Database, Failure> {
    Database::open(settings.logins(), purpose, &settings.storage()).await.map_err(|error| match &error {
        OpenError::Url { login, .. } => Failure::new(error.to_string()).remedy(format!(
            "`firstline config` shows the URLs in effect; {} is set by {}",
            login.setting(),
            variable(login.setting())
        )),
        OpenError::Missing { .. } => Failure::new(error.to_string()).remedy(WHERE_IT_IS),
        _ => Failure::caused(format_args!("the database {} cannot be used", settings.url.redacted()), &error)
            .remedy("check database.url (FIRSTLINE__DATABASE__URL or --database-url)"),
    })
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

fn wall_failure(error: &WallError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        WallError::Unavailable(unreachable) => failure.remedy(unreachable.remedy()),
        WallError::Breached(breaches) | WallError::Defaults(breaches) => {
            let (sql, words): (Vec<_>, Vec<_>) = breaches.iter().partition(|breach| breach.is_mended_by_sql());
            let (sql, mut remedies) = (distinct(&sql), distinct(&words));
            let sql = sql.join("\n");
            // In lines of their own, to be pasted.
            let block = format!("a superuser, or the owner of the tables and the database, runs:\n{sql}");
            if !sql.is_empty() {
                remedies.push(&block);
            }
            failure.remedy(remedies.join("\n  -> "))
        }
    }
}

/// The remedies in order, each once: two logins may need the same.
fn distinct<'a>(breaches: &[&'a Breach]) -> Vec<&'a str> {
    let mut remedies: Vec<&str> = Vec::new();
    for breach in breaches {
        if !remedies.contains(&breach.remedy.as_str()) {
            remedies.push(&breach.remedy);
        }
    }
    remedies
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
pub(super) fn warn_of_new(settings: &DatabaseSettings, database: &Database, migrated: &Migrated) {
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
pub(super) fn warn_of_same_emails(migrated: &Migrated) {
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

/// Runs an administrative call on a current database, beside whoever serves from it.
pub(super) async fn administer<T>(
    settings: &DatabaseSettings,
    call: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    on_database(settings, async |database: &Database| call(database.shared()).await).await
}

/// As [`administer`], for what no store answers.
pub(super) async fn on_database<T>(
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

/// A store's failure in words.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
pub(crate) fn store_failure(error: StoreError) -> Failure {
    let failure = Failure::caused("the database could not do it", &error);
    match error {
        StoreError::Unavailable(_) => failure.remedy("check that it is running and reachable, then try again"),
        StoreError::OutcomeUnknown(_) => {
            failure.remedy("it may have been done or not: look at what it was to change, then try again")
        }
        StoreError::Corrupt { .. } | StoreError::Failed(_) => failure,
    }
}

pub(super) fn migrate_failure(error: &MigrateError) -> Failure {
    match error {
        MigrateError::Unavailable(unreachable) => Failure::new(error.to_string()).remedy(unreachable.remedy()),
        MigrateError::Wall(error) => wall_failure(error),
        MigrateError::NoOwner(_) => Failure::new(error.to_string()).remedy(
            "set it (FIRSTLINE__DATABASE__MIGRATE_URL), here or for one `firstline migrate`; or set database.wall = \
             \"set_role\" if one login is to do everything",
        ),
        MigrateError::Empty => Failure::new(error.to_string()).remedy(WHERE_IT_IS),
        MigrateError::Roles { .. } => Failure::new(error.to_string())
            .remedy("then try again; docs/OPERATIONS.md, \"Database roles\", says what they are for"),
        MigrateError::Busy { .. } => Failure::new(error.to_string()).remedy(
            "nothing of it is left behind; wait for the dump or the long transaction to end (see pg_stat_activity) \
             and run `firstline migrate` again",
        ),
        MigrateError::Failed(_) => Failure::caused("the migrations could not be applied", error)
            .remedy("nothing of the failed one is left behind; mend the cause and run `firstline migrate`"),
    }
}
