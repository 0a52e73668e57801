//! The routes: each reads a request into the domain's types, calls one use case and shows the session.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use firstline_domain::ids::SessionId;
use firstline_domain::service::{Intake, SessionView, WorkspaceError};
use firstline_domain::session::{Command, Notes, Target};
use firstline_domain::text::{Answer, NodeId, ProblemStatement, ResolutionNotes, TextDefect};
use firstline_domain::ticket::CallDetails;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::backend::Backend;

#[derive(Deserialize)]
struct Call {
    problem_statement: String,
}

#[derive(Deserialize)]
struct Step {
    node: String,
    answer: String,
}

#[derive(Deserialize)]
struct Resolution {
    helpful: bool,
    resolution_notes: String,
}

/// What went wrong, as this backend says it: your own words and statuses, the domain's reasons.
#[derive(Debug)]
enum Failure {
    Text(TextDefect),
    Workspace(WorkspaceError),
}

impl From<TextDefect> for Failure {
    fn from(defect: TextDefect) -> Self {
        Self::Text(defect)
    }
}

impl From<WorkspaceError> for Failure {
    fn from(error: WorkspaceError) -> Self {
        Self::Workspace(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Text(defect) => (StatusCode::UNPROCESSABLE_ENTITY, defect.to_string()),
            Self::Workspace(error @ WorkspaceError::SessionNotFound(_)) => (StatusCode::NOT_FOUND, error.to_string()),
            Self::Workspace(WorkspaceError::Refused(refusal)) => (StatusCode::CONFLICT, refusal.to_string()),
            Self::Workspace(_) => (StatusCode::INTERNAL_SERVER_ERROR, "sorry".to_owned()),
        };
        (status, Json(json!({ "error": text }))).into_response()
    }
}

type Answered = Result<Json<Value>, Failure>;

/// The session, and what to ask next.
fn shown(view: &SessionView) -> Json<Value> {
    let header = &view.session.header;
    let steps = view.session.path.iter().map(|step| json!({ "question": step.question, "answer": step.answer }));
    let steps: Vec<Value> = steps.collect();
    let next = view.walk.as_ref().and_then(|walk| walk.node());
    Json(json!({ "id": header.id, "status": header.state.status(), "steps": steps, "next": next }))
}

async fn take_call(State(backend): State<Backend>, Json(body): Json<Call>) -> Answered {
    let problem_statement = ProblemStatement::new(body.problem_statement)?;
    let call = CallDetails { problem_statement, customer_name: None, customer_contact: None };
    let intake = Intake { call, walk: Target::Flow(backend.flow).into() };
    let session = backend.workspace.intake(backend.technician, intake).await?.session;
    read(State(backend), Path(session.header.id)).await
}

async fn read(State(backend): State<Backend>, Path(id): Path<SessionId>) -> Answered {
    Ok(shown(&backend.workspace.session(backend.technician, id).await?))
}

async fn change(backend: &Backend, id: SessionId, command: Command) -> Answered {
    Ok(shown(&backend.workspace.change(backend.technician, id, command).await?))
}

async fn step(State(backend): State<Backend>, Path(id): Path<SessionId>, Json(body): Json<Step>) -> Answered {
    let (node_id, answer) = (NodeId::new(body.node)?, Answer::new(body.answer)?);
    change(&backend, id, Command::Step { node_id, question: None, answer, note: None, answered: None }).await
}

async fn save_notes(
    State(backend): State<Backend>,
    Path(id): Path<SessionId>,
    Json(body): Json<Vec<Map<String, Value>>>,
) -> Answered {
    let notes = Notes::new(body).map_err(|_| TextDefect::Nul)?;
    change(&backend, id, Command::ReplaceNotes { notes }).await
}

async fn resolve(State(backend): State<Backend>, Path(id): Path<SessionId>, Json(body): Json<Resolution>) -> Answered {
    let resolution_notes = ResolutionNotes::new(body.resolution_notes)?;
    change(&backend, id, Command::Resolve { helpful: body.helpful, resolution_notes }).await
}

/// The routes of the backend.
pub(crate) fn router(backend: Backend) -> Router {
    Router::new()
        .route("/calls", post(take_call))
        .route("/walks/{id}", get(read))
        .route("/walks/{id}/step", post(step))
        .route("/walks/{id}/notes", post(save_notes))
        .route("/walks/{id}/resolve", post(resolve))
        .with_state(backend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_walks_the_flow_to_its_end_and_is_resolved() {
        let backend = crate::backend::backend().await.unwrap();
        let call = Call { problem_statement: "no Wi-Fi".to_owned() };
        let mut seen = take_call(State(backend.clone()), Json(call)).await.unwrap().0;
        let id: SessionId = serde_json::from_value(seen["id"].clone()).unwrap();
        for answer in ["yes", "yes", "yes", "done", "it_is_connected", "1"] {
            assert!(!seen["next"]["answers"].as_array().unwrap().is_empty(), "{seen}");
            let body = Step { node: seen["next"]["id"].as_str().unwrap().to_owned(), answer: answer.to_owned() };
            seen = step(State(backend.clone()), Path(id), Json(body)).await.unwrap().0;
        }
        assert_eq!(seen["next"]["kind"], "resolved");
        let again = Step { node: "fixed".to_owned(), answer: "yes".to_owned() };
        let refused = step(State(backend.clone()), Path(id), Json(again)).await.unwrap_err();
        assert_eq!(refused.into_response().status(), StatusCode::CONFLICT);

        let resolution_notes = seen["next"]["text"].as_str().unwrap().to_owned();
        let resolution = Json(Resolution { helpful: true, resolution_notes });
        let ended = resolve(State(backend), Path(id), resolution).await.unwrap().0;
        assert_eq!((&ended["status"], &ended["next"]), (&json!("resolved"), &Value::Null));
        assert_eq!(ended["steps"].as_array().unwrap().len(), 6);
        assert_eq!(
            ended["steps"][0],
            json!({ "question": "Do others near you have Wi-Fi right now?", "answer": "Yes" })
        );
    }
}
