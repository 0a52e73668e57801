//! Accounts and users in memory.

use async_trait::async_trait;

use super::MemoryStore;
use crate::account::{Account, Identity, User};
use crate::error::StoreError;
use crate::ids::{AccountId, UserId};
use crate::repository::{Directory, PutOutcome, UserChange};
use crate::text::Email;

#[async_trait]
impl Directory for MemoryStore {
    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.tables().users.get(&id).cloned())
    }

    async fn user_by_email(&self, account_id: AccountId, email: &Email) -> Result<Option<User>, StoreError> {
        let tables = self.tables();
        Ok(tables.users.values().find(|user| user.account_id == account_id && user.email == *email).cloned())
    }

    async fn user_by_identity(&self, account_id: AccountId, identity: &Identity) -> Result<Option<User>, StoreError> {
        let tables = self.tables();
        let named = |user: &&User| user.account_id == account_id && user.identity.as_ref() == Some(identity);
        Ok(tables.users.values().find(named).cloned())
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        Ok(self.tables().accounts.get(&id).cloned())
    }

    async fn put_account(&self, account: &Account) -> Result<PutOutcome, StoreError> {
        self.tables().accounts.insert(account.id, account.clone());
        Ok(PutOutcome::Stored)
    }

    async fn put_user(&self, user: &User) -> Result<PutOutcome, StoreError> {
        let mut tables = self.tables();
        if !tables.accounts.contains_key(&user.account_id) {
            return Ok(PutOutcome::AccountNotFound);
        }
        if tables.users.get(&user.id).is_some_and(|there| there.account_id != user.account_id) {
            return Ok(PutOutcome::IdTaken);
        }
        let others = || {
            let other = |there: &&User| there.account_id == user.account_id && there.id != user.id;
            tables.users.values().filter(other)
        };
        if others().any(|there| there.email == user.email) {
            return Ok(PutOutcome::EmailTaken);
        }
        if user.identity.is_some() && others().any(|there| there.identity == user.identity) {
            return Ok(PutOutcome::IdentityTaken);
        }
        tables.users.insert(user.id, user.clone());
        Ok(PutOutcome::Stored)
    }

    async fn update_user(&self, id: UserId, change: UserChange) -> Result<Option<User>, StoreError> {
        let mut tables = self.tables();
        Ok(tables.users.get_mut(&id).map(|user| {
            user.role = change.role.unwrap_or(user.role);
            user.can_cover_l1 = change.can_cover_l1.unwrap_or(user.can_cover_l1);
            user.active = change.active.unwrap_or(user.active);
            user.clone()
        }))
    }
}
