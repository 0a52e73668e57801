//! What can be looked at. Everything is the actor's account's; anything else is not there.

use super::guide::standing;
use super::{MAX_ACTIVE_LISTED, SessionView, TicketView, Workspace};
use crate::account::L1Actor;
use crate::error::WorkspaceError;
use crate::ids::{SessionId, TicketId};
use crate::queue::{QueueCursor, QueuePage, QueuePosition, QueueQuery, QueueRow};
use crate::session::{Event, SessionState};

impl Workspace {
    /// A page of the account's tickets, newest first.
    ///
    /// # Errors
    /// [`WorkspaceError::Store`].
    pub async fn queue(&self, actor: L1Actor, query: QueueQuery) -> Result<QueuePage, WorkspaceError> {
        // One row more than is shown tells whether there is a next page.
        let mut rows =
            self.sessions.queue(actor.account_id(), query.status, query.after, query.limit.get() + 1).await?;
        let more = query.limit.cut(&mut rows);
        let next = rows.last().filter(|_| more).map(|last| cursor_after(actor, &query, last));
        Ok(QueuePage { rows, next })
    }

    /// The actor's own active sessions, last touched first, at most [`MAX_ACTIVE_LISTED`].
    ///
    /// # Errors
    /// [`WorkspaceError::Store`].
    pub async fn active(&self, actor: L1Actor) -> Result<Vec<SessionView>, WorkspaceError> {
        let sessions = self.sessions.active(actor.account_id(), actor.user_id(), MAX_ACTIVE_LISTED).await?;
        let mut seen = Vec::with_capacity(sessions.len());
        for session in sessions {
            seen.push(self.seen(session).await?);
        }
        Ok(seen)
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

    /// A session's events, oldest first.
    ///
    /// # Errors
    /// [`WorkspaceError::SessionNotFound`], [`WorkspaceError::Store`].
    pub async fn events(&self, actor: L1Actor, id: SessionId) -> Result<Vec<Event>, WorkspaceError> {
        let events = self.sessions.events(actor.account_id(), id).await?;
        events.ok_or(WorkspaceError::SessionNotFound(id))
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

fn cursor_after(actor: L1Actor, query: &QueueQuery, last: &QueueRow) -> QueueCursor {
    QueueCursor {
        account_id: actor.account_id(),
        status: query.status,
        after: QueuePosition { created_at: last.created_at, ticket_id: last.ticket_id },
    }
}
