//! Why a statement or a change failed, sorted by what the caller can do about it.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use firstline_domain::error::StoreError;

use super::failure::DatabaseFailure;

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
