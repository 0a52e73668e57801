//! What the storage crate's errors are to people, and what to do about each.

use firstline_domain::error::StoreError;
use firstline_storage::{Finding, MigrateError, OpenError, WallError};

use crate::failure::Failure;
use crate::settings::{DatabaseSettings, variable};

/// What to do about a database that must be there and is not.
const WHERE_IT_IS: &str = "check database.url (FIRSTLINE__DATABASE__URL or --database-url), the working directory of a \
     relative file, and whether its disk is mounted; to make a new database, run `firstline migrate` once with \
     FIRSTLINE__DATABASE__MUST_EXIST=false";

/// Why the database was not opened.
pub(super) fn open_failure(settings: &DatabaseSettings, error: &OpenError) -> Failure {
    match error {
        OpenError::Url { login, .. } => Failure::new(error.to_string()).remedy(format!(
            "`firstline config` shows the URLs in effect; {} is set by {}",
            login.setting(),
            variable(login.setting())
        )),
        OpenError::Missing { .. } => Failure::new(error.to_string()).remedy(WHERE_IT_IS),
        _ => Failure::caused(format_args!("the database {} cannot be used", settings.url.redacted()), error)
            .remedy("check database.url (FIRSTLINE__DATABASE__URL or --database-url)"),
    }
}

/// Why accounts are not kept apart.
pub(super) fn wall_failure(error: &WallError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        WallError::Unavailable(unreachable) => failure.remedy(unreachable.remedy()),
        WallError::Breached(findings) | WallError::Defaults(findings) => {
            let (sql, words): (Vec<_>, Vec<_>) = findings.iter().partition(|finding| finding.is_mended_by_sql());
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
fn distinct<'a>(findings: &[&'a Finding]) -> Vec<&'a str> {
    let mut remedies: Vec<&str> = Vec::new();
    for finding in findings {
        if !remedies.contains(&finding.remedy.as_str()) {
            remedies.push(&finding.remedy);
        }
    }
    remedies
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

/// Why migrations were not applied.
pub(crate) fn migrate_failure(error: &MigrateError) -> Failure {
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
