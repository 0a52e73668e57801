//! Tickets, alone and as rows of the queue.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use firstline_domain::error::StoreError;
use firstline_domain::ports::{IdleSession, QueueRow, QueueSession};
use firstline_domain::session::{Header, SessionStatus, TicketWithSessions};
use firstline_domain::text::{CustomerContact, CustomerName, ProblemStatement};
use firstline_domain::ticket::{CallDetails, Ticket, TicketKind, TicketStatus};
use uuid::Uuid;

use super::header::HeaderRow;
use super::table::Table;
use crate::sql_types::{Instant, Uid};

/// A ticket beside one of its sessions.
#[derive(QueryableByName)]
pub(crate) struct TicketRow {
    #[diesel(sql_type = Uid)]
    t_account_id: Uuid,
    #[diesel(sql_type = Uid)]
    t_id: Uuid,
    #[diesel(sql_type = Uid)]
    t_created_by_user_id: Uuid,
    #[diesel(sql_type = Text)]
    t_problem_statement: String,
    #[diesel(sql_type = Nullable<Text>)]
    t_customer_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    t_customer_contact: Option<String>,
    #[diesel(sql_type = Text)]
    t_status: String,
    #[diesel(sql_type = Instant)]
    t_created_at: DateTime<Utc>,
    #[diesel(sql_type = Instant)]
    t_updated_at: DateTime<Utc>,
    #[diesel(embed)]
    session: Option<HeaderRow>,
}

/// The ticket of these rows, with the session of each.
pub(crate) fn with_sessions(rows: Vec<TicketRow>) -> Result<Option<TicketWithSessions>, StoreError> {
    let mut sessions = Vec::new();
    let mut ticket = None;
    for mut row in rows {
        if let Some(session) = row.session.take() {
            sessions.push(Header::try_from(session)?);
        }
        if ticket.is_none() {
            ticket = Some(row.ticket()?);
        }
    }
    Ok(ticket.map(|ticket| TicketWithSessions { ticket, sessions }))
}

impl TicketRow {
    fn ticket(self) -> Result<Ticket, StoreError> {
        let table = Table("tickets", self.t_id);
        let customer_contact = match self.t_customer_contact {
            None => None,
            Some(contact) => Some(table.checked("customer_contact", CustomerContact::stored(contact))?),
        };
        Ok(Ticket {
            id: self.t_id.into(),
            account_id: self.t_account_id.into(),
            created_by: self.t_created_by_user_id.into(),
            call: CallDetails {
                problem_statement: problem_statement(&table, self.t_problem_statement)?,
                customer_name: customer_name(&table, self.t_customer_name)?,
                customer_contact,
            },
            status: table.known("status", TicketStatus::parse(&self.t_status))?,
            created_at: self.t_created_at,
            updated_at: self.t_updated_at,
        })
    }
}

fn problem_statement(table: &Table, text: String) -> Result<ProblemStatement, StoreError> {
    table.checked("problem_statement", ProblemStatement::stored(text))
}

fn customer_name(table: &Table, name: Option<String>) -> Result<Option<CustomerName>, StoreError> {
    name.map(|name| table.checked("customer_name", CustomerName::stored(name))).transpose()
}

/// A ticket in the queue, with its newest session.
#[derive(QueryableByName)]
pub(crate) struct QueueTicketRow {
    #[diesel(sql_type = Uid)]
    ticket_id: Uuid,
    #[diesel(sql_type = Text)]
    problem_statement: String,
    #[diesel(sql_type = Nullable<Text>)]
    customer_name: Option<String>,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Instant)]
    created_at: DateTime<Utc>,
    #[diesel(embed)]
    session: Option<QueueSessionRow>,
}

#[derive(QueryableByName)]
struct QueueSessionRow {
    #[diesel(sql_type = Uid)]
    session_id: Uuid,
    #[diesel(sql_type = Text)]
    session_status: String,
    #[diesel(sql_type = Uid)]
    session_created_by_user_id: Uuid,
    #[diesel(sql_type = Instant)]
    last_step_at: DateTime<Utc>,
}

impl TryFrom<QueueTicketRow> for QueueRow {
    type Error = StoreError;

    fn try_from(row: QueueTicketRow) -> Result<Self, StoreError> {
        let table = Table("tickets", row.ticket_id);
        Ok(Self {
            ticket_id: row.ticket_id.into(),
            ticket_kind: TicketKind::Internal,
            problem_statement: problem_statement(&table, row.problem_statement)?,
            customer_name: customer_name(&table, row.customer_name)?,
            status: table.known("status", TicketStatus::parse(&row.status))?,
            created_at: row.created_at,
            session: row.session.map(QueueSession::try_from).transpose()?,
        })
    }
}

impl TryFrom<QueueSessionRow> for QueueSession {
    type Error = StoreError;

    fn try_from(row: QueueSessionRow) -> Result<Self, StoreError> {
        let table = Table("walk_sessions", row.session_id);
        Ok(Self {
            id: row.session_id.into(),
            status: table.known("status", SessionStatus::parse(&row.session_status))?,
            created_by: row.session_created_by_user_id.into(),
            last_step_at: row.last_step_at,
        })
    }
}

/// A session that nobody has touched for a while.
#[derive(QueryableByName)]
pub(crate) struct IdleRow {
    #[diesel(sql_type = Uid)]
    account_id: Uuid,
    #[diesel(sql_type = Uid)]
    id: Uuid,
    #[diesel(sql_type = Instant)]
    last_step_at: DateTime<Utc>,
}

impl From<IdleRow> for IdleSession {
    fn from(row: IdleRow) -> Self {
        Self { account_id: row.account_id.into(), session_id: row.id.into(), last_step_at: row.last_step_at }
    }
}
