//! Accounts and users.

use async_trait::async_trait;
use firstline_domain::account::{Account, Identity, Role, User};
use firstline_domain::error::StoreError;
use firstline_domain::ids::{AccountId, UserId};
use firstline_domain::repository::{Directory, PutOutcome, UserChange};
use firstline_domain::text::Email;

use super::{Engine, SqlStore};
use crate::error::{Constraint, WriteError};
use crate::rows::{AccountRow, IdRow, UserRow};
use crate::statement::Statement;
use crate::statements::directory;

/// How often a put is tried that collides with another put of the same new row on a key that its ON CONFLICT does not
/// watch: the second try finds the row.
const TRIES: usize = 4;

impl<E: Engine> SqlStore<E> {
    /// Runs an upsert.
    pub(super) async fn put(&self, statement: impl Fn() -> Statement + Send + Sync) -> Result<PutOutcome, StoreError> {
        for _ in 1..TRIES {
            if let Ok(outcome) = self.try_put(statement()).await? {
                return Ok(outcome);
            }
        }
        match self.try_put(statement()).await? {
            Ok(outcome) => Ok(outcome),
            // Nobody makes the same new user four times at once: another account has the id.
            Err(Constraint::UserId) => Ok(PutOutcome::IdTaken),
            Err(_) => Err(crate::error::unavailable("a key kept colliding")),
        }
    }

    /// What came of an upsert, or the key that it collided with.
    async fn try_put(&self, statement: Statement) -> Result<Result<PutOutcome, Constraint>, StoreError> {
        match self.0.write::<IdRow>(statement).await {
            Ok(rows) if rows.is_empty() => Err(WriteError::Incomplete.into()),
            Ok(_) => Ok(Ok(PutOutcome::Stored)),
            Err(WriteError::Constraint(Constraint::Reference, _)) => Ok(Ok(PutOutcome::AccountNotFound)),
            Err(WriteError::Constraint(Constraint::Email, _)) => Ok(Ok(PutOutcome::EmailTaken)),
            Err(WriteError::Constraint(Constraint::Identity, _)) => Ok(Ok(PutOutcome::IdentityTaken)),
            Err(WriteError::Constraint(key @ (Constraint::Key | Constraint::UserId), _)) => Ok(Err(key)),
            Err(error) => Err(error.into()),
        }
    }
}

#[async_trait]
impl<E: Engine> Directory for SqlStore<E> {
    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.one::<UserRow, _>(Statement::new(directory::USER).id(id.as_uuid())).await
    }

    async fn user_by_email(&self, account_id: AccountId, email: &Email) -> Result<Option<User>, StoreError> {
        let statement = Statement::new(directory::USER_BY_EMAIL).id(account_id.as_uuid()).text(email.as_str());
        self.one::<UserRow, _>(statement).await
    }

    async fn user_by_identity(&self, account_id: AccountId, identity: &Identity) -> Result<Option<User>, StoreError> {
        let statement = Statement::new(directory::USER_BY_IDENTITY)
            .id(account_id.as_uuid())
            .text(identity.issuer.as_str())
            .text(identity.subject.as_str());
        self.one::<UserRow, _>(statement).await
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.one::<AccountRow, _>(Statement::new(directory::ACCOUNT).id(id.as_uuid())).await
    }

    async fn put_account(&self, account: &Account) -> Result<PutOutcome, StoreError> {
        let put = || Statement::new(directory::PUT_ACCOUNT).id(account.id.as_uuid()).text(account.name.as_str());
        self.put(put).await
    }

    async fn put_user(&self, user: &User) -> Result<PutOutcome, StoreError> {
        let identity = user.identity.as_ref();
        let put = || {
            Statement::new(directory::PUT_USER)
                .id(user.account_id.as_uuid())
                .id(user.id.as_uuid())
                .text(user.email.as_str())
                .text(user.role.as_str())
                .bool(user.can_cover_l1)
                .bool(user.active)
                .maybe_text(identity.map(|identity| identity.issuer.as_str()))
                .maybe_text(identity.map(|identity| identity.subject.as_str()))
        };
        self.put(put).await
    }

    async fn update_user(&self, id: UserId, change: UserChange) -> Result<Option<User>, StoreError> {
        // A user is of one account for good: whose, is looked up across accounts; the change is made inside it.
        let Some(there) = self.user(id).await? else { return Ok(None) };
        let statement = Statement::new(directory::UPDATE_USER)
            .maybe_text(change.role.map(Role::as_str))
            .bool(change.can_cover_l1)
            .bool(change.active)
            .id(there.account_id.as_uuid())
            .id(id.as_uuid());
        self.0.write::<UserRow>(statement).await?.into_iter().next().map(User::try_from).transpose()
    }
}
