//! Use cases of tickets: the queue, and one ticket with its sessions.

use super::sessions::{TicketView, Workspace, WorkspaceError, current_walk};
use crate::account::L1Actor;
use crate::ids::TicketId;
use crate::paging::{Page, PageLimit};
use crate::ports::{QueuePosition, QueueRow};
use crate::session::SessionState;
use crate::ticket::TicketStatus;

/// Which page of the queue is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueQuery {
    /// Only tickets with this status; all without.
    pub status: Option<TicketStatus>,
    /// The most rows.
    pub limit: PageLimit,
    /// Only rows after this place.
    pub after: Option<QueuePosition>,
}

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

    /// A ticket with its sessions.
    ///
    /// # Errors
    /// [`WorkspaceError::TicketNotFound`], [`WorkspaceError::Store`].
    pub async fn ticket(&self, actor: L1Actor, id: TicketId) -> Result<TicketView, WorkspaceError> {
        let ticket = self.sessions.ticket(actor.account_id(), id).await?;
        let ticket = ticket.ok_or(WorkspaceError::TicketNotFound(id))?;
        let active = ticket.sessions.iter().find(|session| matches!(session.state, SessionState::Active));
        let walk = match active {
            Some(header) => current_walk(header, self.guide(header).await?)?,
            None => None,
        };
        Ok(TicketView { ticket, walk })
    }
}
