//! How walks begin from a call.

use actix_web::HttpResponse;
use firstline_domain::service::{EscalateWithoutWalk, Intake};
use firstline_domain::text::{EscalationReason, ReasonCategory};
use firstline_domain::ticket::CallDetails;

use super::session::{Session, WalkBegun, session_response, walk_begun_response};
use crate::endpoint::L1Call;
use crate::input::{Defects, Fields};
use crate::metrics::Outcome;
use crate::problem::Problem;
use crate::wire::schema;

/// Takes a call: makes a ticket and begins a walk on it.
///
/// With `flow_id` a flow is walked, with `flow_proposal_id` a proposal, with neither the session is ad hoc.
#[utoipa::path(post, path = "/api/v1/l1/intake", tag = "l1", operation_id = "intake",
    request_body = schema::Intake,
    responses((status = 200, description = "The walk has begun.", body = WalkBegun)))]
pub(crate) async fn intake(call: L1Call) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let mut fields = Fields::of(call.body, &mut defects);
    let (details, target) = (call_details(&mut fields), fields.target());
    let request = details.zip(target).map(|(call, target)| Intake { call, target });
    let request = defects.resolve(request)?;
    let begun = call.state.services.workspace.intake(call.actor, request).await?;
    call.state.shared.metrics().count_session(Outcome::Started);
    Ok(walk_begun_response(&begun)?)
}

/// Takes a call and hands it to an engineer at once.
///
/// Makes a ticket with an ad hoc session that is escalated already.
#[utoipa::path(post, path = "/api/v1/l1/escalate-without-walk", tag = "l1", operation_id = "escalate_without_walk",
    request_body = schema::EscalateWithoutWalk,
    responses((status = 200, description = "The escalated session.", body = Session<'_>)))]
pub(crate) async fn escalate_without_walk(call: L1Call) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let mut fields = Fields::of(call.body, &mut defects);
    let (details, escalation) = (call_details(&mut fields), escalation(&mut fields));
    let request = details.zip(escalation);
    let request =
        request.map(|(call, (reason, reason_category))| EscalateWithoutWalk { call, reason, reason_category });
    let request = defects.resolve(request)?;
    let session = call.state.services.workspace.escalate_without_walk(call.actor, request).await?;
    call.state.shared.metrics().count_session(Outcome::Started);
    call.state.shared.metrics().count_session(Outcome::Escalated);
    Ok(session_response(&session.into())?)
}

fn call_details(fields: &mut Fields<'_>) -> Option<CallDetails> {
    let problem_statement = fields.text("problem_statement");
    let customer_name = fields.customer_text("customer_name");
    let customer_contact = fields.customer_text("customer_contact");
    Some(CallDetails { problem_statement: problem_statement?, customer_name, customer_contact })
}

/// Why a call goes to an engineer. A missing reason is the empty one.
pub(super) fn escalation(fields: &mut Fields<'_>) -> Option<(EscalationReason, ReasonCategory)> {
    let category = fields.text("reason_category");
    let reason = fields.optional_text("reason");
    Some((reason.unwrap_or_else(EscalationReason::none_given), category?))
}
