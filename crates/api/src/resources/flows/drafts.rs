//! Flows: looking at them, and writing drafts.

use actix_web::HttpResponse;
use firstline_domain::service::FlowQuery;

use super::document::FlowDocument;
use super::flow::{Flow, FlowRow, flow_response, made_flow_response};
use super::requests::{FlowPath, Flows, IfMatch};
use crate::endpoint::{AuthorCall, ReaderCall};
use crate::input::{Document, InvalidParams, Query, expected_revision, read_path};
use crate::paging::{Asked, PageParams, link_next, read_page};
use crate::problem::Problem;
use crate::respond::json;

/// Lists the account's flows, registered and authored, by id. Technicians see published flows only.
///
/// Where more rows follow, the header `Link` has a relative reference to the next page.
#[utoipa::path(get, path = "/api/v1/flows", tag = "flows", operation_id = "list_flows",
    params(PageParams<Flows>),
    responses((status = 200, description = "A page of the flows.", body = Vec<FlowRow<'_>>,
        headers(("Link" = Option<String>,
            description = "The next page: `<…>; rel=\"next\"`. Missing on the last page.")))))]
pub(crate) async fn list_flows(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let (mut invalid, account_id) = (InvalidParams::default(), call.actor.account_id());
    let query = Query::only(&call.request, &PageParams::<Flows>::names(), &mut invalid);
    let asked = read_page::<Flows>(&query, account_id, &mut invalid);
    let Asked { filter: status, limit, after } = invalid.finish(asked)?;
    let query = FlowQuery { status, limit, after };
    let page = call.state.services.flows.list(call.actor, query).await?;
    let flows: Vec<FlowRow<'_>> = page.rows.iter().map(FlowRow::from).collect();
    let mut answer = json(&flows, 2 + 192 * flows.len())?;
    if let Some(next) = &page.next {
        link_next::<Flows>(&mut answer, &reference(query), account_id, &status, next);
    }
    Ok(answer)
}

/// Creates a flow from a document, which becomes the first draft. An exported flow comes back byte for byte.
#[utoipa::path(post, path = "/api/v1/flows", tag = "flows", operation_id = "create_flow",
    request_body = FlowDocument<'_>,
    responses((status = 201, description = "The flow.", body = Flow<'_>,
        headers(("Location" = String, description = "The path of the flow."),
            ("ETag" = String, description = "The revision of the flow.")))))]
pub(crate) async fn create_flow(call: AuthorCall<Document>) -> Result<HttpResponse, Problem> {
    let tree = call.body.tree()?;
    let flow = call.state.services.flows.create(call.actor, tree).await?;
    Ok(made_flow_response(&flow)?)
}

/// Returns a flow of the account. Only authors see the draft.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}", tag = "flows", operation_id = "read_flow",
    params(FlowPath),
    responses((status = 200, description = "The flow.", body = Flow<'_>,
        headers(("ETag" = String, description = "The revision of the flow; missing for a registered flow.")))))]
pub(crate) async fn read_flow(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let FlowPath { flow_id: id } = read_path(&call.request)?;
    let flow = call.state.services.flows.flow(call.actor, id).await?;
    Ok(flow_response(&Flow::from(&flow))?)
}

/// Replaces the whole draft. Published versions stay as they are.
#[utoipa::path(put, path = "/api/v1/flows/{flow_id}/draft", tag = "flows", operation_id = "edit_flow",
    params(FlowPath, IfMatch), request_body = FlowDocument<'_>,
    responses((status = 200, description = "The flow with the draft.", body = Flow<'_>,
        headers(("ETag" = String, description = "The revision of the flow.")))))]
pub(crate) async fn edit_flow(call: AuthorCall<Document>) -> Result<HttpResponse, Problem> {
    let FlowPath { flow_id: id } = read_path(&call.request)?;
    let expected = expected_revision(&call.request)?;
    let tree = call.body.tree()?;
    let flow = call.state.services.flows.edit(call.actor, id, tree, expected).await?;
    Ok(flow_response(&Flow::from(&flow))?)
}

/// The first page of the flows.
fn reference(query: FlowQuery) -> String {
    let status = query.status.map(|status| format!("&status={}", status.as_str())).unwrap_or_default();
    format!("/api/v1/flows?limit={}{status}", query.limit.get())
}
