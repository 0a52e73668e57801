//! Tickets: looking at one, and walking one that is open again.

use actix_web::HttpResponse;

use super::json::Ticket;
use crate::endpoint::L1Call;
use crate::input::{Defects, Fields, path_id};
use crate::metrics::Outcome;
use crate::problem::Problem;
use crate::resources::sessions::session::{WalkBegun, walk_begun_response};
use crate::respond::json;
use crate::wire::schema;

/// A ticket of the account with its sessions, newest first, without their paths and notes.
#[utoipa::path(get, path = "/api/v1/l1/tickets/{ticket_id}", tag = "l1", operation_id = "read_ticket",
    params(schema::TicketPath),
    responses((status = 200, description = "The ticket.", body = Ticket<'_>)))]
pub(crate) async fn read_ticket(call: L1Call) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "ticket_id", &mut defects);
    let id = defects.resolve(id)?;
    let ticket = call.state.services.workspace.ticket(call.actor, id).await?;
    Ok(json(&Ticket::from(&ticket), 1_024 * (1 + ticket.ticket.sessions.len()))?)
}

/// Begins a walk on an open ticket that nobody walks.
///
/// An empty body counts as `{}`: the walk is ad hoc.
#[utoipa::path(post, path = "/api/v1/l1/tickets/{ticket_id}/walk", tag = "l1", operation_id = "walk_ticket",
    params(schema::TicketPath), request_body = Option<schema::Walk>,
    responses((status = 200, description = "The walk has begun.", body = WalkBegun)))]
pub(crate) async fn walk_ticket(call: L1Call) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "ticket_id", &mut defects);
    let target = Fields::of(call.body, &mut defects).target();
    let (id, target) = defects.resolve(id.zip(target))?;
    let begun = call.state.services.workspace.walk(call.actor, id, target).await?;
    call.state.shared.metrics().count_session(Outcome::Started);
    Ok(walk_begun_response(&begun)?)
}
