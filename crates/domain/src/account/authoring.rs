//! Who may author flows, and who may read them.

use super::access::{AccessDenied, L1Actor};
use super::user::{Role, User};
use crate::ids::{AccountId, UserId};

/// A user who may author flows. The only way to one is [`User::may_author_flows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowAuthor {
    user_id: UserId,
    account_id: AccountId,
}

impl FlowAuthor {
    /// Who it is.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The account whose flows they author.
    #[must_use]
    pub const fn account_id(&self) -> AccountId {
        self.account_id
    }
}

/// A user who may read flows: authors all of them, the first line what is published. The only way to one is
/// [`User::may_read_flows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowReader {
    /// They author flows: drafts, archived flows and old versions are there for them.
    Author(FlowAuthor),
    /// They walk flows: only what is published is there for them.
    FirstLine(L1Actor),
}

impl FlowReader {
    /// The account whose flows they read.
    #[must_use]
    pub const fn account_id(&self) -> AccountId {
        match self {
            Self::Author(author) => author.account_id(),
            Self::FirstLine(actor) => actor.account_id(),
        }
    }
}

impl User {
    /// The rule of authoring: active engineers, admins and owners do, whether they cover the first line or not.
    ///
    /// # Errors
    /// [`AccessDenied::Inactive`] for an inactive user, whatever the role; else [`AccessDenied::FlowAuthoringRequired`]
    /// for L1 technicians and viewers.
    pub fn may_author_flows(&self) -> Result<FlowAuthor, AccessDenied> {
        if !self.active {
            return Err(AccessDenied::Inactive);
        }
        match self.role {
            Role::Engineer | Role::Admin | Role::Owner => {
                Ok(FlowAuthor { user_id: self.id, account_id: self.account_id })
            }
            Role::L1Tech | Role::Viewer => Err(AccessDenied::FlowAuthoringRequired),
        }
    }

    /// The rule of reading flows: who authors them, and else who works on the first line.
    ///
    /// # Errors
    /// [`AccessDenied::Inactive`] for an inactive user, whatever the role; else [`AccessDenied::FlowAccessRequired`] for
    /// viewers.
    pub fn may_read_flows(&self) -> Result<FlowReader, AccessDenied> {
        match (self.may_author_flows(), self.l1_access()) {
            (Ok(author), _) => Ok(FlowReader::Author(author)),
            (Err(_), Ok(actor)) => Ok(FlowReader::FirstLine(actor)),
            (Err(AccessDenied::Inactive), Err(_)) => Err(AccessDenied::Inactive),
            (Err(_), Err(_)) => Err(AccessDenied::FlowAccessRequired),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::user::tests::user;

    #[test]
    fn authors_read_all_flows_technicians_published_ones_and_viewers_none() {
        for flag in [false, true] {
            for role in Role::ALL {
                let user = user(role, flag, true);
                let expected = match role {
                    Role::L1Tech => user.l1_access().map(FlowReader::FirstLine),
                    Role::Engineer | Role::Admin | Role::Owner => user.may_author_flows().map(FlowReader::Author),
                    Role::Viewer => Err(AccessDenied::FlowAccessRequired),
                };
                assert_eq!(user.may_read_flows(), expected, "{role:?} {flag}");
                assert_eq!(expected.is_ok(), role != Role::Viewer, "{role:?}");
            }
        }
        for role in Role::ALL {
            assert_eq!(user(role, true, false).may_read_flows(), Err(AccessDenied::Inactive), "{role:?}");
        }
    }
}
