//! Flows and flow proposals, as far as intake needs to know them, wherever their trees live.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, FlowId, FlowProposalId};
use crate::text::Name;

/// Where a flow stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowStatus {
    /// Still being written: cannot be walked.
    Draft,
    /// In use.
    Published,
    /// Taken out of use: no new walk, running ones go on.
    Archived,
}

impl FlowStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Published, Self::Archived];

    /// The name in JSON, in columns and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }

    /// The status of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// Where a flow's decision tree lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TreeLocation {
    /// Elsewhere: the flow is *registered*, and its steps are recorded as the client sends them.
    External,
    /// Here: the flow is *authored*, and its walks follow a published version.
    Authored,
}

impl TreeLocation {
    /// Every location.
    pub const ALL: [Self; 2] = [Self::External, Self::Authored];

    /// The name in JSON and in columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Authored => "authored",
        }
    }

    /// The location of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tree| tree.as_str() == name)
    }
}

/// A flow of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Its identifier.
    pub id: FlowId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// What people call it.
    pub name: Name,
    /// Where it stands.
    pub status: FlowStatus,
    /// Where its tree lives.
    pub tree: TreeLocation,
}

impl Flow {
    /// Whether a new walk may start on it: only on a published one.
    #[must_use]
    pub fn can_be_walked(&self) -> bool {
        self.status == FlowStatus::Published
    }
}

/// A flow that was suggested and is not authored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowProposal {
    /// Its identifier.
    pub id: FlowProposalId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// What people call it.
    pub name: Name,
    /// Whether a walk of it was resolved as helpful. Once true it stays true.
    pub validated_by_outcome: bool,
}
