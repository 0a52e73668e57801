//! The one write path: read the roster, decide, save if still current, else decide again.

use super::error::UserManagementError;
use super::management::UserManagement;
use crate::account::{AccountManager, User};
use crate::clock::to_micros;
use crate::ids::{AccountId, UserId};
use crate::ports::UserSaveOutcome;
use crate::service::retry::{Attempt, retry_on_conflict};
use crate::user::{ChangedBy, Roster, UserChange, UserDetails, UserSave, change, create};

/// What is asked about a user.
enum Command {
    /// They are to be there, like this.
    Put(UserDetails),
    /// They are there; this changes.
    Change(UserChange),
}

enum Decision {
    Unchanged(User),
    Save(Box<UserSave>),
}

impl UserManagement {
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

    async fn carry_out(
        &self,
        account_id: AccountId,
        id: UserId,
        command: Command,
        by: ChangedBy,
    ) -> Result<User, UserManagementError> {
        let (clock, contended) = (self.clock.as_ref(), UserManagementError::Contended(account_id));
        retry_on_conflict(clock, self.contention_deadline, contended, (), |()| async {
            let roster = self.users.roster(account_id, id, by.user_id()).await?;
            let by = by.as_of(&roster)?;
            let save = match self.decide(&roster, account_id, id, &command, by)? {
                Decision::Unchanged(user) => return Ok(Attempt::Done(user)),
                Decision::Save(save) => *save,
            };
            let user = save.user.clone();
            match self.users.save_user(save).await? {
                UserSaveOutcome::Saved => Ok(Attempt::Done(user)),
                UserSaveOutcome::Conflict => Ok(Attempt::Conflict(())),
                UserSaveOutcome::EmailTaken => Err(UserManagementError::EmailTaken),
                UserSaveOutcome::IdentityTaken => Err(UserManagementError::IdentityTaken),
                UserSaveOutcome::IdTaken => Err(UserManagementError::IdTaken(id)),
                UserSaveOutcome::AccountNotFound => Err(UserManagementError::AccountNotFound(account_id)),
            }
        })
        .await
    }

    fn decide(
        &self,
        roster: &Roster,
        account_id: AccountId,
        id: UserId,
        command: &Command,
        by: ChangedBy,
    ) -> Result<Decision, UserManagementError> {
        let now = to_micros(self.clock.now());
        let (user, wanted) = match (&roster.user, command) {
            (None, Command::Change(_)) => return Err(UserManagementError::UserNotFound(id)),
            (None, Command::Put(details)) => {
                let save = create(roster, account_id, id, details.clone(), by, now)?;
                return Ok(Decision::Save(Box::new(save)));
            }
            (Some(user), Command::Put(details)) => (user, UserChange::from(details.clone())),
            (Some(user), Command::Change(change)) => (user, change.clone()),
        };
        let save = change(roster, user, &wanted, by, now)?;
        Ok(save.map_or_else(|| Decision::Unchanged(user.clone()), |save| Decision::Save(Box::new(save))))
    }
}
