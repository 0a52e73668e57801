//! The rules about managing users: pure, on what was read.

use super::change::{UserChange, UserDetails};
use super::event::{Changed, UserEvent, UserEventData};
use super::roster::{Roster, UserSave};
use crate::account::{AccessDenied, AccountManager, Role, User};
use crate::clock::Instant;
use crate::ids::{AccountId, UserId};

/// Who changes a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangedBy {
    /// An admin or owner of the account.
    Manager(AccountManager),
    /// The command line or provisioning.
    System,
}

impl ChangedBy {
    /// Who it is; `None` for the system.
    #[must_use]
    pub const fn user_id(self) -> Option<UserId> {
        match self {
            Self::Manager(manager) => Some(manager.user_id()),
            Self::System => None,
        }
    }

    /// The same person as the directory has them now: who was let in may have been demoted since.
    ///
    /// # Errors
    /// [`AccessDenied`] when they manage users no more.
    pub fn as_of(self, roster: &Roster) -> Result<Self, AccessDenied> {
        match (self, &roster.actor) {
            (Self::System, _) => Ok(Self::System),
            (Self::Manager(_), Some(actor)) => actor.manages_users().map(Self::Manager),
            (Self::Manager(_), None) => Err(AccessDenied::Inactive),
        }
    }

    const fn may_touch_owners(self) -> bool {
        match self {
            Self::Manager(manager) => manager.is_owner(),
            Self::System => true,
        }
    }
}

/// Why a change of a user is refused. Nothing has changed. The messages are meant for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserRefusal {
    /// Only an owner makes, changes or unmakes an owner.
    #[error("Only an owner may make, change or unmake an owner")]
    OwnerRequired,
    /// Without this user the account would have no active owner.
    #[error("The account's last active owner can neither be deactivated nor demoted; make another owner first")]
    LastOwner,
}

/// Makes a user.
///
/// # Errors
/// [`UserRefusal::OwnerRequired`] when a user who is no owner makes an owner.
pub fn create(
    roster: &Roster,
    account_id: AccountId,
    id: UserId,
    details: UserDetails,
    by: ChangedBy,
    now: Instant,
) -> Result<UserSave, UserRefusal> {
    if details.role == Role::Owner && !by.may_touch_owners() {
        return Err(UserRefusal::OwnerRequired);
    }
    let user = details.clone().of(account_id, id);
    Ok(save(roster, user, UserEventData::Created(details), by, now))
}

/// Changes `user`; `None` when that changes nothing.
///
/// # Errors
/// [`UserRefusal::OwnerRequired`] when they are or become an owner and the actor is none;
/// [`UserRefusal::LastOwner`] when no active owner would be left.
pub fn change(
    roster: &Roster,
    user: &User,
    change: &UserChange,
    by: ChangedBy,
    now: Instant,
) -> Result<Option<UserSave>, UserRefusal> {
    let after = change.applied_to(user);
    if (user.role == Role::Owner || after.role == Role::Owner) && !by.may_touch_owners() {
        return Err(UserRefusal::OwnerRequired);
    }
    if user.is_active_owner() && !after.is_active_owner() && roster.other_active_owners == 0 {
        return Err(UserRefusal::LastOwner);
    }
    let changed = Changed::between(user, &after);
    Ok(changed.map(|changed| save(roster, after, UserEventData::Changed(changed), by, now)))
}

impl User {
    /// Whether they own the account and may sign in: each account that had such a user keeps one.
    #[must_use]
    pub fn is_active_owner(&self) -> bool {
        self.active && self.role == Role::Owner
    }
}

fn save(roster: &Roster, user: User, data: UserEventData, by: ChangedBy, now: Instant) -> UserSave {
    let event = UserEvent {
        seq: roster.version + 1,
        user_id: user.id,
        data,
        actor_user_id: by.user_id(),
        at: roster.changed_at.map_or(now, |last| last.max(now)),
    };
    UserSave { user, expected_version: roster.version, event }
}
