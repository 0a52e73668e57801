//! Rows of the queue: the account's tickets, newest first.

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::ids::{SessionId, TicketId, UserId};
use crate::paging::Listed;
use crate::session::{SessionStatus, TicketWithSessions};
use crate::text::{CustomerName, ProblemStatement};
use crate::ticket::{TicketKind, TicketStatus};

/// The place of a row in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePosition {
    /// When that ticket was made.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub created_at: Instant,
    /// Which ticket it was.
    pub ticket_id: TicketId,
}

impl QueuePosition {
    /// The place as [`Ticket::place`](crate::ticket::Ticket::place) has it.
    #[must_use]
    pub const fn place(&self) -> (Instant, TicketId) {
        (self.created_at, self.ticket_id)
    }
}

/// A ticket's newest session, as the queue shows it: that is how a coverage engineer finds a colleague's call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueSession {
    /// The session.
    pub id: SessionId,
    /// Where it stands.
    pub status: SessionStatus,
    /// Who started it.
    pub created_by: UserId,
    /// When it was last touched.
    pub last_step_at: Instant,
}

/// One row of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Where it lives.
    pub ticket_kind: TicketKind,
    /// What the call is about.
    pub problem_statement: ProblemStatement,
    /// Who calls.
    pub customer_name: Option<CustomerName>,
    /// Where the ticket stands.
    pub status: TicketStatus,
    /// When the call was taken.
    pub created_at: Instant,
    /// The newest session by (`started_at`, id).
    pub session: Option<QueueSession>,
}

impl QueueRow {
    /// The row that shows `found`.
    #[must_use]
    pub fn of(found: &TicketWithSessions) -> Self {
        let ticket = &found.ticket;
        Self {
            ticket_id: ticket.id,
            ticket_kind: TicketKind::Internal,
            problem_statement: ticket.call.problem_statement.clone(),
            customer_name: ticket.call.customer_name.clone(),
            status: ticket.status,
            created_at: ticket.created_at,
            session: found.sessions.first().map(|header| QueueSession {
                id: header.id,
                status: header.state.status(),
                created_by: header.created_by,
                last_step_at: header.last_step_at,
            }),
        }
    }
}

impl Listed for QueueRow {
    type Key = QueuePosition;

    fn key(&self) -> QueuePosition {
        QueuePosition { created_at: self.created_at, ticket_id: self.ticket_id }
    }
}
