//! What walks tell of a flow.

use actix_web::HttpResponse;

use super::requests::{FlowPath, FlowStatsParams};
use super::statistics::FlowStats;
use crate::endpoint::AuthorCall;
use crate::input::read_path_and_query;
use crate::problem::Problem;
use crate::respond::json;

/// Returns statistics of the ended walks of a flow: visits, answers, ends and times, by version and node.
///
/// Walks are counted some time after they end; the answer says how far the count is behind.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}/stats", tag = "flows", operation_id = "flow_stats",
    params(FlowPath, FlowStatsParams),
    responses((status = 200, description = "The statistics.", body = FlowStats<'_>)))]
pub(crate) async fn flow_stats(call: AuthorCall) -> Result<HttpResponse, Problem> {
    let (path, FlowStatsParams { version }) = read_path_and_query::<FlowPath, _>(&call.request)?;
    let report = call.state.services.statistics.of_flow(call.actor, path.flow_id, version).await?;
    Ok(json(&FlowStats::from(&report), 512 + 4_096 * report.versions.len())?)
}
