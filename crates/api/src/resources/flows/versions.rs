//! Published versions, and what differs between them.

use actix_web::HttpResponse;
use actix_web::http::header::ETAG;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::FlowId;
use firstline_domain::service::{FlowSide, VersionQuery};

use super::path::flow_and_version;
use super::version::{FlowDiff, FlowVersion, FlowVersionRow};
use crate::endpoint::{AuthorCall, ReaderCall};
use crate::input::{Defects, Query, path_id, version_number};
use crate::paging::{List, link_next, read_page_of};
use crate::problem::Problem;
use crate::respond::{etag_of_version, json, set_header};
use crate::wire::flow_schema as schema;

/// The versions of a flow, as their cursors know them.
struct FlowVersions;

impl List for FlowVersions {
    const NAME: &'static str = "flow versions";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this flow's versions";
    type Filter = FlowId;
    type Key = VersionNumber;
}

/// A flow's versions, the newest first. Technicians see the published one alone.
///
/// Where more follow, the header `Link` names the next page as a relative reference.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}/versions", tag = "flows", operation_id = "flow_versions",
    params(schema::FlowPath, schema::FlowVersionsParams),
    responses((status = 200, description = "A page of the versions.", body = Vec<FlowVersionRow>,
        headers(("link" = Option<String>, description = "`<…>; rel=\"next\"`: where the next page is")))))]
pub(crate) async fn flow_versions(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "flow_id", &mut defects);
    let query = Query::only(&call.request, &["limit", "cursor"], &mut defects);
    let account_id = call.actor.account_id();
    let page = read_page_of::<FlowVersions, _, _>(&query, account_id, id.as_ref(), &mut defects);
    let query = page.map(|(limit, after)| VersionQuery { limit, after });
    let (id, query) = defects.resolve(id.zip(query.ok()))?;
    let page = call.state.services.flows.versions(call.actor, id, query).await?;
    let versions: Vec<FlowVersionRow> = page.rows.iter().map(FlowVersionRow::from).collect();
    let mut answer = json(&versions, 2 + 192 * versions.len())?;
    if let Some(next) = &page.next {
        let first = format!("/api/v1/flows/{id}/versions?limit={}", query.limit.get());
        link_next::<FlowVersions>(&mut answer, &first, account_id, &id, next);
    }
    Ok(answer)
}

/// A published version. It never changes.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}/versions/{version}", tag = "flows", operation_id = "flow_version",
    params(schema::FlowVersionPath),
    responses((status = 200, description = "The version.", body = FlowVersion<'_>,
        headers(("etag" = String, description = "The version; no condition of a change")))))]
pub(crate) async fn flow_version(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let (id, number) = flow_and_version(&call.request)?;
    let version = call.state.services.flows.version(call.actor, id, number).await?;
    let mut answer = json(&FlowVersion::from(&version), 4_096)?;
    set_header(&mut answer, ETAG, &etag_of_version(number));
    Ok(answer)
}

/// What differs between two versions, or between a version and the draft.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}/diff", tag = "flows", operation_id = "diff_flow",
    params(schema::FlowPath, schema::DiffParams),
    responses((status = 200, description = "The difference.", body = FlowDiff<'_>)))]
pub(crate) async fn diff_flow(call: AuthorCall) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "flow_id", &mut defects);
    let query = Query::only(&call.request, &["from", "to"], &mut defects);
    let (from, to) = (read_side(&query, "from", &mut defects), read_side(&query, "to", &mut defects));
    let (id, (from, to)) = defects.resolve(id.zip(from.zip(to)))?;
    let diff = call.state.services.flows.diff(call.actor, id, from, to).await?;
    Ok(json(&FlowDiff::of(id, from, to, &diff), 1_024)?)
}

/// One side of a difference, which must be there.
fn read_side(query: &Query, name: &str, defects: &mut Defects) -> Option<FlowSide> {
    let text = query.required(name, defects)?;
    let side = if text == "draft" { Some(FlowSide::Draft) } else { version_number(text).map(FlowSide::Version) };
    if side.is_none() {
        defects.add(format!("/query/{name}"), "must be a version's number, from 1, or draft");
    }
    side
}
