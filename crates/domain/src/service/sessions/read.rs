//! What can be looked at. Everything is the actor's account's; anything else is not there.

use super::error::WorkspaceError;
use super::guide::{ListedView, SessionView, current_walk};
use super::workspace::Workspace;
use crate::account::L1Actor;
use crate::fault;
use crate::ids::SessionId;
use crate::paging::{Listed, Page, SessionEventLimit};
use crate::ports::ListedSession;
use crate::session::{Event, step_marks, undone_steps};

/// How many of the caller's active sessions are listed at most.
pub const MAX_ACTIVE_LISTED: u16 = 20;

/// The most bytes of text that a list of sessions reads at once, as
/// [`Header::text_bytes`](crate::session::Header::text_bytes) counts them.
pub const MAX_LISTED_BYTES: u64 = 262_144;

impl Workspace {
    /// The actor's own active sessions, last touched first, at most [`MAX_ACTIVE_LISTED`]. Without `paths` all are
    /// headers; with them, those are that do not fit into [`MAX_LISTED_BYTES`]. [`session`](Self::session) reads one
    /// whole.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`].
    pub async fn active(&self, actor: L1Actor, paths: bool) -> Result<Vec<ListedView>, WorkspaceError> {
        let text_bytes = fault!("answers-unbounded", u64::MAX, if paths { MAX_LISTED_BYTES } else { 0 });
        let listed = self.sessions.active(actor.account_id(), actor.user_id(), MAX_ACTIVE_LISTED, text_bytes).await?;
        let mut views = Vec::with_capacity(listed.len());
        for session in listed {
            views.push(match session {
                ListedSession::Whole(session) => ListedView::Whole(self.seen(session).await?),
                ListedSession::Header(header) => {
                    let walk = current_walk(&header, self.guide(&header).await?)?;
                    ListedView::Header { header, walk }
                }
            });
        }
        Ok(views)
    }

    /// A session.
    ///
    /// # Errors
    /// [`WorkspaceError::SessionNotFound`], [`WorkspaceError::Store`].
    pub async fn session(&self, actor: L1Actor, id: SessionId) -> Result<SessionView, WorkspaceError> {
        let session = self.sessions.session(actor.account_id(), id).await?;
        let session = session.ok_or(WorkspaceError::SessionNotFound(id))?;
        fault!(
            "foreign-told-apart",
            if session.header.account_id != actor.account_id() {
                return Err(crate::ticket::TicketNotOpen { status: crate::ticket::TicketStatus::Open }.into());
            }
        );
        self.seen(session).await
    }

    /// A page of a session's events, by seq.
    ///
    /// # Errors
    /// [`WorkspaceError::SessionNotFound`], [`WorkspaceError::Store`].
    pub async fn events(
        &self,
        actor: L1Actor,
        id: SessionId,
        query: SessionEventQuery,
    ) -> Result<Page<EventView>, WorkspaceError> {
        let account_id = actor.account_id();
        let found = self.sessions.event_page(account_id, id, query.after, query.limit.rows_asked()).await?;
        let page = Page::of(found.ok_or(WorkspaceError::SessionNotFound(id))?, query.limit);
        // A step's undo may stand on another page.
        let undone = if query.after == 0 && page.next.is_none() {
            undone_steps(step_marks(&page.rows))
        } else {
            undone_steps(self.sessions.step_marks(account_id, id).await?)
        };
        Ok(page.map(|event| {
            let undone_by_seq = undone.get(&event.seq).copied();
            EventView { event, undone_by_seq }
        }))
    }
}

/// Which page of a session's events is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionEventQuery {
    /// The most events.
    pub limit: SessionEventLimit,
    /// Only events after this seq.
    pub after: i64,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// The event.
    pub event: Event,
    /// The seq of the event that undid it, if it is a step that was undone.
    pub undone_by_seq: Option<i64>,
}

impl Listed for EventView {
    type Key = i64;

    fn key(&self) -> i64 {
        self.event.seq
    }
}
