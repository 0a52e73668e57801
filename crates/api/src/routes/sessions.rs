//! Walk sessions: looking at them and changing them.

use actix_web::HttpResponse;
use firstline_domain::ids::SessionId;
use firstline_domain::service::SessionEventQuery;
use firstline_domain::session::Command;

use super::intake::escalation;
use crate::endpoint::L1Call;
use crate::input::{Defects, Fields, Query, path_id};
use crate::metrics::Outcome;
use crate::paging::{List, link_next, read_page_of};
use crate::problem::Problem;
use crate::wire::event::events_answer;
use crate::wire::schema;
use crate::wire::session::session_answer;

/// The events of a session, as their cursors know them.
struct SessionEvents;

impl List for SessionEvents {
    const NAME: &'static str = "session events";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this session's events";
    type Filter = SessionId;
    type Key = i64;

    fn is_place(seq: &i64) -> bool {
        *seq >= 1
    }
}

/// A session of the account.
#[utoipa::path(get, path = "/api/v1/l1/sessions/{session_id}", tag = "l1", operation_id = "read_session",
    params(schema::SessionPath),
    responses((status = 200, description = "The session.", body = schema::Session)))]
pub(crate) async fn read_session(call: L1Call) -> Result<HttpResponse, Problem> {
    let id = only_session_id(&call)?;
    let session = call.state.services.workspace.session(call.actor, id).await?;
    session_answer(&session)
}

/// A session's events, oldest first.
///
/// Where more follow, the header `Link` names the next page as a relative reference.
#[utoipa::path(get, path = "/api/v1/l1/sessions/{session_id}/events", tag = "l1", operation_id = "session_events",
    params(schema::SessionPath, schema::SessionEventsParams),
    responses((status = 200, description = "A page of the events.", body = Vec<schema::Event>,
        headers(("link" = Option<String>, description = "`<…>; rel=\"next\"`: where the next page is")))))]
pub(crate) async fn session_events(call: L1Call) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "session_id", &mut defects);
    let query = Query::only(&call.request, &["limit", "cursor"], &mut defects);
    let account_id = call.actor.account_id();
    let page = read_page_of::<SessionEvents, _, _>(&query, account_id, id.as_ref(), &mut defects);
    let query = page.map(|(limit, after)| SessionEventQuery { limit, after: after.unwrap_or_default() });
    let (id, query) = defects.resolve(id.zip(query.ok()))?;
    let page = call.state.services.workspace.events(call.actor, id, query).await?;
    let mut answer = events_answer(&page.rows)?;
    if let Some(next) = &page.next {
        let first = format!("/api/v1/l1/sessions/{id}/events?limit={}", query.limit.get());
        link_next::<SessionEvents>(&mut answer, &first, account_id, &id, next);
    }
    Ok(answer)
}

/// Records an answered question.
///
/// A guided walk (one with a `flow_version`) takes an answer of its `next_node` by id, key or label, and records the flow's own words.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/step", tag = "l1", operation_id = "record_step",
    params(schema::SessionPath), request_body = schema::NewStep,
    responses((status = 200, description = "The session with the step.", body = schema::Session)))]
pub(crate) async fn record_step(call: L1Call) -> Result<HttpResponse, Problem> {
    change(call, |fields| {
        let (node_id, question, answer) = (fields.text("node_id"), fields.question("question"), fields.text("answer"));
        let (note, answered) = (fields.optional_text("note"), fields.optional_count("answered"));
        Some(Command::Step { node_id: node_id?, question, answer: answer?, note, answered })
    })
    .await
}

/// Takes the newest step back that is not taken back yet.
///
/// It stays in the events and leaves the path; a guided walk stands at its node again.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/undo", tag = "l1", operation_id = "undo",
    params(schema::SessionPath), request_body = Option<schema::Undo>,
    responses((status = 200, description = "The session without the step.", body = schema::Session)))]
pub(crate) async fn undo(call: L1Call) -> Result<HttpResponse, Problem> {
    change(call, |fields| {
        let (node_id, answered) = (fields.optional_text("node_id"), fields.optional_count("answered"));
        Some(Command::Undo { node_id, answered })
    })
    .await
}

/// Replaces the notes whole.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/notes", tag = "l1", operation_id = "replace_notes",
    params(schema::SessionPath), request_body = schema::NewNotes,
    responses((status = 200, description = "The session with the notes.", body = schema::Session)))]
pub(crate) async fn replace_notes(call: L1Call) -> Result<HttpResponse, Problem> {
    change(call, |fields| fields.notes("notes").map(|notes| Command::ReplaceNotes { notes })).await
}

/// Ends the walk: the problem is solved.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/resolve", tag = "l1", operation_id = "resolve",
    params(schema::SessionPath), request_body = schema::Resolve,
    responses((status = 200, description = "The resolved session.", body = schema::Session)))]
pub(crate) async fn resolve(call: L1Call) -> Result<HttpResponse, Problem> {
    change(call, |fields| {
        let (helpful, resolution_notes) = (fields.boolean("helpful"), fields.text("resolution_notes"));
        Some(Command::Resolve { helpful: helpful?, resolution_notes: resolution_notes? })
    })
    .await
}

/// Ends the walk: an engineer takes over.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/escalate", tag = "l1", operation_id = "escalate",
    params(schema::SessionPath), request_body = schema::Escalate,
    responses((status = 200, description = "The escalated session.", body = schema::Session)))]
pub(crate) async fn escalate(call: L1Call) -> Result<HttpResponse, Problem> {
    change(call, |fields| {
        escalation(fields).map(|(reason, reason_category)| Command::Escalate { reason, reason_category })
    })
    .await
}

fn only_session_id(call: &L1Call) -> Result<SessionId, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "session_id", &mut defects);
    defects.resolve(id)
}

/// The way of the commands: read path and body, carry out, answer the session.
async fn change(call: L1Call, read: impl FnOnce(&mut Fields<'_>) -> Option<Command>) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "session_id", &mut defects);
    let command = read(&mut Fields::of(call.body, &mut defects));
    let (id, command) = defects.resolve(id.zip(command))?;
    let counted = match &command {
        Command::Step { .. } => Counted::Step,
        Command::Resolve { .. } => Counted::End(Outcome::Resolved),
        Command::Escalate { .. } => Counted::End(Outcome::Escalated),
        Command::Undo { .. } | Command::ReplaceNotes { .. } | Command::Abandon { .. } => Counted::Nothing,
    };
    let session = call.state.services.workspace.change(call.actor, id, command).await?;
    match counted {
        Counted::Step => call.state.shared.metrics().count_step(),
        Counted::End(outcome) => call.state.shared.metrics().count_session(outcome),
        Counted::Nothing => {}
    }
    session_answer(&session)
}

/// What the metrics count of a command that was carried out.
enum Counted {
    Step,
    End(Outcome),
    Nothing,
}
