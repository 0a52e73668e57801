//! Which flows fit what the customer says.

use actix_web::HttpResponse;
use firstline_domain::text::ProblemStatement;

use super::version::Suggestion;
use crate::endpoint::L1Call;
use crate::input::{Defective, Defects, Fields, Query};
use crate::problem::Problem;
use crate::respond::json;
use crate::wire::flow_schema as schema;

/// How many flows an answer has when nothing is asked for.
const USUALLY: usize = 5;
/// The most flows of an answer: nobody on the phone reads more.
const AT_MOST: usize = 20;

/// The account's published flows that fit what the customer says, best first.
///
/// A score is comparable within one answer only. Equal scores are ordered by name, then id.
#[utoipa::path(get, path = "/api/v1/l1/flows/suggest", tag = "l1", operation_id = "suggest_flows",
    params(schema::SuggestParams),
    responses((status = 200, description = "The flows; none when no word fits.", body = Vec<Suggestion<'_>>)))]
pub(crate) async fn suggest_flows(call: L1Call) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let query = Query::only(&call.request, &["q", "limit"], &mut defects);
    let (said, limit) = (read_statement(&query, &mut defects), read_limit(&query, &mut defects));
    let (said, limit) = defects.resolve(said.zip(limit.ok()))?;
    suggest(&call, &said, limit).await
}

/// The same suggestions for a statement of any length.
///
/// A statement in the URL is bounded by the length of URLs, here and in proxies, and stands in their logs.
#[utoipa::path(post, path = "/api/v1/l1/flows/suggest", tag = "l1", operation_id = "suggest_flows_for_body",
    request_body = schema::SuggestQuestion,
    responses((status = 200, description = "The flows; none when no word fits.", body = Vec<Suggestion<'_>>)))]
pub(crate) async fn suggest_flows_for_body(mut call: L1Call) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let mut fields = Fields::of(call.body.take(), &mut defects);
    let (said, limit) = (fields.text::<ProblemStatement>("q"), fields.optional_count_within("limit", 1..=AT_MOST));
    let said = defects.resolve(said)?;
    suggest(&call, &said, limit.unwrap_or(USUALLY)).await
}

async fn suggest(call: &L1Call, said: &ProblemStatement, limit: usize) -> Result<HttpResponse, Problem> {
    let found = call.state.services.suggestions.suggest(call.actor, said, limit).await?;
    let found: Vec<Suggestion<'_>> = found.iter().map(Suggestion::from).collect();
    Ok(json(&found, 2 + 192 * found.len())?)
}

fn read_statement(query: &Query, defects: &mut Defects) -> Option<ProblemStatement> {
    let text = query.required("q", defects)?.to_owned();
    ProblemStatement::try_from(text).map_err(|defect| defects.add("/query/q", defect.to_string())).ok()
}

fn read_limit(query: &Query, defects: &mut Defects) -> Result<usize, Defective> {
    let Some(text) = query.get("limit", defects) else { return Ok(USUALLY) };
    // `parse` alone would take a sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = text.parse().ok().filter(|limit| digits && (1..=AT_MOST).contains(limit));
    if limit.is_none() {
        defects.add("/query/limit", format!("must be an integer from 1 to {AT_MOST}"));
    }
    limit.ok_or(Defective)
}
