//! A database's error, fit for the log: Postgres's DETAIL carries row values and is left out.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use firstline_domain::error::StoreError;

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

/// The database is out of reach for now.
pub(crate) fn unavailable(message: &str) -> StoreError {
    StoreError::Unavailable(Box::new(DatabaseFailure::from(message)))
}
