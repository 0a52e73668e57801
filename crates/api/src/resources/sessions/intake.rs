//! How walks begin from a call.

use actix_web::HttpResponse;

use super::requests::{EscalateWithoutWalk, Intake};
use super::session::{Session, WalkBegun, session_response, walk_begun_response};
use crate::endpoint::L1Call;
use crate::input::read_body;
use crate::metrics::Outcome;
use crate::problem::Problem;

/// Takes a call: creates a ticket and begins a walk on it.
///
/// With `flow_id` a flow is walked, with `flow_proposal_id` a proposal, with neither the session is ad hoc.
#[utoipa::path(post, path = "/api/v1/l1/intake", tag = "l1", operation_id = "intake",
    request_body = Intake,
    responses((status = 200, description = "The walk has begun.", body = WalkBegun)))]
pub(crate) async fn intake(call: L1Call) -> Result<HttpResponse, Problem> {
    let request = read_body::<Intake>(&call.body)?.into();
    let begun = call.state.services.workspace.intake(call.actor, request).await?;
    call.state.shared.metrics().count_session(Outcome::Started);
    Ok(walk_begun_response(&begun)?)
}

/// Takes a call and escalates it to an engineer without a walk.
///
/// Creates a ticket with an ad hoc session that is already escalated.
#[utoipa::path(post, path = "/api/v1/l1/escalate-without-walk", tag = "l1", operation_id = "escalate_without_walk",
    request_body = EscalateWithoutWalk,
    responses((status = 200, description = "The escalated session.", body = Session<'_>)))]
pub(crate) async fn escalate_without_walk(call: L1Call) -> Result<HttpResponse, Problem> {
    let request = read_body::<EscalateWithoutWalk>(&call.body)?.into();
    let session = call.state.services.workspace.escalate_without_walk(call.actor, request).await?;
    call.state.shared.metrics().count_session(Outcome::Started);
    call.state.shared.metrics().count_session(Outcome::Escalated);
    Ok(session_response(&session.into())?)
}
