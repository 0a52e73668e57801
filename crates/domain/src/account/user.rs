//! Accounts and their users.

use serde::{Deserialize, Serialize};

use super::identity::Identity;
use crate::ids::{AccountId, UserId};
use crate::paging::Listed;
use crate::text::{Email, Name};

/// One managed service provider or internal helpdesk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// What people call it.
    pub name: Name,
}

/// What a user is in the account: the column `account_role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A first-line technician.
    L1Tech,
    /// An engineer: works on what was escalated, authors flows; covers the first line with `can_cover_l1`.
    Engineer,
    /// Administers the account.
    Admin,
    /// Owns the account.
    Owner,
    /// Looks on; has no part in the first line.
    Viewer,
}

impl Role {
    /// Every role, in the order of the documentation's table.
    pub const ALL: [Self; 5] = [Self::L1Tech, Self::Engineer, Self::Admin, Self::Owner, Self::Viewer];

    /// The role's name in JSON, in columns and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::L1Tech => "l1_tech",
            Self::Engineer => "engineer",
            Self::Admin => "admin",
            Self::Owner => "owner",
            Self::Viewer => "viewer",
        }
    }

    /// The role of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// A user of an account, as the directory has it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their identifier: the `sub` of their token.
    pub id: UserId,
    /// The account they belong to, and the only one whose data they ever see.
    pub account_id: AccountId,
    /// Their e-mail address.
    pub email: Email,
    /// What they are in the account.
    pub role: Role,
    /// Whether they may stand in for the first line.
    pub can_cover_l1: bool,
    /// Whether they may sign in at all.
    pub active: bool,
    /// How their identity provider names them, if they sign in with one.
    pub identity: Option<Identity>,
}

impl Listed for User {
    type Key = UserId;

    fn key(&self) -> UserId {
        self.id
    }
}

#[cfg(test)]
pub(super) mod tests {
    use uuid::Uuid;

    use super::*;

    pub(in crate::account) fn user(role: Role, can_cover_l1: bool, active: bool) -> User {
        User {
            id: Uuid::from_u128(1).into(),
            account_id: Uuid::from_u128(2).into(),
            email: Email::new("a@example.com").unwrap(),
            role,
            can_cover_l1,
            active,
            identity: None,
        }
    }

    #[test]
    fn every_role_is_found_by_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("L1_TECH"), None);
    }
}
