//! What an authored flow is: its draft, its versions, and which of them is in use.

use crate::clock::Instant;
use crate::digest::sha256_hex;
use crate::flow::format::canonical;
use crate::flow::registered::FlowStatus;
use crate::flow::tree::Tree;
use crate::flow::version::{Pins, VersionNumber};
use crate::ids::{AccountId, FlowId, UserId};
use crate::text::Name;

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
    let mut text = canonical(tree);
    text.extend(pins.iter().map(|(flow, number)| format!("{flow} {number}\n")));
    sha256_hex(text.as_bytes())
}
