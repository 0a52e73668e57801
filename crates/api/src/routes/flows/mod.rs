//! Authored flows: looking at them, writing drafts. Publishing and what follows is in [`life`], versions in [`versions`].

pub(crate) mod export;
pub(crate) mod life;
pub(crate) mod versions;

use actix_web::{HttpRequest, HttpResponse};
use firstline_domain::account::FlowReader;
use firstline_domain::flow::FlowStatus;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::FlowId;
use firstline_domain::service::FlowQuery;

use crate::endpoint::{AuthorCall, ReaderCall};
use crate::input::{Defective, Defects, Document, Query, expected_revision, path_id, path_version};
use crate::paging::{List, link_next, read_cursor, read_limit};
use crate::problem::Problem;
use crate::wire::flow::{authored_answer, flow_answer, flows_answer, made_flow_answer};
use crate::wire::flow_document_schema::FlowDocument;
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
    responses((status = 200, description = "A page of the flows.", body = Vec<schema::FlowRow>,
        headers(("link" = Option<String>, description = "`<…>; rel=\"next\"`: where the next page is")))))]
pub(crate) async fn list_flows(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let query = read_query(&call.request, call.actor)?;
    let page = call.state.services.flows.list(call.actor, query).await?;
    let mut answer = flows_answer(&page.rows)?;
    if let Some(next) = &page.next {
        link_next::<Flows>(&mut answer, &reference(query), call.actor.account_id(), &query.status, next);
    }
    Ok(answer)
}

/// Makes a flow from a document: its first draft. An exported flow comes back byte for byte.
#[utoipa::path(post, path = "/api/v1/flows", tag = "flows", operation_id = "create_flow",
    request_body = FlowDocument,
    responses((status = 201, description = "The flow.", body = schema::Flow,
        headers(("location" = String, description = "Where the flow is"),
            ("etag" = String, description = "The flow's revision")))))]
pub(crate) async fn create_flow(call: AuthorCall<Document>) -> Result<HttpResponse, Problem> {
    let tree = call.body.tree()?;
    let flow = call.state.services.flows.create(call.actor, tree).await?;
    made_flow_answer(&flow)
}

/// A flow of the account. The draft is shown to who authors flows.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}", tag = "flows", operation_id = "read_flow",
    params(schema::FlowPath),
    responses((status = 200, description = "The flow.", body = schema::Flow,
        headers(("etag" = String, description = "The flow's revision; a registered flow has none")))))]
pub(crate) async fn read_flow(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let id = flow_id(&call.request)?;
    let flow = call.state.services.flows.flow(call.actor, id).await?;
    flow_answer(&flow)
}

/// Replaces the draft whole. What is published stays so.
#[utoipa::path(put, path = "/api/v1/flows/{flow_id}/draft", tag = "flows", operation_id = "edit_flow",
    params(schema::FlowPath, schema::IfMatch), request_body = FlowDocument,
    responses((status = 200, description = "The flow with the draft.", body = schema::Flow,
        headers(("etag" = String, description = "The flow's revision")))))]
pub(crate) async fn edit_flow(call: AuthorCall<Document>) -> Result<HttpResponse, Problem> {
    let id = flow_id(&call.request)?;
    let expected = expected_revision(&call.request)?;
    let tree = call.body.tree()?;
    let flow = call.state.services.flows.edit(call.actor, id, tree, expected).await?;
    authored_answer(&flow)
}

/// The flow that the path names, where it alone must be right.
fn flow_id(request: &HttpRequest) -> Result<FlowId, Problem> {
    let mut defects = Defects::default();
    let id = path_id(request, "flow_id", &mut defects);
    defects.resolve(id)
}

/// The version that the path names, where it alone must be right.
fn flow_and_version(request: &HttpRequest) -> Result<(FlowId, VersionNumber), Problem> {
    let mut defects = Defects::default();
    let (id, number) = (path_id(request, "flow_id", &mut defects), path_version(request, &mut defects));
    defects.resolve(id.zip(number))
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
