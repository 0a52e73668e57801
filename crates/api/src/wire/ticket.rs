//! Tickets and queue rows in answers.

use actix_web::HttpResponse;
use firstline_domain::ids::{SessionId, TicketId, UserId};
use firstline_domain::ports::QueueRow;
use firstline_domain::service::TicketView;
use firstline_domain::session::SessionState;
use firstline_domain::text::{CustomerContact, CustomerName};
use firstline_domain::ticket::TicketKind;
use serde::Serialize;

use super::session::append_header;
use super::{Time, append, append_array};
use crate::observe::json;
use crate::problem::Problem;

#[derive(Serialize)]
struct Row<'a> {
    ticket_id: TicketId,
    ticket_kind: &'static str,
    problem_statement: &'a str,
    customer_name: Option<&'a str>,
    status: &'static str,
    created_at: Time,
    session_id: Option<SessionId>,
    session_status: Option<&'static str>,
    session_created_by_user_id: Option<UserId>,
    last_step_at: Option<Time>,
}

/// Writes one row.
pub(crate) fn append_row(out: &mut Vec<u8>, row: &QueueRow) -> Result<(), Problem> {
    let row = Row {
        ticket_id: row.ticket_id,
        ticket_kind: row.ticket_kind.as_str(),
        problem_statement: row.problem_statement.as_str(),
        customer_name: row.customer_name.as_ref().map(CustomerName::as_str),
        status: row.status.as_str(),
        created_at: Time(row.created_at),
        session_id: row.session.map(|session| session.id),
        session_status: row.session.map(|session| session.status.as_str()),
        session_created_by_user_id: row.session.map(|session| session.created_by),
        last_step_at: row.session.map(|session| Time(session.last_step_at)),
    };
    append(out, &row)
}

/// How many bytes the text of a page has, which is nearly all of its JSON.
pub(crate) fn queue_bytes(rows: &[QueueRow]) -> usize {
    rows.iter().map(|row| row.problem_statement.as_str().len() + 512).sum()
}

/// The answer with a page of the queue.
pub(crate) fn queue_answer(rows: &[QueueRow]) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(2 + queue_bytes(rows));
    append_array(&mut out, rows, append_row)?;
    Ok(json(out))
}

#[derive(Serialize)]
struct TicketHead<'a> {
    id: TicketId,
    ticket_kind: &'static str,
    created_by_user_id: UserId,
    problem_statement: &'a str,
    customer_name: Option<&'a str>,
    customer_contact: Option<&'a str>,
    status: &'static str,
    created_at: Time,
    updated_at: Time,
}

/// The answer with a ticket and its sessions.
pub(crate) fn ticket_answer(TicketView { ticket: found, walk }: &TicketView) -> Result<HttpResponse, Problem> {
    let ticket = &found.ticket;
    let head = TicketHead {
        id: ticket.id,
        ticket_kind: TicketKind::Internal.as_str(),
        created_by_user_id: ticket.created_by,
        problem_statement: ticket.call.problem_statement.as_str(),
        customer_name: ticket.call.customer_name.as_ref().map(CustomerName::as_str),
        customer_contact: ticket.call.customer_contact.as_ref().map(CustomerContact::as_str),
        status: ticket.status.as_str(),
        created_at: Time(ticket.created_at),
        updated_at: Time(ticket.updated_at),
    };
    let mut out = Vec::with_capacity(1_024 * (1 + found.sessions.len()));
    append(&mut out, &head)?;
    out.pop();
    out.extend_from_slice(b",\"sessions\":");
    append_array(&mut out, &found.sessions, |out, header| {
        let walk = walk.as_ref().filter(|_| matches!(header.state, SessionState::Active));
        append_header(out, header, walk)
    })?;
    out.push(b'}');
    Ok(json(out))
}
