//! Accounts and users in memory.

use async_trait::async_trait;

use super::MemoryStore;
use crate::account::{Account, Identity, User};
use crate::error::StoreError;
use crate::ids::{AccountId, UserId};
use crate::ports::{Directory, PutOutcome};
use crate::text::Email;

impl MemoryStore {
    /// Every account by id, the first made first.
    #[must_use]
    pub fn accounts(&self) -> Vec<Account> {
        let mut accounts: Vec<Account> = self.tables().accounts.values().cloned().collect();
        accounts.sort_by_key(|account| account.id);
        accounts
    }
}

#[async_trait]
impl Directory for MemoryStore {
    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.tables().users.get(&id).cloned())
    }

    async fn user_by_email(&self, account_id: AccountId, email: &Email) -> Result<Option<User>, StoreError> {
        let (tables, folded) = (self.tables(), email.folded());
        let same = |user: &&User| user.account_id == account_id && user.email.folded() == folded;
        Ok(tables.users.values().find(same).cloned())
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
}
