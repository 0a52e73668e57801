//! What walks tell of a flow.

use actix_web::HttpResponse;

use super::statistics::FlowStats;
use crate::endpoint::AuthorCall;
use crate::input::{Defects, Query, path_id, version_number};
use crate::problem::Problem;
use crate::respond::json;
use crate::wire::flow_schema::FlowPath;
use crate::wire::flow_stats_schema as schema;

/// What ended walks tell of a flow: visits, answers, ends and times, by version and node.
///
/// Counted behind the walks: the answer says how far behind.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}/stats", tag = "flows", operation_id = "flow_stats",
    params(FlowPath, schema::FlowStatsParams),
    responses((status = 200, description = "The statistics.", body = FlowStats<'_>)))]
pub(crate) async fn flow_stats(call: AuthorCall) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "flow_id", &mut defects);
    let query = Query::only(&call.request, &["version"], &mut defects);
    let version = match query.get("version", &mut defects) {
        None => None,
        Some(text) => {
            let number = version_number(text);
            if number.is_none() {
                defects.add("/query/version", "must be a version's number, from 1");
            }
            number
        }
    };
    let id = defects.resolve(id)?;
    let report = call.state.services.statistics.of_flow(call.actor, id, version).await?;
    Ok(json(&FlowStats::from(&report), 512 + 4_096 * report.versions.len())?)
}
