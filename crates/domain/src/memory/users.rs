//! An account's users and their events in memory.

use async_trait::async_trait;

use super::MemoryStore;
use super::tables::{Tables, is_of};
use crate::account::User;
use crate::error::StoreError;
use crate::ids::{AccountId, UserId};
use crate::ports::{UserFilter, UserSaveOutcome, UserStore};
use crate::user::{Roster, UserEvent, UserEventData, UserSave};

#[async_trait]
impl UserStore for MemoryStore {
    async fn roster(
        &self,
        account_id: AccountId,
        user_id: UserId,
        actor: Option<UserId>,
    ) -> Result<Roster, StoreError> {
        let tables = self.tables();
        let newest = tables.user_events.get(&account_id).and_then(|events| events.last());
        let others = tables.users_of(account_id).filter(|user| user.id != user_id && user.is_active_owner());
        Ok(Roster {
            version: newest.map_or(0, |event| event.seq),
            changed_at: newest.map(|event| event.at),
            user: tables.user_of(account_id, user_id).cloned(),
            actor: actor.and_then(|id| tables.user_of(account_id, id)).cloned(),
            other_active_owners: others.count() as u64,
        })
    }

    async fn save_user(&self, save: UserSave) -> Result<UserSaveOutcome, StoreError> {
        let mut tables = self.tables();
        let UserSave { user, expected_version, event } = save;
        if !tables.accounts.contains_key(&user.account_id) {
            return Ok(UserSaveOutcome::AccountNotFound);
        }
        let newest = tables.user_events.get(&user.account_id).and_then(|events| events.last());
        if newest.map_or(0, |event| event.seq) != expected_version {
            return Ok(UserSaveOutcome::Conflict);
        }
        let is_new = matches!(event.data, UserEventData::Created(_));
        if is_new == tables.users.contains_key(&user.id) {
            return if is_new { Ok(UserSaveOutcome::IdTaken) } else { Err(StoreError::Failed("no such user".into())) };
        }
        if let Some(taken) = tables.taken(&user) {
            return Ok(taken);
        }
        tables.user_events.entry(user.account_id).or_default().push(event);
        tables.users.insert(user.id, user);
        Ok(UserSaveOutcome::Saved)
    }

    async fn user_of(&self, account_id: AccountId, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.tables().user_of(account_id, id).cloned())
    }

    async fn users(
        &self,
        account_id: AccountId,
        filter: UserFilter,
        after: Option<UserId>,
        rows: u16,
    ) -> Result<Vec<User>, StoreError> {
        let tables = self.tables();
        let users = tables.users_of(account_id).filter(|user| after.is_none_or(|after| user.id > after));
        Ok(users.filter(|user| filter.takes(user)).take(usize::from(rows)).cloned().collect())
    }

    async fn user_events(
        &self,
        account_id: AccountId,
        user_id: UserId,
        after: i64,
        rows: u16,
    ) -> Result<Vec<UserEvent>, StoreError> {
        let tables = self.tables();
        let events = tables.user_events.get(&account_id).into_iter().flatten();
        let events = events.filter(|event| event.user_id == user_id && event.seq > after);
        Ok(events.take(usize::from(rows)).cloned().collect())
    }
}

impl Tables {
    fn user_of(&self, account_id: AccountId, id: UserId) -> Option<&User> {
        let of_account = |user: &&User| is_of(user.account_id, account_id);
        self.users.get(&id).filter(of_account)
    }

    /// What of `user` another user of the account has already.
    fn taken(&self, user: &User) -> Option<UserSaveOutcome> {
        let others = || self.users_of(user.account_id).filter(|other| other.id != user.id);
        let email = user.email.folded();
        if others().any(|other| other.email.folded() == email) {
            return Some(UserSaveOutcome::EmailTaken);
        }
        let identity_taken = user.identity.is_some() && others().any(|other| other.identity == user.identity);
        identity_taken.then_some(UserSaveOutcome::IdentityTaken)
    }

    /// By id ascending.
    fn users_of(&self, account_id: AccountId) -> impl Iterator<Item = &User> {
        let of_account = move |user: &&User| is_of(user.account_id, account_id);
        self.users.values().filter(of_account)
    }
}
