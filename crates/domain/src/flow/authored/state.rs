//! What an authored flow is: its draft, its versions, and which of them is in use.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::clock::Instant;
use crate::flow::format::canonical;
use crate::flow::registered::FlowStatus;
use crate::flow::tree::Tree;
use crate::ids::{AccountId, FlowId, UserId};
use crate::text::Name;

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

/// The tree that is being worked on. It may have gaps: only publishing asks for a tree without errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The tree.
    pub tree: Tree,
    /// The version that it began as, if an old one was restored and not edited since.
    pub restored_from: Option<VersionNumber>,
    /// Who wrote it.
    pub edited_by: UserId,
    /// When.
    pub edited_at: Instant,
}

/// The newest published version, as far as the flow itself needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestVersion {
    /// Its number.
    pub number: VersionNumber,
    /// What people call the flow in it.
    pub name: Name,
    /// SHA-256, lower-case hexadecimal, of what a walk of it depends on: see [`fingerprint`].
    pub fingerprint: String,
}

/// A flow whose tree the server knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthoredFlow {
    /// Its identifier.
    pub id: FlowId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// Where it stands.
    pub status: FlowStatus,
    /// The tree that is being worked on.
    pub draft: Draft,
    /// The newest published version; a published flow's is the one that new walks take.
    pub latest: Option<LatestVersion>,
    /// Counts every change, from 1: what a client names in `If-Match`.
    pub revision: i64,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

impl AuthoredFlow {
    /// What people call it: as its newest version says, once it is or was in use; until then as its draft does.
    #[must_use]
    pub fn name(&self) -> &Name {
        match (self.status, &self.latest) {
            (FlowStatus::Published | FlowStatus::Archived, Some(latest)) => &latest.name,
            _ => &self.draft.tree.name,
        }
    }

    /// The version that a new walk takes: the newest, of a published flow only.
    #[must_use]
    pub fn walkable(&self) -> Option<VersionNumber> {
        match self.status {
            FlowStatus::Published => self.latest.as_ref().map(|latest| latest.number),
            FlowStatus::Draft | FlowStatus::Archived => None,
        }
    }
}

/// What tells two versions apart: the SHA-256, lower-case hexadecimal, of the canonical tree and the pinned versions.
#[must_use]
pub fn fingerprint(tree: &Tree, pins: &Pins) -> String {
    let mut hash = Sha256::new();
    hash.update(canonical(tree).as_bytes());
    for (flow, number) in pins {
        hash.update(format!("{flow} {number}\n").as_bytes());
    }
    crate::notes::hex(&hash.finalize())
}
