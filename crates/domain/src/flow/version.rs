//! Published versions of a flow.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::tree::Tree;
use crate::clock::Instant;
use crate::ids::{AccountId, FlowId, UserId};

/// The number of a published version, from 1 without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct VersionNumber(u32);

impl VersionNumber {
    /// The first version.
    pub const FIRST: Self = Self(1);

    /// The version with that number; there is no version 0.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The version after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl From<VersionNumber> for u32 {
    fn from(number: VersionNumber) -> Self {
        number.0
    }
}

/// There is no version 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("versions count from 1")]
pub struct NoVersion;

impl TryFrom<u32> for VersionNumber {
    type Error = NoVersion;

    fn try_from(number: u32) -> Result<Self, NoVersion> {
        Self::new(number).ok_or(NoVersion)
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The published versions of the sub-flows that a version runs: they never change for it.
pub type Pins = BTreeMap<FlowId, VersionNumber>;

/// A published version: it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowVersion {
    /// The flow.
    pub flow_id: FlowId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// Its number.
    pub number: VersionNumber,
    /// Its tree.
    pub tree: Tree,
    /// The versions of its sub-flows.
    pub pins: Pins,
    /// Who published it.
    pub published_by: UserId,
    /// When.
    pub published_at: Instant,
}
