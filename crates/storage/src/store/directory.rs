//! Accounts, and who signs in.

use async_trait::async_trait;
use firstline_domain::account::{Account, Identity, User};
use firstline_domain::error::StoreError;
use firstline_domain::fault;
use firstline_domain::ids::{AccountId, UserId};
use firstline_domain::ports::{Directory, PutOutcome};
use firstline_domain::text::Email;
use tracing::instrument;

use super::engine::{Engine, SqlStore};
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
            if let Some(outcome) = self.try_put(statement()).await? {
                return Ok(outcome);
            }
        }
        self.try_put(statement()).await?.ok_or_else(|| crate::error::unavailable("a key kept colliding"))
    }

    /// What came of an upsert; nothing when it collided with a key.
    async fn try_put(&self, statement: Statement) -> Result<Option<PutOutcome>, StoreError> {
        match self.0.write::<IdRow>(statement).await {
            Ok(rows) if rows.is_empty() => Err(WriteError::Incomplete.into()),
            Ok(_) => Ok(Some(PutOutcome::Stored)),
            Err(WriteError::Constraint(Constraint::Reference, _)) => Ok(Some(PutOutcome::AccountNotFound)),
            Err(WriteError::Constraint(Constraint::Key, _)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

#[async_trait]
impl<E: Engine> Directory for SqlStore<E> {
    #[instrument(name = "store.user", level = "debug", skip_all, fields(user = %id))]
    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let look_up = self.one::<UserRow, User>(Statement::new(directory::USER).id(id.as_uuid()));
        fault!("cached-users", crate::sabotage::cached_user(id, look_up).await, look_up.await)
    }

    #[instrument(name = "store.user_by_email", level = "debug", skip_all, fields(account = %account_id))]
    async fn user_by_email(&self, account_id: AccountId, email: &Email) -> Result<Option<User>, StoreError> {
        let statement = Statement::new(directory::USER_BY_EMAIL)
            .id(account_id.as_uuid())
            .text(&email.folded())
            .text(email.as_str());
        self.one::<UserRow, _>(statement).await
    }

    #[instrument(name = "store.user_by_identity", level = "debug", skip_all, fields(account = %account_id))]
    async fn user_by_identity(&self, account_id: AccountId, identity: &Identity) -> Result<Option<User>, StoreError> {
        let statement = Statement::new(directory::USER_BY_IDENTITY)
            .id(account_id.as_uuid())
            .text(identity.issuer.as_str())
            .text(identity.subject.as_str());
        self.one::<UserRow, _>(statement).await
    }

    #[instrument(name = "store.account", level = "debug", skip_all, fields(account = %id))]
    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.one::<AccountRow, _>(Statement::new(directory::ACCOUNT).id(id.as_uuid())).await
    }

    #[instrument(name = "store.put_account", level = "debug", skip_all, fields(account = %account.id))]
    async fn put_account(&self, account: &Account) -> Result<PutOutcome, StoreError> {
        let put = || Statement::new(directory::PUT_ACCOUNT).id(account.id.as_uuid()).text(account.name.as_str());
        self.put(put).await
    }
}
