//! Which flows fit what the customer says.

use actix_web::HttpResponse;
use firstline_domain::text::ProblemStatement;

use super::requests::{SuggestLimit, SuggestParams, SuggestQuestion};
use super::version::Suggestion;
use crate::endpoint::L1Call;
use crate::input::{InvalidParams, Params, Query, read_body};
use crate::problem::Problem;
use crate::respond::json;

/// Suggests published flows that fit what the customer says, best first.
///
/// Flows of equal score are ordered by name, then by id.
#[utoipa::path(get, path = "/api/v1/l1/flows/suggest", tag = "l1", operation_id = "suggest_flows",
    params(SuggestParams),
    responses((status = 200, description = "The flows; none when no word fits.", body = Vec<Suggestion<'_>>)))]
pub(crate) async fn suggest_flows(call: L1Call) -> Result<HttpResponse, Problem> {
    let mut invalid = InvalidParams::default();
    let query = Query::only(&call.request, SuggestParams::NAMES, &mut invalid);
    let query = SuggestParams::read(&query, &mut invalid);
    let SuggestParams { q, limit } = invalid.finish(query)?;
    suggest(&call, &q, limit).await
}

/// Suggests published flows for a statement of any length, best first.
///
/// A statement in a URL is limited by the length of URLs, and proxies may log it.
#[utoipa::path(post, path = "/api/v1/l1/flows/suggest", tag = "l1", operation_id = "suggest_flows_for_body",
    request_body = SuggestQuestion,
    responses((status = 200, description = "The flows; none when no word fits.", body = Vec<Suggestion<'_>>)))]
pub(crate) async fn suggest_flows_for_body(call: L1Call) -> Result<HttpResponse, Problem> {
    let SuggestQuestion { q, limit } = read_body(&call.body)?;
    suggest(&call, &q, limit).await
}

async fn suggest(call: &L1Call, said: &ProblemStatement, limit: Option<SuggestLimit>) -> Result<HttpResponse, Problem> {
    let limit = limit.unwrap_or_default().get().into();
    let found = call.state.services.suggestions.suggest(call.actor, said, limit).await?;
    let found: Vec<Suggestion<'_>> = found.iter().map(Suggestion::from).collect();
    Ok(json(&found, 2 + 192 * found.len())?)
}
