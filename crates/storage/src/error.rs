//! What goes wrong in a store, made fit for the log: Postgres's DETAIL carries row values and stays behind.

use std::path::PathBuf;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use firstline_domain::error::{Cause, StoreError};

use crate::logins::Login;
use crate::postgres::WallError;
use crate::unreachable::Unreachable;

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A URL names no store, or not one that goes with the others.
    #[error("{} is not usable: {what}", .login.setting())]
    Url {
        /// Whose it is.
        login: Login,
        /// What is wrong with it, without its password.
        what: String,
    },
    /// The SQLite file's folder is not there.
    #[error("the folder of the database file {} is not there: create it first", .0.display())]
    NoFolder(PathBuf),
    /// The SQLite file is not there, or has nothing in it, and it must be there.
    #[error(
        "the database file {} {}, and database.must_exist is true",
        .file.display(), if *.empty { "is empty" } else { "is not there" }
    )]
    Missing {
        /// The database file.
        file: PathBuf,
        /// Whether there is a file, without a byte in it.
        empty: bool,
    },
    /// Another process serves this SQLite file.
    #[error(
        "another process is serving {}, by this or another name: stop it, or serve from another file, or use Postgres \
         to run more than one",
        .file.display()
    )]
    InUse {
        /// The database file.
        file: PathBuf,
    },
    /// The SQLite file has several names, and the newest changes lie beside only one of them.
    #[error(
        "the database file {} has {links} names (hard links), and its newest changes are kept beside the one by which \
         it was opened: remove the other names",
        .file.display()
    )]
    Linked {
        /// The database file.
        file: PathBuf,
        /// How many names it has.
        links: u64,
    },
    /// The SQLite file can be read and not written.
    #[error(
        "the database file {} cannot be written: see who owns it, what its permissions are, and whether its file \
         system is mounted read-only", .0.display()
    )]
    ReadOnly(PathBuf),
    /// The file cannot be opened or locked.
    #[error("cannot open {}", .file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// The database refuses what the store needs of it.
    #[error("cannot open the database")]
    Database(#[source] Cause),
}

impl OpenError {
    /// A URL that is not usable, until somebody says whose: that of the service.
    pub(crate) fn url(what: impl Into<String>) -> Self {
        Self::Url { login: Login::Service, what: what.into() }
    }

    /// The same about this login's URL.
    pub(crate) fn of(self, login: Login) -> Self {
        match self {
            Self::Url { what, .. } => Self::Url { login, what },
            other => other,
        }
    }
}

/// Why migrations cannot be looked up or applied.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A login does not get at the database.
    #[error("{0}")]
    Unavailable(Unreachable),
    /// Of the logins that are there already, one would not be bound by the wall, whatever was made and migrated.
    #[error("{0}")]
    Wall(WallError),
    /// Nobody is named who may migrate.
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
        "the login of {} may not make what is missing. Somebody who may must run:\n{sql}\n({cause})",
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

/// A database's error without its DETAIL, HINT and context.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}{}", .constraint.as_ref().map(|name| format!(" (constraint {name})")).unwrap_or_default())]
pub(crate) struct DatabaseFailure {
    message: String,
    constraint: Option<String>,
    /// The SQLSTATE of what was refused while connecting.
    code: Option<String>,
    /// Whether the database was there, and refused a statement.
    refused: bool,
}

impl DatabaseFailure {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), constraint: None, code: None, refused: false }
    }

    /// What the SQLSTATE `code` stands for.
    pub(crate) fn with_code(code: &str, message: &str) -> Self {
        Self { code: Some(code.to_owned()), ..Self::new(message) }
    }

    pub(crate) fn is_refused_statement(&self) -> bool {
        self.refused
    }

    pub(crate) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }
}

impl From<DieselError> for DatabaseFailure {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, info) => Self {
                constraint: info.constraint_name().map(str::to_owned),
                refused: !matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand),
                ..Self::new(info.message())
            },
            other => Self::new(other.to_string()),
        }
    }
}

impl From<&str> for DatabaseFailure {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<tokio_postgres::Error> for DatabaseFailure {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(db) = error.as_db_error() {
            let message = format!("{} {}: {}", db.severity(), db.code().code(), db.message());
            return Self { code: Some(db.code().code().to_owned()), ..Self::new(message) };
        }
        let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
        Self::new(format!("{error}{}", source.unwrap_or_default()))
    }
}

/// Which of the schema's own rules a write broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constraint {
    /// A second active session on a ticket.
    OneActiveSession,
    /// A second user of that e-mail address.
    Email,
    /// A second user of that identity.
    Identity,
    /// Another uniqueness: a key.
    Key,
    /// A row that is referred to is not there.
    Reference,
    /// A check or not-null rule.
    Check,
}

/// Why a statement or a change failed. Nothing was written, but for [`WriteError::OutcomeUnknown`].
#[derive(Debug)]
pub(crate) enum WriteError {
    /// It broke a rule of the schema.
    Constraint(Constraint, DatabaseFailure),
    /// Fewer rows were written than the change has: a row is missing that must be there.
    Incomplete,
    /// The database undid the statement because of concurrent ones; trying again may work.
    Retry(DatabaseFailure),
    /// The reply was lost, or the commit failed in a way that may leave it done.
    OutcomeUnknown(DatabaseFailure),
    /// Anything else.
    Store(StoreError),
}

impl WriteError {
    /// Sorts a database's error. `unavailable` says which of the rest is worth trying again later.
    pub(crate) fn from_diesel(error: DieselError, unavailable: impl FnOnce(&DieselError) -> bool) -> Self {
        use DatabaseErrorKind as Kind;
        let constraint = match &error {
            DieselError::DatabaseError(Kind::UniqueViolation, info) => {
                Some(unique(info.constraint_name(), info.message()))
            }
            DieselError::DatabaseError(Kind::ForeignKeyViolation, _) => Some(Constraint::Reference),
            DieselError::DatabaseError(Kind::CheckViolation | Kind::NotNullViolation, _) => Some(Constraint::Check),
            _ => None,
        };
        match constraint {
            Some(constraint) => Self::Constraint(constraint, error.into()),
            None if is_retryable(&error) => Self::Retry(error.into()),
            None if unavailable(&error) => Self::Store(StoreError::Unavailable(Box::new(DatabaseFailure::from(error)))),
            None => Self::Store(StoreError::Failed(Box::new(DatabaseFailure::from(error)))),
        }
    }
}

/// Whether the database undid the statement because of concurrent ones. Diesel has no kind for a deadlock. Its detail
/// says which lock each process waits for, by names that are the same in every language.
fn is_retryable(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            info.details().is_some_and(|detail| LOCKS.iter().any(|lock| detail.contains(lock)))
        }
        _ => false,
    }
}

/// The ends of the names of the locks that a statement may wait for.
const LOCKS: [&str; 2] = ["ShareLock", "ExclusiveLock"];

/// Postgres names the constraint; SQLite lists its columns, in the message.
fn unique(name: Option<&str>, message: &str) -> Constraint {
    match name.unwrap_or(message) {
        "walk_sessions_one_active_per_ticket"
        | "UNIQUE constraint failed: walk_sessions.account_id, walk_sessions.ticket_id" => Constraint::OneActiveSession,
        "users_account_id_email_key"
        | "users_account_id_email_folded_key"
        | "UNIQUE constraint failed: users.account_id, users.email"
        | "UNIQUE constraint failed: users.account_id, users.email_folded" => Constraint::Email,
        "users_account_id_identity_key" | "UNIQUE constraint failed: users.account_id, users.issuer, users.subject" => {
            Constraint::Identity
        }
        _ => Constraint::Key,
    }
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl WriteError {
    /// The error of a read. A read whose reply was lost has changed nothing.
    pub(crate) fn of_read(self) -> StoreError {
        match self {
            Self::OutcomeUnknown(failure) => StoreError::Unavailable(Box::new(failure)),
            other => other.into(),
        }
    }
}

impl From<WriteError> for StoreError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Constraint(_, failure) => Self::Failed(Box::new(failure)),
            WriteError::Retry(failure) => Self::Unavailable(Box::new(failure)),
            WriteError::OutcomeUnknown(failure) => Self::OutcomeUnknown(Box::new(failure)),
            WriteError::Incomplete => Self::Failed("fewer rows written than the change has".into()),
            WriteError::Store(error) => error,
        }
    }
}

pub(crate) fn unavailable(message: &str) -> StoreError {
    StoreError::Unavailable(Box::new(DatabaseFailure::from(message)))
}

#[cfg(test)]
mod tests {
    use diesel::result::DatabaseErrorInformation;

    use super::*;

    /// An error of the database as it says it, in its language.
    struct Said(&'static str, Option<&'static str>);

    impl DatabaseErrorInformation for Said {
        fn message(&self) -> &str {
            self.0
        }

        fn details(&self) -> Option<&str> {
            self.1
        }

        fn hint(&self) -> Option<&str> {
            None
        }

        fn table_name(&self) -> Option<&str> {
            None
        }

        fn column_name(&self) -> Option<&str> {
            None
        }

        fn constraint_name(&self) -> Option<&str> {
            None
        }

        fn statement_position(&self) -> Option<i32> {
            None
        }
    }

    #[test]
    fn a_deadlock_is_tried_again_whatever_language_the_database_speaks() {
        for (message, detail, expected) in [
            ("deadlock detected", Some("Process 1 waits for ShareLock on transaction 7; blocked by process 2."), true),
            (
                "Verklemmung (Deadlock) entdeckt",
                Some("Prozess 1 wartet auf ExclusiveLock-Sperre auf Tupel (0,1); blockiert von Prozess 2."),
                true,
            ),
            ("rilevato deadlock", Some("Il processo 1 è in attesa di ShareLock su transaction 7"), true),
            ("division by zero", None, false),
            ("invalid input syntax", Some("Token \"Lock\" is invalid."), false),
        ] {
            let error = DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(Said(message, detail)));
            assert_eq!(is_retryable(&error), expected, "{message}");
        }
        let row = Said("duplicate key", Some("Key (email)=(ShareLock) already exists."));
        assert!(!is_retryable(&DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, Box::new(row))));
    }
}
