//! What can be asked about a user.

use serde::{Deserialize, Serialize};

use crate::account::{Identity, Role, User};
use crate::ids::{AccountId, UserId};
use crate::text::Email;

/// Everything about a user but who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDetails {
    /// Their e-mail address.
    pub email: Email,
    /// What they are in the account.
    #[serde(rename = "account_role")]
    pub role: Role,
    /// Whether they may stand in for the first line.
    pub can_cover_l1: bool,
    /// Whether they may sign in at all.
    pub active: bool,
    /// How their identity provider names them.
    pub identity: Option<Identity>,
}

impl UserDetails {
    /// The user with these details.
    #[must_use]
    pub fn of(self, account_id: AccountId, id: UserId) -> User {
        let Self { email, role, can_cover_l1, active, identity } = self;
        User { id, account_id, email, role, can_cover_l1, active, identity }
    }
}

impl From<User> for UserDetails {
    fn from(user: User) -> Self {
        let User { id: _, account_id: _, email, role, can_cover_l1, active, identity } = user;
        Self { email, role, can_cover_l1, active, identity }
    }
}

/// What is to become of a user's identity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum IdentityChange {
    /// It stays as it is.
    #[default]
    Keep,
    /// From now on it is this one.
    Set(Identity),
    /// From now on they have none.
    Remove,
}

/// What is to change about a user; `None` leaves as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserChange {
    /// The new e-mail address.
    pub email: Option<Email>,
    /// The new role.
    pub role: Option<Role>,
    /// The new flag.
    pub can_cover_l1: Option<bool>,
    /// Whether they may sign in from now on.
    pub active: Option<bool>,
    /// The new identity, or that there is none.
    pub identity: IdentityChange,
}

impl UserChange {
    /// The user after this change.
    #[must_use]
    pub fn applied_to(&self, user: &User) -> User {
        User {
            id: user.id,
            account_id: user.account_id,
            email: self.email.clone().unwrap_or_else(|| user.email.clone()),
            role: self.role.unwrap_or(user.role),
            can_cover_l1: self.can_cover_l1.unwrap_or(user.can_cover_l1),
            active: self.active.unwrap_or(user.active),
            identity: match &self.identity {
                IdentityChange::Keep => user.identity.clone(),
                IdentityChange::Set(identity) => Some(identity.clone()),
                IdentityChange::Remove => None,
            },
        }
    }
}

impl From<UserDetails> for UserChange {
    /// The change that leaves nothing as it is unless it is so already.
    fn from(details: UserDetails) -> Self {
        Self {
            email: Some(details.email),
            role: Some(details.role),
            can_cover_l1: Some(details.can_cover_l1),
            active: Some(details.active),
            identity: details.identity.map_or(IdentityChange::Remove, IdentityChange::Set),
        }
    }
}
