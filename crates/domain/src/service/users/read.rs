//! What can be looked at of users.

use super::error::UserManagementError;
use super::management::UserManagement;
use super::page::{UserEventQuery, UserQuery};
use crate::account::{AccountManager, User};
use crate::ids::UserId;
use crate::paging::Page;
use crate::user::UserEvent;

impl UserManagement {
    /// A page of the account's users by id, ascending: ids of version 7 grow with time, so the first made comes first.
    ///
    /// # Errors
    /// [`UserManagementError::Store`].
    pub async fn users(&self, manager: AccountManager, query: UserQuery) -> Result<Page<User>, UserManagementError> {
        let UserQuery { filter, limit, after } = query;
        let users = self.users.users(manager.account_id(), filter, after, limit.rows_asked()).await?;
        Ok(Page::of(users, limit))
    }

    /// A user of the account.
    ///
    /// # Errors
    /// [`UserManagementError::UserNotFound`], [`UserManagementError::Store`].
    pub async fn user(&self, manager: AccountManager, id: UserId) -> Result<User, UserManagementError> {
        let user = self.users.user_of(manager.account_id(), id).await?;
        user.ok_or(UserManagementError::UserNotFound(id))
    }

    /// A page of a user's events, oldest first.
    ///
    /// # Errors
    /// [`UserManagementError::UserNotFound`], [`UserManagementError::Store`].
    pub async fn events(
        &self,
        manager: AccountManager,
        id: UserId,
        query: UserEventQuery,
    ) -> Result<Page<UserEvent>, UserManagementError> {
        self.user(manager, id).await?;
        let events = self.users.user_events(manager.account_id(), id, query.after, query.limit.rows_asked()).await?;
        Ok(Page::of(events, query.limit))
    }
}
