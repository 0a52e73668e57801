//! Tickets: looking at one, and walking one that is open again.

use actix_web::HttpResponse;

use super::json::Ticket;
use super::requests::TicketPath;
use crate::endpoint::L1Call;
use crate::input::{read_path, read_path_and_body};
use crate::metrics::Outcome;
use crate::problem::Problem;
use crate::resources::sessions::requests::Walk;
use crate::resources::sessions::session::{WalkBegun, walk_begun_response};
use crate::respond::json;

/// Returns a ticket of the account with its sessions, newest first.
///
/// The sessions come without their paths and notes.
#[utoipa::path(get, path = "/api/v1/l1/tickets/{ticket_id}", tag = "l1", operation_id = "read_ticket",
    params(TicketPath),
    responses((status = 200, description = "The ticket.", body = Ticket<'_>)))]
pub(crate) async fn read_ticket(call: L1Call) -> Result<HttpResponse, Problem> {
    let TicketPath { ticket_id: id } = read_path(&call.request)?;
    let ticket = call.state.services.workspace.ticket(call.actor, id).await?;
    Ok(json(&Ticket::from(&ticket), 1_024 * (1 + ticket.ticket.sessions.len()))?)
}

/// Begins a walk on an open ticket that has no active session.
///
/// An empty body counts as `{}`: the walk is ad hoc.
#[utoipa::path(post, path = "/api/v1/l1/tickets/{ticket_id}/walk", tag = "l1", operation_id = "walk_ticket",
    params(TicketPath), request_body = Walk,
    responses((status = 200, description = "The walk has begun.", body = WalkBegun)))]
pub(crate) async fn walk_ticket(call: L1Call) -> Result<HttpResponse, Problem> {
    let (TicketPath { ticket_id: id }, walk) = read_path_and_body::<_, Walk>(&call.request, &call.body)?;
    let begun = call.state.services.workspace.walk(call.actor, id, walk.into()).await?;
    call.state.shared.metrics().count_session(Outcome::Started);
    Ok(walk_begun_response(&begun)?)
}
