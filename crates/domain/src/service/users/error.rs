//! Why a use case of user management does nothing.

use crate::account::AccessDenied;
use crate::error::StoreError;
use crate::ids::{AccountId, UserId};
use crate::user::UserRefusal;

/// Why a use case of user management did not do what it was asked. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum UserManagementError {
    /// No such user in the account.
    #[error("User not found")]
    UserNotFound(UserId),
    /// No such account.
    #[error("Account not found")]
    AccountNotFound(AccountId),
    /// The caller manages the account's users no more.
    #[error(transparent)]
    AccessDenied(#[from] AccessDenied),
    /// A rule forbids it.
    #[error(transparent)]
    Refused(#[from] UserRefusal),
    /// Another user of the account has that e-mail address.
    #[error("Another user of the account has that e-mail address")]
    EmailTaken,
    /// Another user of the account has that identity.
    #[error("Another user of the account has that identity")]
    IdentityTaken,
    /// The id that a new user was to have is another's.
    #[error("The id of the new user is taken")]
    IdTaken(UserId),
    /// So many others changed the account's users at once that the deadline passed.
    #[error("users contended beyond the deadline")]
    Contended(AccountId),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}
