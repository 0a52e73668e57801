//! The caller's active sessions. A list with much text is streamed: each session is read when the client has taken the
//! previous one.

use std::collections::VecDeque;
use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use firstline_domain::account::L1Actor;
use firstline_domain::service::{ListedView, Workspace, WorkspaceError};
use firstline_domain::session::SessionStatus;
use futures_util::stream;
use tracing::Instrument;

use super::requests::{ActiveParams, DefaultTrue};
use super::session::{ListedSession, Session, estimate};
use crate::context::RequestContext;
use crate::edge::answers::{AnswerPermit, slice};
use crate::endpoint::L1Call;
use crate::input::{InvalidParams, Params, Query};
use crate::problem::Problem;
use crate::respond::{ArrayText, json};

/// Lists the caller's own active sessions, most recently used first, at most 20.
///
/// With `paths=false` they come without `walked_path` and `walk_notes`.
#[utoipa::path(get, path = "/api/v1/l1/sessions/active", tag = "l1", operation_id = "active_sessions",
    params(ActiveParams),
    responses((status = 200, description = "The sessions.", body = Vec<ListedSession<'_>>)))]
pub(crate) async fn active_sessions(call: L1Call) -> Result<HttpResponse, Problem> {
    let mut invalid = InvalidParams::default();
    let query = ActiveParams::read(&Query::of(&call.request), &mut invalid);
    let paths = invalid.finish(query)?.paths.is_none_or(|DefaultTrue(paths)| paths);
    let workspace = &call.state.services.workspace;
    let listed = workspace.active(call.actor, paths).await?;
    if !paths || listed.iter().all(|view| matches!(view, ListedView::Whole(_))) {
        let sizes = listed.iter().map(|view| if matches!(view, ListedView::Whole(_)) { estimate(view) } else { 2_048 });
        let sessions: Vec<ListedSession<'_>> = listed.iter().map(ListedSession::from).collect();
        return Ok(json(&sessions, 2 + sizes.sum::<usize>())?);
    }
    // What the stream holds at any moment is at most the largest session.
    let largest = listed.iter().map(estimate).max().unwrap_or_default();
    let permit = call.state.shared.answers().reserve(&call.context, largest as u64)?;
    let (workspace, context) = (workspace.clone(), Rc::clone(&call.context));
    let rest = VecDeque::from(listed);
    Ok(streamed(ActiveSessions {
        workspace,
        actor: call.actor,
        context,
        rest,
        array: ArrayText::default(),
        ready: Bytes::from_static(ArrayText::BEGIN),
        permit,
    }))
}

/// A list that is being sent.
struct ActiveSessions {
    workspace: Workspace,
    actor: L1Actor,
    context: Rc<RequestContext>,
    /// The sessions that are not written yet.
    rest: VecDeque<ListedView>,
    array: ArrayText,
    /// What is written and not handed over yet.
    ready: Bytes,
    permit: AnswerPermit,
}

/// Streams a list piece by piece. A failure ends the connection without the end of the body, so that no client takes a
/// part for the whole.
fn streamed(list: ActiveSessions) -> HttpResponse {
    let span = list.context.span().clone();
    let pieces = stream::unfold(Some(list), move |list| {
        let piece = async move {
            let mut list = list?;
            match list.next().await {
                Ok(piece) => piece.map(|piece| (Ok(piece), Some(list))),
                Err(problem) => {
                    problem.log();
                    tracing::warn!(code = problem.code.as_str(), "answer cut off");
                    Some((Err(CutOff), None))
                }
            }
        };
        // The stream is read when the handler has returned.
        piece.instrument(span.clone())
    });
    HttpResponse::Ok().content_type("application/json").streaming(pieces)
}

#[derive(Debug, thiserror::Error)]
#[error("the answer was cut off; the log has the cause")]
struct CutOff;

impl ActiveSessions {
    /// The next piece of the body; `None` at its end.
    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            if let Some(piece) = slice(&mut self.ready) {
                return Ok(Some(piece));
            }
            let Some(view) = self.rest.pop_front() else { return Ok(None) };
            let mut json = self.written(view).await?;
            if self.rest.is_empty() {
                ArrayText::end(&mut json);
            }
            self.permit.grow_to(json.len() as u64);
            self.ready = json.into();
        }
    }

    /// The session as an item of the array; empty if the session has ended since it was listed.
    async fn written(&mut self, view: ListedView) -> Result<Vec<u8>, Problem> {
        let mut out = Vec::with_capacity(estimate(&view));
        let view = match view {
            ListedView::Whole(view) => view,
            ListedView::Header { header, .. } => match self.workspace.session(self.actor, header.id).await {
                Ok(view) if view.session.header.state.status() == SessionStatus::Active => view,
                Ok(_) | Err(WorkspaceError::SessionNotFound(_)) => return Ok(out),
                Err(error) => return Err(error.into()),
            },
        };
        self.array.item(&mut out, &Session::from(&view))?;
        Ok(out)
    }
}
