//! An account's users and their events.

use async_trait::async_trait;
use firstline_domain::account::{Role, User};
use firstline_domain::error::StoreError;
use firstline_domain::ids::{AccountId, UserId};
use firstline_domain::ports::{UserFilter, UserSaveOutcome, UserStore};
use firstline_domain::user::{Roster, UserEvent, UserSave};
use tracing::instrument;
use uuid::Uuid;

use super::engine::{Engine, SqlStore};
use crate::error::{Constraint, WriteError};
use crate::rows::{self, RosterRow, UserEventRow, UserRow};
use crate::statement::Statement;
use crate::statements::users;

#[async_trait]
impl<E: Engine> UserStore for SqlStore<E> {
    #[instrument(name = "store.roster", level = "debug", skip_all, fields(account = %account_id, user = %user_id))]
    async fn roster(
        &self,
        account_id: AccountId,
        user_id: UserId,
        actor: Option<UserId>,
    ) -> Result<Roster, StoreError> {
        let statement =
            Statement::new(users::ROSTER).id(account_id.as_uuid()).id(user_id.as_uuid()).id(actor.map(UserId::as_uuid));
        rows::roster(user_id, actor, self.0.read::<RosterRow>(statement).await?)
    }

    #[instrument(
        name = "store.save_user", level = "debug", skip_all,
        fields(account = %save.user.account_id, user = %save.user.id)
    )]
    async fn save_user(&self, save: UserSave) -> Result<UserSaveOutcome, StoreError> {
        match self.0.save_user(save).await {
            Ok(true) => Ok(UserSaveOutcome::Saved),
            Ok(false) => Ok(UserSaveOutcome::Conflict),
            Err(WriteError::Constraint(Constraint::Email, _)) => Ok(UserSaveOutcome::EmailTaken),
            Err(WriteError::Constraint(Constraint::Identity, _)) => Ok(UserSaveOutcome::IdentityTaken),
            Err(WriteError::Constraint(Constraint::Key, _)) => Ok(UserSaveOutcome::IdTaken),
            Err(WriteError::Constraint(Constraint::Reference, _)) => Ok(UserSaveOutcome::AccountNotFound),
            Err(error) => Err(error.into()),
        }
    }

    #[instrument(name = "store.user_of", level = "debug", skip_all, fields(account = %account_id, user = %id))]
    async fn user_of(&self, account_id: AccountId, id: UserId) -> Result<Option<User>, StoreError> {
        self.one::<UserRow, _>(Statement::new(users::USER_OF).id(account_id.as_uuid()).id(id.as_uuid())).await
    }

    #[instrument(name = "store.users", level = "debug", skip_all, fields(account = %account_id))]
    async fn users(
        &self,
        account_id: AccountId,
        filter: UserFilter,
        after: Option<UserId>,
        rows: u16,
    ) -> Result<Vec<User>, StoreError> {
        let statement = Statement::new(users::USERS)
            .id(account_id.as_uuid())
            // Nobody has the nil UUID: it is before everybody.
            .id(after.map_or_else(Uuid::nil, UserId::as_uuid))
            .maybe_text(filter.role.map(Role::as_str))
            .bool(filter.active)
            .int(rows);
        self.all::<UserRow, _>(statement).await
    }

    #[instrument(name = "store.user_events", level = "debug", skip_all, fields(account = %account_id, user = %user_id))]
    async fn user_events(
        &self,
        account_id: AccountId,
        user_id: UserId,
        after: i64,
        rows: u16,
    ) -> Result<Vec<UserEvent>, StoreError> {
        let statement =
            Statement::new(users::USER_EVENTS).id(account_id.as_uuid()).id(user_id.as_uuid()).int(after).int(rows);
        self.all::<UserEventRow, _>(statement).await
    }
}
