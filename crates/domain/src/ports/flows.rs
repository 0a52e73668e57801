//! What a store must do so that flows can be authored and walked.

use async_trait::async_trait;

use super::put::PutOutcome;
use crate::clock::Instant;
use crate::error::StoreError;
use crate::flow::authored::{AuthoredFlow, FlowChange, FlowVersion, VersionNumber};
use crate::flow::{Flow, FlowProposal, FlowStatus, TreeLocation};
use crate::ids::{AccountId, FlowId, FlowProposalId, UserId};
use crate::paging::Listed;
use crate::text::Name;

/// Which flows are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlowFilter {
    /// Only those in this status; all without.
    pub status: Option<FlowStatus>,
}

/// A flow as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowHead {
    /// Its identifier.
    pub id: FlowId,
    /// What people call it.
    pub name: Name,
    /// Where it stands.
    pub status: FlowStatus,
    /// Where its tree lives.
    pub tree: TreeLocation,
    /// The newest published version, of an authored flow that has one.
    pub latest: Option<VersionNumber>,
}

impl Listed for FlowHead {
    type Key = FlowId;

    fn key(&self) -> FlowId {
        self.id
    }
}

/// A published version as a list shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionHead {
    /// The flow.
    pub flow_id: FlowId,
    /// Its number.
    pub number: VersionNumber,
    /// Who published it.
    pub published_by: UserId,
    /// When.
    pub published_at: Instant,
}

impl Listed for VersionHead {
    type Key = VersionNumber;

    fn key(&self) -> VersionNumber {
        self.number
    }
}

/// How a flow that can be walked is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walkable {
    /// Its tree lives elsewhere: steps are recorded as they come.
    External,
    /// By this version, from the first step to the last.
    Version(VersionNumber),
}

/// What became of a [`FlowChange`]. Anything but `Saved` has written nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowSaveOutcome {
    /// All of it is written.
    Saved,
    /// The flow has another revision by now, or, of a new one, its id is taken in the account: read it and decide again.
    Conflict,
    /// There is no such account.
    AccountNotFound,
}

/// Knows flows, their versions, and flow proposals.
#[async_trait]
pub trait FlowStore: Send + Sync {
    /// The flow with that id in the account, registered or authored.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn flow(&self, account_id: AccountId, id: FlowId) -> Result<Option<Flow>, StoreError>;

    /// Makes a registered flow, or replaces the one with that id in the same account; an authored one is left as it is.
    /// Another account's flow of that id is another flow.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put_flow(&self, flow: &Flow) -> Result<PutOutcome, StoreError>;

    /// How a new walk of the flow goes: nothing when it is not the account's, or not published.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn walkable(&self, account_id: AccountId, id: FlowId) -> Result<Option<Walkable>, StoreError>;

    /// The account's flows that `filter` takes, by id ascending, at most `rows`, only those after `after`, if given.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn flows(
        &self,
        account_id: AccountId,
        filter: FlowFilter,
        after: Option<FlowId>,
        rows: u16,
    ) -> Result<Vec<FlowHead>, StoreError>;

    /// The authored flow with that id in the account.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn authored(&self, account_id: AccountId, id: FlowId) -> Result<Option<AuthoredFlow>, StoreError>;

    /// Writes an accepted change, with the version that is published by it, if the flow still has the expected revision,
    /// 0 for one that is not there yet: of any number of savers from one revision exactly one is `Saved`.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be tried or its end is unknown, and what [`FlowChange::check`] says.
    async fn save_flow(&self, change: FlowChange) -> Result<FlowSaveOutcome, StoreError>;

    /// A published version.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn flow_version(
        &self,
        account_id: AccountId,
        id: FlowId,
        number: VersionNumber,
    ) -> Result<Option<FlowVersion>, StoreError>;

    /// A flow's published versions, the newest first, at most `rows`, only those older than `after`, if given.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn flow_versions(
        &self,
        account_id: AccountId,
        id: FlowId,
        after: Option<VersionNumber>,
        rows: u16,
    ) -> Result<Vec<VersionHead>, StoreError>;

    /// A mark of all the account's authored flows that any change of one makes greater: how many changes they have had, which is
    /// the sum of their revisions, as flows are never deleted. Asked at each suggestion: let it cost the same however many flows
    /// there are.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn flows_mark(&self, account_id: AccountId) -> Result<i64, StoreError>;

    /// What of the account's authored flows is published, each in the version that new walks take, by id ascending.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn published(&self, account_id: AccountId) -> Result<Vec<(FlowId, VersionNumber)>, StoreError>;

    /// The flow proposal with that id in the account.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn proposal(&self, account_id: AccountId, id: FlowProposalId) -> Result<Option<FlowProposal>, StoreError>;

    /// Makes the proposal, or renames the one with that id in the same account; `validated_by_outcome` never goes from
    /// true to false.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put_proposal(&self, proposal: &FlowProposal) -> Result<PutOutcome, StoreError>;
}
