//! Why migrations cannot be looked up or applied.

use firstline_domain::error::Cause;

use super::login::LoginError;
use super::wall::WallError;
use crate::logins::Login;

/// Why migrations cannot be looked up or applied.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A login does not get at the database.
    #[error("{0}")]
    Unavailable(LoginError),
    /// Of the logins that are there already, one would not be bound by the wall, whatever was made and migrated.
    #[error("{0}")]
    Wall(WallError),
    /// No login is named that may migrate.
    #[error(
        "migrations are pending ({}), and database.migrate_url, the login of the tables' owner, is not set",
        .0.join(", ")
    )]
    NoOwner(Vec<String>),
    /// No migration was ever applied, and the database must be one that is in use.
    #[error("the database has none of the service's tables, and database.must_exist is true")]
    Empty,
    /// Roles, or rights to connect, are missing that the owner may not make.
    #[error(
        "the login of {} may not make what is missing. A role that may must run:\n{sql}\n({cause})",
        .login.setting()
    )]
    Roles {
        /// Who may not.
        login: Login,
        /// The SQL that makes them.
        sql: String,
        /// What the database says.
        cause: String,
    },
    /// A table that a migration changes is used by another session; the migration's own changes are undone.
    #[error("the migration {migration} does not get a table that it changes: another session keeps it in use")]
    Busy {
        /// Its name.
        migration: String,
    },
    /// A migration failed; its own changes are undone.
    #[error("a migration failed")]
    Failed(#[source] Cause),
}
