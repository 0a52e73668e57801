//! The one write path: read the roster, decide, save if still current, else decide again.

use super::change::{UserChange, UserDetails};
use super::decide::{ChangedBy, change, create};
use super::{UserManagement, UserManagementError};
use crate::account::User;
use crate::clock::to_micros;
use crate::ids::{AccountId, UserId};
use crate::ports::UserSaveOutcome;
use crate::user_management::{Roster, UserSave};

/// What is asked about a user.
pub(super) enum Command {
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
    pub(super) async fn carry_out(
        &self,
        account_id: AccountId,
        id: UserId,
        command: Command,
        by: ChangedBy,
    ) -> Result<User, UserManagementError> {
        let began = self.clock.now();
        loop {
            let roster = self.users.roster(account_id, id, by.user_id()).await?;
            let by = by.as_of(&roster)?;
            let save = match self.decide(&roster, account_id, id, &command, by)? {
                Decision::Unchanged(user) => return Ok(user),
                Decision::Save(save) => *save,
            };
            let user = save.user.clone();
            match self.users.save_user(save).await? {
                UserSaveOutcome::Saved => return Ok(user),
                UserSaveOutcome::Conflict => {}
                UserSaveOutcome::EmailTaken => return Err(UserManagementError::EmailTaken),
                UserSaveOutcome::IdentityTaken => return Err(UserManagementError::IdentityTaken),
                UserSaveOutcome::IdTaken => return Err(UserManagementError::IdTaken(id)),
                UserSaveOutcome::AccountNotFound => return Err(UserManagementError::AccountNotFound(account_id)),
            }
            if self.clock.now() - began >= self.contention_deadline {
                return Err(UserManagementError::Contended(account_id));
            }
        }
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
