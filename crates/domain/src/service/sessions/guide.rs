//! Guided walks: the version that a session walks, and where it stands in it.

use std::sync::Arc;

use super::error::WorkspaceError;
use super::workspace::Workspace;
use crate::error::StoreError;
use crate::flow::authored::VersionNumber;
use crate::flow::walk::{CompiledFlow, Walk};
use crate::ids::{AccountId, FlowId};
use crate::session::{CorruptHistory, Header, Session, SessionStatus, TicketWithSessions};

/// A session as a technician sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub session: Session,
    /// Where its walk stands, while it is active and guided.
    pub walk: Option<Walk>,
}

/// A session in a list that is bounded in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListedView {
    /// The whole session.
    Whole(SessionView),
    /// A session without path and notes.
    Header {
        /// The session's header.
        header: Header,
        /// Where its walk stands, while it is active and guided.
        walk: Option<Walk>,
    },
}

/// A ticket as a technician sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketView {
    /// The ticket and its sessions.
    pub ticket: TicketWithSessions,
    /// Where the walk of its active session stands, if that is guided. It has at most one active session.
    pub walk: Option<Walk>,
}

impl From<Session> for SessionView {
    /// A session that is not guided, or has ended.
    fn from(session: Session) -> Self {
        Self { session, walk: None }
    }
}

impl Workspace {
    /// The version that the session with this header walks, while it is active and guided. Versions never change and are
    /// kept, so this mostly asks no store.
    pub(in crate::service) async fn guide(&self, header: &Header) -> Result<Option<Arc<CompiledFlow>>, WorkspaceError> {
        match (header.target.flow_id(), header.flow_version) {
            (Some(flow), Some(version)) if header.state.status() == SessionStatus::Active => {
                self.version(header.account_id, flow, version).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// A published version of the account's flow.
    pub(super) async fn version(
        &self,
        account_id: AccountId,
        flow: FlowId,
        version: VersionNumber,
    ) -> Result<Arc<CompiledFlow>, WorkspaceError> {
        let found = self.compiled.compiled(account_id, flow, version).await?;
        found.ok_or_else(|| StoreError::corrupt("flow_versions", flow, "a version that is walked is missing").into())
    }

    /// The session beside where it stands.
    pub(super) async fn seen(&self, session: Session) -> Result<SessionView, WorkspaceError> {
        let guide = self.guide(&session.header).await?;
        let walk = current_walk(&session.header, guide)?;
        Ok(SessionView { session, walk })
    }
}

/// Where the session with this header stands in the version that it walks.
pub(in crate::service) fn current_walk(
    header: &Header,
    guide: Option<Arc<CompiledFlow>>,
) -> Result<Option<Walk>, WorkspaceError> {
    let Some(guide) = guide.filter(|_| header.state.status() == SessionStatus::Active) else { return Ok(None) };
    let walk = header.next_node_id.clone().and_then(|node| Walk::resume(guide, node, header.answered()));
    let off = || WorkspaceError::Corrupt { session_id: header.id, source: CorruptHistory::OffItsFlow };
    walk.ok_or_else(off).map(Some)
}
