//! The one write path: read the flow, decide, save if still current, else decide again.

use super::error::FlowManagementError;
use super::management::FlowManagement;
use super::revision::ExpectedRevision;
use crate::account::FlowAuthor;
use crate::flow::authored::{self, AuthoredFlow, FlowChange, FlowPlan, FlowRefusal, FlowVersion, VersionNumber};
use crate::flow::tree::Tree;
use crate::ids::FlowId;
use crate::ports::FlowSaveOutcome;
use crate::service::retry::{Attempt, retry_on_conflict};

/// What is asked of a flow.
enum Command {
    Edit(Tree),
    Publish,
    Archive,
    Restore(VersionNumber),
}

impl FlowManagement {
    /// Makes a flow with its first draft.
    ///
    /// # Errors
    /// [`FlowManagementError::IdTaken`], [`FlowManagementError::AccountNotFound`], [`FlowManagementError::Store`].
    pub async fn create(&self, author: FlowAuthor, tree: Tree) -> Result<AuthoredFlow, FlowManagementError> {
        self.create_as(FlowId::generate(self.ids.as_ref()), author, tree).await
    }

    /// Makes a flow of that id with its first draft: for flows that are brought along under ids of their own.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn create_as(
        &self,
        id: FlowId,
        author: FlowAuthor,
        tree: Tree,
    ) -> Result<AuthoredFlow, FlowManagementError> {
        let flow = authored::create(id, author, tree, self.clock.now());
        let change = FlowChange { flow: flow.clone(), expected_revision: 0, version: None };
        match self.flows.save_flow(change).await? {
            FlowSaveOutcome::Saved => Ok(flow),
            FlowSaveOutcome::Conflict => Err(FlowManagementError::IdTaken(id)),
            FlowSaveOutcome::AccountNotFound => Err(FlowManagementError::AccountNotFound(author.account_id())),
        }
    }

    /// Replaces the draft whole. `expected` is the revision that the author read, if they say so.
    ///
    /// # Errors
    /// [`FlowManagementError::FlowNotFound`]; [`FlowManagementError::Refused`] as the rules say;
    /// [`FlowManagementError::Contended`], [`FlowManagementError::Store`].
    pub async fn edit(
        &self,
        author: FlowAuthor,
        id: FlowId,
        tree: Tree,
        expected: impl Into<ExpectedRevision>,
    ) -> Result<AuthoredFlow, FlowManagementError> {
        self.carry_out(author, id, Command::Edit(tree), expected.into()).await
    }

    /// Publishes the draft as the next version. Sub-flows are pinned as they are published now: what is published of them
    /// while this is written changes nothing, as a version never does.
    ///
    /// # Errors
    /// As [`edit`](Self::edit).
    pub async fn publish(
        &self,
        author: FlowAuthor,
        id: FlowId,
        expected: impl Into<ExpectedRevision>,
    ) -> Result<AuthoredFlow, FlowManagementError> {
        self.carry_out(author, id, Command::Publish, expected.into()).await
    }

    /// Takes the flow out of use.
    ///
    /// # Errors
    /// As [`edit`](Self::edit).
    pub async fn archive(
        &self,
        author: FlowAuthor,
        id: FlowId,
        expected: impl Into<ExpectedRevision>,
    ) -> Result<AuthoredFlow, FlowManagementError> {
        self.carry_out(author, id, Command::Archive, expected.into()).await
    }

    /// Makes an old version the draft again.
    ///
    /// # Errors
    /// [`FlowManagementError::VersionNotFound`], and as [`edit`](Self::edit).
    pub async fn restore(
        &self,
        author: FlowAuthor,
        id: FlowId,
        number: VersionNumber,
        expected: impl Into<ExpectedRevision>,
    ) -> Result<AuthoredFlow, FlowManagementError> {
        self.carry_out(author, id, Command::Restore(number), expected.into()).await
    }

    async fn carry_out(
        &self,
        author: FlowAuthor,
        id: FlowId,
        command: Command,
        expected: ExpectedRevision,
    ) -> Result<AuthoredFlow, FlowManagementError> {
        let (clock, contended) = (self.clock.as_ref(), FlowManagementError::Contended(id));
        retry_on_conflict(clock, self.contention_deadline, contended, (), |()| async {
            let flow = self.authored(author.account_id(), id).await?;
            let change = match self.decide(&flow, &command, expected.at(flow.revision), author).await? {
                FlowPlan::Unchanged => return Ok(Attempt::Done(flow)),
                FlowPlan::Change(change) => *change,
            };
            let after = change.flow.clone();
            match self.flows.save_flow(change).await? {
                FlowSaveOutcome::Saved => Ok(Attempt::Done(after)),
                FlowSaveOutcome::Conflict => Ok(Attempt::Conflict(())),
                FlowSaveOutcome::AccountNotFound => Err(FlowManagementError::AccountNotFound(author.account_id())),
            }
        })
        .await
    }

    async fn decide(
        &self,
        flow: &AuthoredFlow,
        command: &Command,
        expected: Option<i64>,
        author: FlowAuthor,
    ) -> Result<FlowPlan, FlowManagementError> {
        let now = self.clock.now();
        let plan: Result<FlowPlan, FlowRefusal> = match command {
            Command::Edit(tree) => authored::edit(flow, tree.clone(), expected, author, now),
            Command::Publish => {
                let known = self.known(flow.account_id, &flow.draft.tree).await?;
                authored::publish(flow, &known, expected, author, now)
            }
            Command::Archive => authored::archive(flow, expected, now),
            Command::Restore(number) => {
                let version: FlowVersion = self.version_of(flow.account_id, flow.id, *number).await?;
                authored::restore(flow, &version, expected, author, now)
            }
        };
        Ok(plan?)
    }
}
