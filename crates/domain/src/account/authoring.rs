//! Who may author flows.

use super::{Role, User};
use crate::ids::{AccountId, UserId};

/// Why somebody may not author flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthoringDenied {
    /// The user is not active: they count as not signed in.
    #[error("the user is not active")]
    Inactive,
    /// Their role does not author flows.
    #[error("flow authoring access required")]
    AuthorRequired,
}

/// Somebody who may author flows. The only way to one is [`User::may_author_flows`].
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

impl User {
    /// The rule of authoring: active engineers, admins and owners do, whether they cover the first line or not.
    ///
    /// # Errors
    /// [`AuthoringDenied::Inactive`] for an inactive user, whatever the role; else [`AuthoringDenied::AuthorRequired`]
    /// for L1 technicians and viewers.
    pub fn may_author_flows(&self) -> Result<FlowAuthor, AuthoringDenied> {
        if !self.active {
            return Err(AuthoringDenied::Inactive);
        }
        match self.role {
            Role::Engineer | Role::Admin | Role::Owner => {
                Ok(FlowAuthor { user_id: self.id, account_id: self.account_id })
            }
            Role::L1Tech | Role::Viewer => Err(AuthoringDenied::AuthorRequired),
        }
    }
}
