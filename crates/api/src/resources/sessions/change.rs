//! Changes of a session: steps, notes and its ends.

use actix_web::HttpResponse;
use firstline_domain::session::Command;

use super::intake::escalation;
use super::session::{Session, session_response};
use crate::endpoint::L1Call;
use crate::input::{Defects, Fields, path_id};
use crate::metrics::Outcome;
use crate::problem::Problem;
use crate::wire::schema;

/// Records an answered question.
///
/// A guided walk (one with a `flow_version`) takes an answer of its `next_node` by id, key or label, and records the flow's own words.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/step", tag = "l1", operation_id = "record_step",
    params(schema::SessionPath), request_body = schema::NewStep,
    responses((status = 200, description = "The session with the step.", body = Session<'_>)))]
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
    responses((status = 200, description = "The session without the step.", body = Session<'_>)))]
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
    responses((status = 200, description = "The session with the notes.", body = Session<'_>)))]
pub(crate) async fn replace_notes(call: L1Call) -> Result<HttpResponse, Problem> {
    change(call, |fields| fields.notes("notes").map(|notes| Command::ReplaceNotes { notes })).await
}

/// Ends the walk: the problem is solved.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/resolve", tag = "l1", operation_id = "resolve",
    params(schema::SessionPath), request_body = schema::Resolve,
    responses((status = 200, description = "The resolved session.", body = Session<'_>)))]
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
    responses((status = 200, description = "The escalated session.", body = Session<'_>)))]
pub(crate) async fn escalate(call: L1Call) -> Result<HttpResponse, Problem> {
    change(call, |fields| {
        escalation(fields).map(|(reason, reason_category)| Command::Escalate { reason, reason_category })
    })
    .await
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
    Ok(session_response(&session)?)
}

/// What the metrics count of a command that was carried out.
enum Counted {
    Step,
    End(Outcome),
    Nothing,
}
