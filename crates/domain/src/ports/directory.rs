//! What a store must do so that users can sign in.

use async_trait::async_trait;

use super::put::PutOutcome;
use crate::account::{Account, Identity, User};
use crate::error::StoreError;
use crate::ids::{AccountId, UserId};
use crate::text::Email;

/// Knows accounts and users. A backend with a directory of its own implements [`Directory::user`] over it.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The user with that id, of whatever account, as they are now: who signs in is not known to be of any account yet.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// The user with that e-mail address in the account.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn user_by_email(&self, account_id: AccountId, email: &Email) -> Result<Option<User>, StoreError>;

    /// The user whom an identity provider names so, in the account.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn user_by_identity(&self, account_id: AccountId, identity: &Identity) -> Result<Option<User>, StoreError>;

    /// The account with that id.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError>;

    /// Makes the account, or renames the one with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put_account(&self, account: &Account) -> Result<PutOutcome, StoreError>;
}
