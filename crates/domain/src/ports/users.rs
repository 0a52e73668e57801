//! What a store must do so that an account's users can be managed.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::account::{Role, User};
use crate::error::StoreError;
use crate::ids::{AccountId, UserId};
use crate::user::{Roster, UserEvent, UserSave};

/// What became of a [`UserSave`]. Anything but `Saved` has written nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserSaveOutcome {
    /// All of it is written.
    Saved,
    /// The directory has another version by now: read it again and decide again.
    Conflict,
    /// Another user of the account has that e-mail address.
    EmailTaken,
    /// Another user of the account has that identity.
    IdentityTaken,
    /// A user to be made has an id that is taken, be it in another account.
    IdTaken,
    /// There is no such account.
    AccountNotFound,
}

/// Which users are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UserFilter {
    /// Only those with this role; all without.
    pub role: Option<Role>,
    /// Only those who may sign in, or only those who may not; all without.
    pub active: Option<bool>,
}

impl UserFilter {
    /// Whether `user` is listed.
    #[must_use]
    pub fn takes(&self, user: &User) -> bool {
        self.role.is_none_or(|role| user.role == role) && self.active.is_none_or(|active| user.active == active)
    }
}

/// Keeps an account's users and their events, which change together.
#[async_trait]
pub trait UserStore: Send + Sync {
    /// What a decision about `user_id` leans on, with `actor` as the one who asks.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn roster(&self, account_id: AccountId, user_id: UserId, actor: Option<UserId>)
    -> Result<Roster, StoreError>;

    /// Writes an accepted change with its event if the account's directory still has the expected version: of any number
    /// of savers from one version exactly one is `Saved`.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be tried or its end is unknown.
    async fn save_user(&self, save: UserSave) -> Result<UserSaveOutcome, StoreError>;

    /// The user with that id in the account.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn user_of(&self, account_id: AccountId, id: UserId) -> Result<Option<User>, StoreError>;

    /// The account's users that `filter` takes, by id ascending, at most `rows`, only those after `after`, if given.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn users(
        &self,
        account_id: AccountId,
        filter: UserFilter,
        after: Option<UserId>,
        rows: u16,
    ) -> Result<Vec<User>, StoreError>;

    /// A user's events by seq, at most `rows`, only those after the seq `after`.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn user_events(
        &self,
        account_id: AccountId,
        user_id: UserId,
        after: i64,
        rows: u16,
    ) -> Result<Vec<UserEvent>, StoreError>;
}
