//! What becomes of a draft: it is checked, published, and taken out of use; an old version becomes the draft again.

use actix_web::HttpResponse;

use super::flow::{Flow, flow_response};
use super::requests::{FlowPath, IfMatch, RestoreFlow};
use super::version::FlowReport;
use crate::endpoint::AuthorCall;
use crate::input::{expected_revision, read_path, read_path_and_body};
use crate::problem::Problem;
use crate::respond::json;

/// Checks the draft and lists its errors, which keep it from being published, and its warnings.
#[utoipa::path(post, path = "/api/v1/flows/{flow_id}/check", tag = "flows", operation_id = "check_flow",
    params(FlowPath),
    responses((status = 200, description = "The report.", body = FlowReport<'_>)))]
pub(crate) async fn check_flow(call: AuthorCall) -> Result<HttpResponse, Problem> {
    let FlowPath { flow_id: id } = read_path(&call.request)?;
    let (revision, report) = call.state.services.flows.check(call.actor, id).await?;
    Ok(json(&FlowReport::of(id, revision, &report), 1_024)?)
}

/// Publishes the draft as the next version, with the newest versions of its sub-flows.
///
/// Nothing happens where the latest version has that tree and those sub-flows already. A draft with errors is refused
/// with all of them, and with the warnings.
#[utoipa::path(post, path = "/api/v1/flows/{flow_id}/publish", tag = "flows", operation_id = "publish_flow",
    params(FlowPath, IfMatch),
    responses((status = 200, description = "The published flow.", body = Flow<'_>,
        headers(("ETag" = String, description = "The revision of the flow.")))))]
pub(crate) async fn publish_flow(call: AuthorCall) -> Result<HttpResponse, Problem> {
    let FlowPath { flow_id: id } = read_path(&call.request)?;
    let expected = expected_revision(&call.request)?;
    let flow = call.state.services.flows.publish(call.actor, id, expected).await?;
    Ok(flow_response(&Flow::from(&flow))?)
}

/// Takes the flow out of use: no new walk begins on it, and active walks go on.
#[utoipa::path(post, path = "/api/v1/flows/{flow_id}/archive", tag = "flows", operation_id = "archive_flow",
    params(FlowPath, IfMatch),
    responses((status = 200, description = "The archived flow.", body = Flow<'_>,
        headers(("ETag" = String, description = "The revision of the flow.")))))]
pub(crate) async fn archive_flow(call: AuthorCall) -> Result<HttpResponse, Problem> {
    let FlowPath { flow_id: id } = read_path(&call.request)?;
    let expected = expected_revision(&call.request)?;
    let flow = call.state.services.flows.archive(call.actor, id, expected).await?;
    Ok(flow_response(&Flow::from(&flow))?)
}

/// Makes a version the draft again. Published versions stay as they are; an archived flow gets the status `draft`.
#[utoipa::path(post, path = "/api/v1/flows/{flow_id}/restore", tag = "flows", operation_id = "restore_flow",
    params(FlowPath, IfMatch), request_body = RestoreFlow,
    responses((status = 200, description = "The flow with the draft.", body = Flow<'_>,
        headers(("ETag" = String, description = "The revision of the flow.")))))]
pub(crate) async fn restore_flow(call: AuthorCall) -> Result<HttpResponse, Problem> {
    let (path, RestoreFlow { version }) = read_path_and_body::<FlowPath, _>(&call.request, &call.body)?;
    let expected = expected_revision(&call.request)?;
    let flow = call.state.services.flows.restore(call.actor, path.flow_id, version, expected).await?;
    Ok(flow_response(&Flow::from(&flow))?)
}
