//! The texts of the statements that a live call leans on, as they run on Postgres, so that a benchmark can run them
//! without the service around them. Nothing else needs them.

use crate::statements;

/// Looks the caller up: `$1` the user's id.
pub const USER: &str = statements::directory::USER.postgres;

/// Reads a whole session: `$1` the account, `$2` the session.
pub const SESSION: &str = statements::sessions::SESSION.postgres;

/// Lists active sessions: `$1` the account, `$2` the user, `$3` how many at most.
pub const ACTIVE: &str = statements::sessions::ACTIVE.postgres;

/// The queue's first page: `$1` the account, `$2` how many rows at most.
pub const QUEUE: &str = statements::tickets::QUEUE_OF_POSTGRES.all.postgres;

/// Saves a step if the session's version is still `$21`; the parameters stand with the statement's source.
pub const SAVE_STEP: &str = statements::postgres::SAVE_STEP.postgres;

/// Saves whatever a command can bring if the session's version is still `$21`, likewise.
pub const SAVE: &str = statements::postgres::SAVE.postgres;
