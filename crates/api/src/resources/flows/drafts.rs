//! Flows: looking at them, and writing drafts.

use actix_web::{HttpRequest, HttpResponse};
use firstline_domain::account::FlowReader;
use firstline_domain::flow::FlowStatus;
use firstline_domain::ids::FlowId;
use firstline_domain::service::FlowQuery;

use super::document::FlowDocument;
use super::flow::{Flow, FlowRow, flow_response, made_flow_response};
use super::path::flow_id;
use crate::endpoint::{AuthorCall, ReaderCall};
use crate::input::{Defective, Defects, Document, Query, expected_revision};
use crate::paging::{List, link_next, read_cursor, read_limit};
use crate::problem::Problem;
use crate::respond::json;
use crate::wire::flow_schema as schema;

/// The flows, as their cursors know them.
struct Flows;

impl List for Flows {
    const NAME: &'static str = "flows";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this list, with the same status";
    type Filter = Option<FlowStatus>;
    type Key = FlowId;
}

/// The account's flows, registered and authored, by id. Technicians see published ones alone.
///
/// Where more follow, the header `Link` names the next page as a relative reference.
#[utoipa::path(get, path = "/api/v1/flows", tag = "flows", operation_id = "list_flows",
    params(schema::FlowsParams),
    responses((status = 200, description = "A page of the flows.", body = Vec<FlowRow<'_>>,
        headers(("link" = Option<String>, description = "`<…>; rel=\"next\"`: where the next page is")))))]
pub(crate) async fn list_flows(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let query = read_query(&call.request, call.actor)?;
    let page = call.state.services.flows.list(call.actor, query).await?;
    let flows: Vec<FlowRow<'_>> = page.rows.iter().map(FlowRow::from).collect();
    let mut answer = json(&flows, 2 + 192 * flows.len())?;
    if let Some(next) = &page.next {
        link_next::<Flows>(&mut answer, &reference(query), call.actor.account_id(), &query.status, next);
    }
    Ok(answer)
}

/// Makes a flow from a document: its first draft. An exported flow comes back byte for byte.
#[utoipa::path(post, path = "/api/v1/flows", tag = "flows", operation_id = "create_flow",
    request_body = FlowDocument<'_>,
    responses((status = 201, description = "The flow.", body = Flow<'_>,
        headers(("location" = String, description = "Where the flow is"),
            ("etag" = String, description = "The flow's revision")))))]
pub(crate) async fn create_flow(call: AuthorCall<Document>) -> Result<HttpResponse, Problem> {
    let tree = call.body.tree()?;
    let flow = call.state.services.flows.create(call.actor, tree).await?;
    Ok(made_flow_response(&flow)?)
}

/// A flow of the account. The draft is shown to who authors flows.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}", tag = "flows", operation_id = "read_flow",
    params(schema::FlowPath),
    responses((status = 200, description = "The flow.", body = Flow<'_>,
        headers(("etag" = String, description = "The flow's revision; a registered flow has none")))))]
pub(crate) async fn read_flow(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let id = flow_id(&call.request)?;
    let flow = call.state.services.flows.flow(call.actor, id).await?;
    Ok(flow_response(&Flow::from(&flow))?)
}

/// Replaces the draft whole. What is published stays so.
#[utoipa::path(put, path = "/api/v1/flows/{flow_id}/draft", tag = "flows", operation_id = "edit_flow",
    params(schema::FlowPath, schema::IfMatch), request_body = FlowDocument<'_>,
    responses((status = 200, description = "The flow with the draft.", body = Flow<'_>,
        headers(("etag" = String, description = "The flow's revision")))))]
pub(crate) async fn edit_flow(call: AuthorCall<Document>) -> Result<HttpResponse, Problem> {
    let id = flow_id(&call.request)?;
    let expected = expected_revision(&call.request)?;
    let tree = call.body.tree()?;
    let flow = call.state.services.flows.edit(call.actor, id, tree, expected).await?;
    Ok(flow_response(&Flow::from(&flow))?)
}

fn read_query(request: &HttpRequest, reader: FlowReader) -> Result<FlowQuery, Problem> {
    let mut defects = Defects::default();
    let query = &Query::only(request, &["status", "limit", "cursor"], &mut defects);
    let status = read_status(query, &mut defects);
    let limit = read_limit(query, &mut defects);
    let after = read_cursor::<Flows>(query, reader.account_id(), status.as_ref().ok(), &mut defects);
    let request = match (status, limit, after) {
        (Ok(status), Ok(limit), Ok(after)) => Some(FlowQuery { status, limit, after }),
        _ => None,
    };
    defects.resolve(request)
}

fn read_status(query: &Query, defects: &mut Defects) -> Result<Option<FlowStatus>, Defective> {
    let Some(name) = query.get("status", defects) else { return Ok(None) };
    let status = FlowStatus::parse(name);
    if status.is_none() {
        let all = FlowStatus::ALL.map(FlowStatus::as_str).join(", ");
        defects.add("/query/status", format!("must be one of {all}"));
    }
    status.map(Some).ok_or(Defective)
}

/// The first page of the flows.
fn reference(query: FlowQuery) -> String {
    let status = query.status.map(|status| format!("&status={}", status.as_str())).unwrap_or_default();
    format!("/api/v1/flows?limit={}{status}", query.limit.get())
}
