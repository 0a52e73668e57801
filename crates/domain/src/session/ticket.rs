//! A ticket and its sessions.

use super::state::{Header, SessionState};
use crate::ticket::{Ticket, TicketNotOpen, TicketStatus};

impl TicketStatus {
    /// The status that a ticket has while `session` is its newest session.
    #[must_use]
    pub const fn following(session: &Header) -> Self {
        match session.state {
            // The first event starts the session; any further one that leaves it active is work on it.
            SessionState::Active if session.version > 1 => Self::Walking,
            SessionState::Active | SessionState::Abandoned { .. } => Self::Open,
            SessionState::Resolved { .. } => Self::Resolved,
            SessionState::Escalated { .. } => Self::Escalated,
        }
    }
}

/// A ticket with all its sessions, newest first, without their paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketWithSessions {
    /// The ticket.
    pub ticket: Ticket,
    /// Its sessions by (`started_at`, id), descending.
    pub sessions: Vec<Header>,
}

impl TicketWithSessions {
    /// Puts a ticket and its sessions, in whatever order, together.
    #[must_use]
    pub fn new(ticket: Ticket, mut sessions: Vec<Header>) -> Self {
        sessions.sort_by_key(|session| std::cmp::Reverse((session.started_at, session.id)));
        Self { ticket, sessions }
    }

    /// Whether a new walk may start: the ticket is open and none of its sessions is active.
    ///
    /// # Errors
    /// [`TicketNotOpen`], with the ticket's status.
    pub fn may_start_walk(&self) -> Result<(), TicketNotOpen> {
        let busy = self.sessions.iter().any(|session| matches!(session.state, SessionState::Active));
        if self.ticket.status != TicketStatus::Open || busy {
            return Err(TicketNotOpen { status: self.ticket.status });
        }
        Ok(())
    }
}
