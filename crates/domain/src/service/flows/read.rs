//! What of flows can be looked at: everything by authors, what is published by the first line.

use super::error::FlowManagementError;
use super::management::FlowManagement;
use super::page::{FlowQuery, VersionQuery};
use crate::account::{FlowAuthor, FlowReader};
use crate::flow::authored::{AuthoredFlow, FlowVersion, TreeDiff, VersionNumber, check_draft, diff};
use crate::flow::check::Report;
use crate::flow::tree::Tree;
use crate::flow::{Flow, FlowStatus, TreeLocation};
use crate::ids::{AccountId, FlowId};
use crate::paging::Page;
use crate::ports::{FlowFilter, FlowHead, VersionHead};

/// A flow, as far as the caller may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowView {
    /// To an author: all of it.
    Authored(AuthoredFlow),
    /// To the first line, of a published flow: all but its draft.
    Published(AuthoredFlow),
    /// A registered flow.
    Registered(Flow),
}

/// One side of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowSide {
    /// The draft.
    Draft,
    /// A published version.
    Version(VersionNumber),
}

impl FlowManagement {
    /// A page of the account's flows. The first line sees published ones. They come by id, ascending: ids of version 7
    /// grow with time, so the first made comes first.
    ///
    /// # Errors
    /// [`FlowManagementError::Store`].
    pub async fn list(&self, reader: FlowReader, query: FlowQuery) -> Result<Page<FlowHead>, FlowManagementError> {
        let status = match (reader, query.status) {
            (FlowReader::Author(_), status) => status,
            (FlowReader::FirstLine(_), None | Some(FlowStatus::Published)) => Some(FlowStatus::Published),
            (FlowReader::FirstLine(_), Some(FlowStatus::Draft | FlowStatus::Archived)) => {
                return Ok(Page::last(Vec::new()));
            }
        };
        let rows = query.limit.rows_asked();
        let flows = self.flows.flows(reader.account_id(), FlowFilter { status }, query.after, rows).await?;
        Ok(Page::of(flows, query.limit))
    }

    /// A flow.
    ///
    /// # Errors
    /// [`FlowManagementError::FlowNotFound`], [`FlowManagementError::Store`].
    pub async fn flow(&self, reader: FlowReader, id: FlowId) -> Result<FlowView, FlowManagementError> {
        let account_id = reader.account_id();
        let not_found = FlowManagementError::FlowNotFound(id);
        let Some(flow) = self.flows.flow(account_id, id).await? else { return Err(not_found) };
        let view = match flow.tree {
            TreeLocation::External => FlowView::Registered(flow),
            TreeLocation::Authored => {
                // What was read first may have changed since: the status that counts is the one that is shown.
                let flow = self.authored(account_id, id).await?;
                match reader {
                    FlowReader::Author(_) => FlowView::Authored(flow),
                    FlowReader::FirstLine(_) => FlowView::Published(flow),
                }
            }
        };
        let is_published = match &view {
            FlowView::Authored(flow) | FlowView::Published(flow) => flow.walkable().is_some(),
            FlowView::Registered(flow) => flow.can_be_walked(),
        };
        match reader {
            FlowReader::FirstLine(_) if !is_published => Err(not_found),
            FlowReader::Author(_) | FlowReader::FirstLine(_) => Ok(view),
        }
    }

    /// An authored flow with its draft.
    ///
    /// # Errors
    /// [`FlowManagementError::FlowNotFound`], [`FlowManagementError::Store`].
    pub async fn draft(&self, author: FlowAuthor, id: FlowId) -> Result<AuthoredFlow, FlowManagementError> {
        self.authored(author.account_id(), id).await
    }

    /// A published version; for the first line the one that new walks take.
    ///
    /// # Errors
    /// [`FlowManagementError::FlowNotFound`], [`FlowManagementError::VersionNotFound`], [`FlowManagementError::Store`].
    pub async fn version(
        &self,
        reader: FlowReader,
        id: FlowId,
        number: VersionNumber,
    ) -> Result<FlowVersion, FlowManagementError> {
        let flow = self.seen(reader, id).await?;
        if matches!(reader, FlowReader::FirstLine(_)) && flow.walkable() != Some(number) {
            return Err(FlowManagementError::VersionNotFound(id, number));
        }
        self.version_of(reader.account_id(), id, number).await
    }

    /// A page of a flow's versions, newest first; for the first line the one that new walks take.
    ///
    /// # Errors
    /// [`FlowManagementError::FlowNotFound`], [`FlowManagementError::Store`].
    pub async fn versions(
        &self,
        reader: FlowReader,
        id: FlowId,
        query: VersionQuery,
    ) -> Result<Page<VersionHead>, FlowManagementError> {
        let flow = self.seen(reader, id).await?;
        let rows = query.limit.rows_asked();
        let mut versions = self.flows.flow_versions(reader.account_id(), id, query.after, rows).await?;
        if matches!(reader, FlowReader::FirstLine(_)) {
            versions.retain(|version| Some(version.number) == flow.walkable());
            return Ok(Page::last(versions));
        }
        Ok(Page::of(versions, query.limit))
    }

    /// What publishing the draft would find, with the draft's revision.
    ///
    /// # Errors
    /// [`FlowManagementError::FlowNotFound`], [`FlowManagementError::Store`].
    pub async fn check(&self, author: FlowAuthor, id: FlowId) -> Result<(i64, Report), FlowManagementError> {
        let flow = self.draft(author, id).await?;
        let known = self.known(author.account_id(), &flow.draft.tree).await?;
        Ok((flow.revision, check_draft(&flow, &known)))
    }

    /// What differs between two versions, or between a version and the draft.
    ///
    /// # Errors
    /// [`FlowManagementError::FlowNotFound`], [`FlowManagementError::VersionNotFound`], [`FlowManagementError::Store`].
    pub async fn diff(
        &self,
        author: FlowAuthor,
        id: FlowId,
        older: FlowSide,
        newer: FlowSide,
    ) -> Result<TreeDiff, FlowManagementError> {
        let flow = self.draft(author, id).await?;
        let (older, newer) = (self.side(&flow, older).await?, self.side(&flow, newer).await?);
        Ok(diff(&older, &newer))
    }

    async fn side(&self, flow: &AuthoredFlow, side: FlowSide) -> Result<Tree, FlowManagementError> {
        match side {
            FlowSide::Draft => Ok(flow.draft.tree.clone()),
            FlowSide::Version(number) => Ok(self.version_of(flow.account_id, flow.id, number).await?.tree),
        }
    }

    /// The authored flow, if `reader` may see it.
    async fn seen(&self, reader: FlowReader, id: FlowId) -> Result<AuthoredFlow, FlowManagementError> {
        match self.flow(reader, id).await? {
            FlowView::Authored(flow) | FlowView::Published(flow) => Ok(flow),
            FlowView::Registered(_) => Err(FlowManagementError::FlowNotFound(id)),
        }
    }

    pub(super) async fn authored(
        &self,
        account_id: AccountId,
        id: FlowId,
    ) -> Result<AuthoredFlow, FlowManagementError> {
        self.flows.authored(account_id, id).await?.ok_or(FlowManagementError::FlowNotFound(id))
    }

    pub(super) async fn version_of(
        &self,
        account_id: AccountId,
        id: FlowId,
        number: VersionNumber,
    ) -> Result<FlowVersion, FlowManagementError> {
        let version = self.flows.flow_version(account_id, id, number).await?;
        version.ok_or(FlowManagementError::VersionNotFound(id, number))
    }
}
