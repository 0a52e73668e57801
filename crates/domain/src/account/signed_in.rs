//! The signed-in user, and what they may do.

use super::access::AccessDenied;
use super::user::{Role, User};
use crate::ids::{AccountId, UserId};

/// An active user, with no more than that said of them. The only way to one is [`User::signed_in`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn(User);

impl SignedIn {
    /// Who it is.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.0
    }

    /// What they may do now.
    #[must_use]
    pub fn abilities(&self) -> Abilities {
        Abilities {
            l1: self.0.l1_access().is_ok(),
            manage_users: self.0.manages_users().is_ok(),
            author_flows: self.0.may_author_flows().is_ok(),
        }
    }
}

/// What a user may do in their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Work on the first line.
    pub l1: bool,
    /// Manage the account's users.
    pub manage_users: bool,
    /// Author flows.
    pub author_flows: bool,
}

/// A user who manages the users of their account. The only way to one is [`User::manages_users`], so a use case that
/// takes an `AccountManager` cannot be reached by anybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountManager {
    user_id: UserId,
    account_id: AccountId,
    owner: bool,
}

impl AccountManager {
    /// Who it is.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The account whose users they manage.
    #[must_use]
    pub const fn account_id(&self) -> AccountId {
        self.account_id
    }

    /// Whether they own the account: only then may they make, change and unmake owners.
    #[must_use]
    pub const fn is_owner(&self) -> bool {
        self.owner
    }
}

impl User {
    /// The rule of signing in: only who is active.
    ///
    /// # Errors
    /// [`AccessDenied::Inactive`].
    pub fn signed_in(self) -> Result<SignedIn, AccessDenied> {
        if self.active { Ok(SignedIn(self)) } else { Err(AccessDenied::Inactive) }
    }

    /// The access rule of user management: active admins and owners.
    ///
    /// # Errors
    /// [`AccessDenied::Inactive`] for an inactive user, whatever the role; else [`AccessDenied::UserManagementRequired`].
    pub fn manages_users(&self) -> Result<AccountManager, AccessDenied> {
        if !self.active {
            return Err(AccessDenied::Inactive);
        }
        match self.role {
            Role::Admin | Role::Owner => {}
            Role::L1Tech | Role::Engineer | Role::Viewer => return Err(AccessDenied::UserManagementRequired),
        }
        Ok(AccountManager { user_id: self.id, account_id: self.account_id, owner: self.role == Role::Owner })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::user::tests::user;

    #[test]
    fn admins_and_owners_manage_users_and_only_owners_own() {
        let denied = Err(AccessDenied::UserManagementRequired);
        let table = [
            (Role::L1Tech, denied),
            (Role::Engineer, denied),
            (Role::Admin, Ok(false)),
            (Role::Owner, Ok(true)),
            (Role::Viewer, denied),
        ];
        assert_eq!(table.len(), Role::ALL.len());
        for (role, expected) in table {
            for flag in [false, true] {
                let access = user(role, flag, true).manages_users().map(|manager| manager.is_owner());
                assert_eq!(access, expected, "{role:?}");
                assert_eq!(user(role, flag, false).manages_users(), Err(AccessDenied::Inactive), "{role:?}");
                assert_eq!(user(role, flag, false).signed_in(), Err(AccessDenied::Inactive), "{role:?}");
            }
        }
    }

    #[test]
    fn abilities_are_what_the_access_rules_say() {
        let table = [
            (Role::L1Tech, false, (true, false, false)),
            (Role::L1Tech, true, (true, false, false)),
            (Role::Engineer, false, (false, false, true)),
            (Role::Engineer, true, (true, false, true)),
            (Role::Admin, false, (false, true, true)),
            (Role::Owner, true, (true, true, true)),
            (Role::Viewer, true, (false, false, false)),
        ];
        for (role, flag, expected) in table {
            let may = user(role, flag, true).signed_in().unwrap().abilities();
            assert_eq!((may.l1, may.manage_users, may.author_flows), expected, "{role:?} {flag}");
        }
    }
}
