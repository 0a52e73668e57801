//! Managing the users of an account: who may, the rules, and the use cases over [`UserStore`].
//!
//! Every change is decided on what was read of the account's directory and saved, with its event, only if nobody has
//! changed the directory meanwhile; else it is decided again, until a deadline. So two owners who demote each other at
//! once leave one: the second to be saved is refused as the last.

mod change;
mod decide;
mod error;
mod event;
mod page;
mod same_email;
mod write;

use std::sync::Arc;

use chrono::TimeDelta;

use crate::account::{AccountManager, User};
use crate::clock::Clock;
use crate::ids::{AccountId, IdSource, UserId};
use crate::repository::UserStore;
use write::Command;

pub use change::{IdentityChange, UserChange, UserDetails};
pub use decide::{ChangedBy, UserRefusal, change, create};
pub use error::UserManagementError;
pub use event::{Changed, FieldChange, UserEvent, UserEventData};
pub use page::{UserCursor, UserEventPage, UserEventQuery, UserPage, UserQuery};
pub use same_email::{ComparedEmails, KeptEmail, SameEmail, compare_emails};

/// The use cases of user management, over the store, clock and ids that they are given.
#[derive(Clone)]
pub struct UserManagement {
    users: Arc<dyn UserStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    contention_deadline: TimeDelta,
}

impl UserManagement {
    /// Puts the use cases together. A change is decided again for `contention_deadline` when others keep coming first.
    #[must_use]
    pub fn new(
        users: Arc<dyn UserStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        contention_deadline: TimeDelta,
    ) -> Self {
        Self { users, clock, ids, contention_deadline }
    }

    /// A page of the account's users, the first made first.
    ///
    /// # Errors
    /// [`UserManagementError::Store`].
    pub async fn users(&self, manager: AccountManager, query: UserQuery) -> Result<UserPage, UserManagementError> {
        let UserQuery { filter, limit, after } = query;
        // One row more than is shown tells whether there is a next page.
        let mut users = self.users.users(manager.account_id(), filter, after, limit.get() + 1).await?;
        let more = limit.cut(&mut users);
        let next = users.last().filter(|_| more).map(|last| UserCursor {
            account_id: manager.account_id(),
            filter,
            after: last.id,
        });
        Ok(UserPage { users, next })
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
    ) -> Result<UserEventPage, UserManagementError> {
        self.user(manager, id).await?;
        let rows = query.limit.get() + 1;
        let mut events = self.users.user_events(manager.account_id(), id, query.after, rows).await?;
        let more = query.limit.cut(&mut events);
        let next = events.last().filter(|_| more).map(|last| last.seq);
        Ok(UserEventPage { events, next })
    }

    /// Makes a user of the manager's account.
    ///
    /// # Errors
    /// [`UserManagementError::Refused`] as the rules say; [`UserManagementError::EmailTaken`],
    /// [`UserManagementError::IdentityTaken`]; [`UserManagementError::AccessDenied`] when the manager was demoted
    /// since they were let in; [`UserManagementError::Contended`], [`UserManagementError::Store`].
    pub async fn create(&self, manager: AccountManager, details: UserDetails) -> Result<User, UserManagementError> {
        let id = UserId::generate(self.ids.as_ref());
        self.carry_out(manager.account_id(), id, Command::Put(details), ChangedBy::Manager(manager)).await
    }

    /// Changes a user of the manager's account.
    ///
    /// # Errors
    /// [`UserManagementError::UserNotFound`], and as [`create`](Self::create).
    pub async fn change(
        &self,
        manager: AccountManager,
        id: UserId,
        change: UserChange,
    ) -> Result<User, UserManagementError> {
        self.carry_out(manager.account_id(), id, Command::Change(change), ChangedBy::Manager(manager)).await
    }

    /// Sees to it, as the system, that there is a user with that id and these details. When there is, nothing happens.
    ///
    /// # Errors
    /// [`UserManagementError::AccountNotFound`]; [`UserManagementError::IdTaken`] when the id is another account's;
    /// and as [`create`](Self::create).
    pub async fn provision(&self, user: User) -> Result<User, UserManagementError> {
        let (account_id, id) = (user.account_id, user.id);
        self.carry_out(account_id, id, Command::Put(user.into()), ChangedBy::System).await
    }

    /// Changes a user of the account as the system.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub async fn change_as_system(
        &self,
        account_id: AccountId,
        id: UserId,
        change: UserChange,
    ) -> Result<User, UserManagementError> {
        self.carry_out(account_id, id, Command::Change(change), ChangedBy::System).await
    }
}
