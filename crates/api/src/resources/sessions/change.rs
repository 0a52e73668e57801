//! Changes of a session: steps, notes and its ends.

use actix_web::HttpResponse;
use firstline_domain::session::Command;

use super::requests::{Escalate, NewNotes, NewStep, Resolve, SessionPath, Undo};
use super::session::{Session, session_response};
use crate::endpoint::L1Call;
use crate::input::{Request, read_path_and_body};
use crate::metrics::Outcome;
use crate::problem::Problem;

/// Records an answered question.
///
/// A guided walk (one with a `flow_version`) takes an answer of its `next_node` by id, key or label. It records the
/// words of the flow.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/step", tag = "l1", operation_id = "record_step",
    params(SessionPath), request_body = NewStep,
    responses((status = 200, description = "The session with the step.", body = Session<'_>)))]
pub(crate) async fn record_step(call: L1Call) -> Result<HttpResponse, Problem> {
    change::<NewStep>(call).await
}

/// Undoes the newest step that is not undone yet.
///
/// The step leaves the path and stays in the events. A guided walk returns to its node. An empty body counts as `{}`.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/undo", tag = "l1", operation_id = "undo",
    params(SessionPath), request_body = Undo,
    responses((status = 200, description = "The session without the step.", body = Session<'_>)))]
pub(crate) async fn undo(call: L1Call) -> Result<HttpResponse, Problem> {
    change::<Undo>(call).await
}

/// Replaces all notes of the session.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/notes", tag = "l1", operation_id = "replace_notes",
    params(SessionPath), request_body = NewNotes,
    responses((status = 200, description = "The session with the notes.", body = Session<'_>)))]
pub(crate) async fn replace_notes(call: L1Call) -> Result<HttpResponse, Problem> {
    change::<NewNotes>(call).await
}

/// Ends the walk as resolved: the problem is solved.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/resolve", tag = "l1", operation_id = "resolve",
    params(SessionPath), request_body = Resolve,
    responses((status = 200, description = "The resolved session.", body = Session<'_>)))]
pub(crate) async fn resolve(call: L1Call) -> Result<HttpResponse, Problem> {
    change::<Resolve>(call).await
}

/// Ends the walk as escalated: an engineer takes over.
#[utoipa::path(post, path = "/api/v1/l1/sessions/{session_id}/escalate", tag = "l1", operation_id = "escalate",
    params(SessionPath), request_body = Escalate,
    responses((status = 200, description = "The escalated session.", body = Session<'_>)))]
pub(crate) async fn escalate(call: L1Call) -> Result<HttpResponse, Problem> {
    change::<Escalate>(call).await
}

/// The way of the commands: read path and body, carry out, answer the session.
async fn change<T: Request + Into<Command>>(call: L1Call) -> Result<HttpResponse, Problem> {
    let (SessionPath { session_id: id }, body) = read_path_and_body::<_, T>(&call.request, &call.body)?;
    let command = body.into();
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
