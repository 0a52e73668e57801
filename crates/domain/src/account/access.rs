//! Who may work on the first line, and why a user may not do what they ask for.

use serde::{Deserialize, Serialize};

use super::user::{Role, User};
use crate::fault;
use crate::ids::{AccountId, UserId};

/// In what capacity a user who is not an L1 technician worked on the first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActingAs {
    /// A coverage engineer, by the flag `can_cover_l1`.
    L1Coverage,
}

impl ActingAs {
    /// Every capacity.
    pub const ALL: [Self; 1] = [Self::L1Coverage];

    /// The name in JSON and in columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::L1Coverage => "l1_coverage",
        }
    }

    /// The capacity of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        (name == Self::L1Coverage.as_str()).then_some(Self::L1Coverage)
    }
}

/// Why a user may not do what they ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessDenied {
    /// The user is not active: they count as not signed in.
    #[error("the user is not active")]
    Inactive,
    /// Their role, or the missing `can_cover_l1`, leaves them no part in the first line.
    #[error("L1 access required")]
    L1AccessRequired,
    /// Their role leaves them no part in managing users.
    #[error("User management access required")]
    UserManagementRequired,
    /// Their role does not author flows.
    #[error("Flow authoring access required")]
    FlowAuthoringRequired,
    /// Their role neither authors nor walks flows.
    #[error("Flow access required")]
    FlowAccessRequired,
}

/// A user who may work on the first line. The only way to one is [`User::l1_access`], so a use case that takes an
/// `L1Actor` cannot be reached by anybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct L1Actor {
    user_id: UserId,
    account_id: AccountId,
    acting_as: Option<ActingAs>,
}

impl L1Actor {
    /// Who it is.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The account whose data they work on.
    #[must_use]
    pub const fn account_id(&self) -> AccountId {
        self.account_id
    }

    /// `None` for an L1 technician.
    #[must_use]
    pub const fn acting_as(&self) -> Option<ActingAs> {
        self.acting_as
    }
}

impl User {
    /// The access rule of the first line.
    ///
    /// | role | without `can_cover_l1` | with it |
    /// |---|---|---|
    /// | `l1_tech` | allowed | allowed, the same |
    /// | `engineer`, `admin`, `owner` | denied | allowed, acting as `l1_coverage` |
    /// | `viewer` | denied | denied |
    ///
    /// # Errors
    /// [`AccessDenied::Inactive`] for an inactive user, whatever the role; else [`AccessDenied::L1AccessRequired`] as
    /// the table says.
    pub fn l1_access(&self) -> Result<L1Actor, AccessDenied> {
        if !self.active {
            return Err(AccessDenied::Inactive);
        }
        let acting_as = match (self.role, self.can_cover_l1) {
            (Role::L1Tech, _) => None,
            (Role::Engineer | Role::Admin | Role::Owner, true) => Some(ActingAs::L1Coverage),
            (Role::Engineer | Role::Admin | Role::Owner, false) | (Role::Viewer, _) => {
                fault!("role-forgotten", None, return Err(AccessDenied::L1AccessRequired))
            }
        };
        Ok(L1Actor { user_id: self.id, account_id: self.account_id, acting_as })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::user::tests::user;

    #[test]
    fn the_access_table_holds_for_every_role_and_flag() {
        use AccessDenied::L1AccessRequired;
        let coverage = Ok(Some(ActingAs::L1Coverage));
        let denied = Err(L1AccessRequired);
        let table = [
            (Role::L1Tech, Ok(None), Ok(None)),
            (Role::Engineer, denied, coverage),
            (Role::Admin, denied, coverage),
            (Role::Owner, denied, coverage),
            (Role::Viewer, denied, denied),
        ];
        assert_eq!(table.len(), Role::ALL.len());
        for (role, without, with) in table {
            let access = |flag| user(role, flag, true).l1_access().map(|actor| actor.acting_as());
            assert_eq!(access(false), without, "{role:?} without the flag");
            assert_eq!(access(true), with, "{role:?} with the flag");
        }
    }

    #[test]
    fn an_inactive_user_has_no_access_whatever_the_role() {
        for role in Role::ALL {
            assert_eq!(user(role, true, false).l1_access(), Err(AccessDenied::Inactive));
        }
    }
}
