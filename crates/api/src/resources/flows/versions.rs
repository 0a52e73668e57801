//! Published versions, and what differs between them.

use actix_web::HttpResponse;
use actix_web::http::header::ETAG;
use firstline_domain::service::VersionQuery;

use super::requests::{DiffParams, FlowPath, FlowVersionPath, FlowVersions};
use super::version::{FlowDiff, FlowVersion, FlowVersionRow};
use crate::endpoint::{AuthorCall, ReaderCall};
use crate::input::{read_path, read_path_and_query};
use crate::paging::{Asked, PageParams, link_next, read_page_of};
use crate::problem::Problem;
use crate::respond::{etag_of_version, json, set_header};

/// Lists the versions of a flow, newest first. Technicians see the published version only.
///
/// Where more rows follow, the header `Link` has a relative reference to the next page.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}/versions", tag = "flows", operation_id = "flow_versions",
    params(FlowPath, PageParams<FlowVersions>),
    responses((status = 200, description = "A page of the versions.", body = Vec<FlowVersionRow>,
        headers(("Link" = Option<String>,
            description = "The next page: `<…>; rel=\"next\"`. Missing on the last page.")))))]
pub(crate) async fn flow_versions(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let account_id = call.actor.account_id();
    let asked = read_page_of::<FlowPath, FlowVersions>(&call.request, account_id, |path| path.flow_id)?;
    let Asked { filter: id, limit, after } = asked;
    let query = VersionQuery { limit, after };
    let page = call.state.services.flows.versions(call.actor, id, query).await?;
    let versions: Vec<FlowVersionRow> = page.rows.iter().map(FlowVersionRow::from).collect();
    let mut answer = json(&versions, 2 + 192 * versions.len())?;
    if let Some(next) = &page.next {
        let first = format!("/api/v1/flows/{id}/versions?limit={}", limit.get());
        link_next::<FlowVersions>(&mut answer, &first, account_id, &id, next);
    }
    Ok(answer)
}

/// Returns a published version, which never changes.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}/versions/{version}", tag = "flows", operation_id = "flow_version",
    params(FlowVersionPath),
    responses((status = 200, description = "The version.", body = FlowVersion<'_>,
        headers(("ETag" = String, description = "The version; no condition of a change uses it.")))))]
pub(crate) async fn flow_version(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let FlowVersionPath { flow_id: id, version: number } = read_path(&call.request)?;
    let version = call.state.services.flows.version(call.actor, id, number).await?;
    let mut answer = json(&FlowVersion::from(&version), 4_096)?;
    set_header(&mut answer, ETAG, &etag_of_version(number));
    Ok(answer)
}

/// Compares two versions, or a version with the draft.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}/diff", tag = "flows", operation_id = "diff_flow",
    params(FlowPath, DiffParams),
    responses((status = 200, description = "The difference.", body = FlowDiff<'_>)))]
pub(crate) async fn diff_flow(call: AuthorCall) -> Result<HttpResponse, Problem> {
    let (path, DiffParams { from, to }) = read_path_and_query::<FlowPath, _>(&call.request)?;
    let id = path.flow_id;
    let diff = call.state.services.flows.diff(call.actor, id, from, to).await?;
    Ok(json(&FlowDiff::of(id, from, to, &diff), 1_024)?)
}
