//! What has happened to an account's users: append-only events, numbered from 1 without gaps within the account.

use serde::{Deserialize, Serialize};

use super::change::UserDetails;
use crate::account::{Identity, Role, User};
use crate::clock::Instant;
use crate::error::EventUnreadable;
use crate::ids::UserId;
use crate::paging::Listed;
use crate::text::Email;

/// One accepted change of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEvent {
    /// Its number in the account, from 1 without gaps.
    pub seq: i64,
    /// Whom it is about.
    pub user_id: UserId,
    /// What happened.
    pub data: UserEventData,
    /// Who did it; `None` for the system: the command line and provisioning.
    pub actor_user_id: Option<UserId>,
    /// When; never before the event with the seq before.
    pub at: Instant,
}

impl Listed for UserEvent {
    type Key = i64;

    fn key(&self) -> i64 {
        self.seq
    }
}

/// What happened, with its particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserEventData {
    /// The user was made.
    Created(UserDetails),
    /// At least one thing about them changed.
    Changed(Changed),
}

/// What changed about a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Each field that changed, once.
    pub changes: Vec<FieldChange>,
}

/// One field's values before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum FieldChange {
    /// The e-mail address.
    Email {
        /// What it was.
        before: Email,
        /// What it became.
        after: Email,
    },
    /// The role.
    AccountRole {
        /// What it was.
        before: Role,
        /// What it became.
        after: Role,
    },
    /// The flag.
    #[serde(rename = "can_cover_l1")]
    CanCoverL1 {
        /// What it was.
        before: bool,
        /// What it became.
        after: bool,
    },
    /// Whether they may sign in.
    Active {
        /// What it was.
        before: bool,
        /// What it became.
        after: bool,
    },
    /// The identity; `None` where there was none.
    Identity {
        /// What it was.
        before: Option<Identity>,
        /// What it became.
        after: Option<Identity>,
    },
}

impl Changed {
    /// What is different between two states of one user; `None` when nothing is.
    #[must_use]
    pub fn between(before: &User, after: &User) -> Option<Self> {
        let mut changes = Vec::new();
        if before.email != after.email {
            changes.push(FieldChange::Email { before: before.email.clone(), after: after.email.clone() });
        }
        if before.role != after.role {
            changes.push(FieldChange::AccountRole { before: before.role, after: after.role });
        }
        if before.can_cover_l1 != after.can_cover_l1 {
            changes.push(FieldChange::CanCoverL1 { before: before.can_cover_l1, after: after.can_cover_l1 });
        }
        if before.active != after.active {
            changes.push(FieldChange::Active { before: before.active, after: after.active });
        }
        if before.identity != after.identity {
            changes.push(FieldChange::Identity { before: before.identity.clone(), after: after.identity.clone() });
        }
        (!changes.is_empty()).then_some(Self { changes })
    }
}

impl UserEventData {
    const CREATED: &str = "user_created";
    const CHANGED: &str = "user_changed";

    /// The name in JSON and in columns.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Created(_) => Self::CREATED,
            Self::Changed(_) => Self::CHANGED,
        }
    }

    /// The particulars as a JSON object, for a store's column and for answers. What it holds per kind:
    ///
    /// | kind | members |
    /// |---|---|
    /// | `user_created` | `email`, `account_role`, `can_cover_l1`, `active`, `identity` |
    /// | `user_changed` | `changes`: an array of `field`, `before`, `after` |
    ///
    /// # Errors
    /// Whatever `serde_json` says; it has no reason to, as every part is a string, bool or null.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::Created(details) => serde_json::to_string(details),
            Self::Changed(changed) => serde_json::to_string(changed),
        }
    }

    /// Reads back what [`to_json`](Self::to_json) wrote for an event of `kind`.
    ///
    /// # Errors
    /// [`EventUnreadable`] when the kind is unknown or the data does not fit it: the row is damaged.
    pub fn from_json(kind: &str, data: &str) -> Result<Self, EventUnreadable> {
        // The library's message may repeat the text, so it is left out.
        let read = match kind {
            Self::CREATED => serde_json::from_str(data).ok().map(Self::Created),
            Self::CHANGED => serde_json::from_str(data).ok().map(Self::Changed),
            _ => None,
        };
        read.ok_or_else(|| EventUnreadable { kind: kind.to_owned() })
    }
}
