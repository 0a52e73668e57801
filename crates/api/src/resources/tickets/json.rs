//! Tickets and queue rows in JSON.

use chrono::{DateTime, Utc};
use firstline_domain::ports;
use firstline_domain::service::TicketView;
use firstline_domain::session::SessionState;
use firstline_domain::text::{CustomerContact, CustomerName};
use firstline_domain::ticket::TicketKind as DomainTicketKind;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::resources::names::{SessionStatus, TicketKind, TicketStatus};
use crate::resources::sessions::session::SessionSummary;
use crate::respond::time;

/// A ticket of the queue, with the state of its newest session.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueueRow<'a> {
    /// The id of the ticket.
    ticket_id: Uuid,
    /// Where the ticket is kept.
    ticket_kind: TicketKind,
    /// What the customer says is wrong.
    problem_statement: &'a str,
    /// The name of the caller; null where it is not known.
    #[schema(required)]
    customer_name: Option<&'a str>,
    /// The state of the ticket.
    status: TicketStatus,
    /// When the ticket was created.
    #[serde(serialize_with = "time")]
    created_at: DateTime<Utc>,
    /// The newest session; null where the ticket has none.
    #[schema(required)]
    session_id: Option<Uuid>,
    /// The state of that session; null where the ticket has none.
    #[schema(required)]
    session_status: Option<SessionStatus>,
    /// The user who started that session; null where the ticket has none.
    #[schema(required)]
    session_created_by_user_id: Option<Uuid>,
    /// When the last step or note was saved in that session; null where the ticket has none.
    #[serde(serialize_with = "time")]
    #[schema(required)]
    last_step_at: Option<DateTime<Utc>>,
}

/// A ticket with its sessions.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are the API's")]
pub(crate) struct Ticket<'a> {
    /// The id of the ticket.
    id: Uuid,
    /// Where the ticket is kept.
    ticket_kind: TicketKind,
    /// The user who took the call.
    created_by_user_id: Uuid,
    /// What the customer says is wrong.
    problem_statement: &'a str,
    /// The name of the caller; null where it is not known.
    #[schema(required)]
    customer_name: Option<&'a str>,
    /// How to reach the caller; null where it is not known.
    #[schema(required)]
    customer_contact: Option<&'a str>,
    /// The state of the ticket.
    status: TicketStatus,
    /// When the ticket was created.
    #[serde(serialize_with = "time")]
    created_at: DateTime<Utc>,
    /// When the ticket last changed.
    #[serde(serialize_with = "time")]
    updated_at: DateTime<Utc>,
    /// The sessions of the ticket, newest first.
    sessions: Vec<SessionSummary<'a>>,
}

impl<'a> From<&'a ports::QueueRow> for QueueRow<'a> {
    fn from(row: &'a ports::QueueRow) -> Self {
        Self {
            ticket_id: row.ticket_id.as_uuid(),
            ticket_kind: row.ticket_kind.into(),
            problem_statement: row.problem_statement.as_str(),
            customer_name: row.customer_name.as_ref().map(CustomerName::as_str),
            status: row.status.into(),
            created_at: row.created_at,
            session_id: row.session.map(|session| session.id.as_uuid()),
            session_status: row.session.map(|session| session.status.into()),
            session_created_by_user_id: row.session.map(|session| session.created_by.as_uuid()),
            last_step_at: row.session.map(|session| session.last_step_at),
        }
    }
}

impl<'a> From<&'a TicketView> for Ticket<'a> {
    fn from(TicketView { ticket: found, walk }: &'a TicketView) -> Self {
        let ticket = &found.ticket;
        let sessions = found.sessions.iter().map(|header| {
            let walk = walk.as_ref().filter(|_| matches!(header.state, SessionState::Active));
            SessionSummary::of(header, walk)
        });
        Self {
            id: ticket.id.as_uuid(),
            ticket_kind: DomainTicketKind::Internal.into(),
            created_by_user_id: ticket.created_by.as_uuid(),
            problem_statement: ticket.call.problem_statement.as_str(),
            customer_name: ticket.call.customer_name.as_ref().map(CustomerName::as_str),
            customer_contact: ticket.call.customer_contact.as_ref().map(CustomerContact::as_str),
            status: ticket.status.into(),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            sessions: sessions.collect(),
        }
    }
}
