//! What a decision about a user is made on, and what it leads to.

use super::event::UserEvent;
use crate::account::User;
use crate::clock::Instant;

/// All that a decision about a user leans on, in one consistent snapshot of the account's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    /// The version of the account's directory: the seq of its newest event, 0 before the first.
    pub version: i64,
    /// When that event happened.
    pub changed_at: Option<Instant>,
    /// The user it is about, if they are there.
    pub user: Option<User>,
    /// Who asks, as they are now, if they are there.
    pub actor: Option<User>,
    /// How many active owners the account has besides the user.
    pub other_active_owners: u64,
}

/// One accepted change of a user, ready to be written with its event if the account's directory still has
/// `expected_version`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSave {
    /// The user as they are to be.
    pub user: User,
    /// The version that the decision was made on.
    pub expected_version: i64,
    /// What happened, numbered `expected_version` + 1. Its kind says whether the user is made or changed.
    pub event: UserEvent,
}
