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
mod roster;
mod same_email;
mod write;

use std::sync::Arc;

use chrono::TimeDelta;

use crate::account::{AccountManager, User};
use crate::clock::Clock;
use crate::ids::{AccountId, IdSource, UserId};
use crate::paging::Page;
use crate::ports::UserStore;
use write::Command;

pub use change::{IdentityChange, UserChange, UserDetails};
pub use decide::{ChangedBy, UserRefusal, change, create};
pub use error::UserManagementError;
pub use event::{Changed, FieldChange, UserEvent, UserEventData};
pub use page::{UserEventQuery, UserQuery};
pub use roster::{Roster, UserSave};
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
