//! What can be looked at. Everything is the actor's account's; anything else is not there.

use super::error::WorkspaceError;
use super::guide::standing;
use super::{ListedView, MAX_ACTIVE_LISTED, MAX_LISTED_BYTES, SessionView, TicketView, Workspace};
use crate::account::L1Actor;
use crate::ids::{SessionId, TicketId};
use crate::paging::{Listed, Page, SessionEventLimit};
use crate::ports::ListedSession;
use crate::queue::{QueueQuery, QueueRow};
use crate::session::{Event, SessionState, step_marks, undone_steps};

impl Workspace {
    /// A page of the account's tickets, by (`created_at`, id), descending.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`].
    pub async fn queue(&self, actor: L1Actor, query: QueueQuery) -> Result<Page<QueueRow>, WorkspaceError> {
        let QueueQuery { status, limit, after } = query;
        let rows = self.sessions.queue(actor.account_id(), status, after, limit.rows_asked()).await?;
        Ok(Page::of(rows, limit))
    }

    /// The actor's own active sessions, last touched first, at most [`MAX_ACTIVE_LISTED`]. Without `paths` all are
    /// headers; with them, those are that do not fit into [`MAX_LISTED_BYTES`]. [`session`](Self::session) reads one
    /// whole.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`].
    pub async fn active(&self, actor: L1Actor, paths: bool) -> Result<Vec<ListedView>, WorkspaceError> {
        let text_bytes = if paths { MAX_LISTED_BYTES } else { 0 };
        #[cfg(feature = "sabotage")]
        let text_bytes = if crate::sabotage::planted("answers-unbounded") { u64::MAX } else { text_bytes };
        let listed = self.sessions.active(actor.account_id(), actor.user_id(), MAX_ACTIVE_LISTED, text_bytes).await?;
        let mut views = Vec::with_capacity(listed.len());
        for session in listed {
            views.push(match session {
                ListedSession::Whole(session) => ListedView::Whole(self.seen(session).await?),
                ListedSession::Header(header) => {
                    let walk = standing(&header, self.guide(&header).await?)?;
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
        #[cfg(feature = "sabotage")]
        if crate::sabotage::planted("foreign-told-apart")
            && session.as_ref().is_some_and(|session| session.header.account_id != actor.account_id())
        {
            return Err(crate::ticket::TicketNotOpen { status: crate::ticket::TicketStatus::Open }.into());
        }
        self.seen(session.ok_or(WorkspaceError::SessionNotFound(id))?).await
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

    /// A ticket with its sessions.
    ///
    /// # Errors
    /// [`WorkspaceError::TicketNotFound`], [`WorkspaceError::Store`].
    pub async fn ticket(&self, actor: L1Actor, id: TicketId) -> Result<TicketView, WorkspaceError> {
        let ticket = self.sessions.ticket(actor.account_id(), id).await?;
        let ticket = ticket.ok_or(WorkspaceError::TicketNotFound(id))?;
        let active = ticket.sessions.iter().find(|session| matches!(session.state, SessionState::Active));
        let walk = match active {
            Some(header) => standing(header, self.guide(header).await?)?,
            None => None,
        };
        Ok(TicketView { ticket, walk })
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
