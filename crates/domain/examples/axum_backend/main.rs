//! The L1 workspace in a backend of one's own: axum instead of the service, a session store of one's own, and every rule
//! from the domain crate. `cargo run -p firstline-domain --example axum_backend` serves it on port 8090 and prints a curl
//! line; `cargo test --example axum_backend` runs the session store through its part of the conformance suite.

mod store;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use firstline_domain::account::{L1Actor, Role, User};
use firstline_domain::clock::Clock;
use firstline_domain::ids::{IdSource, SessionId};
use firstline_domain::memory::MemoryStore;
use firstline_domain::service::{CompiledCache, CompiledFlows, Intake, Workspace, WorkspaceError, WorkspaceSettings};
use firstline_domain::session::{Command, Notes, Session, Target};
use firstline_domain::text::{Email, ProblemStatement, ResolutionNotes, TextDefect};
use firstline_domain::ticket::CallDetails;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Real time and real ids: the domain takes both as parameters.
struct System;

impl Clock for System {
    #[expect(clippy::disallowed_methods, reason = "the one place of this program where time comes from")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

impl IdSource for System {
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[derive(Clone)]
struct Backend {
    workspace: Workspace,
    /// Who works here. A real backend finds its user from the request and asks `User::l1_access`.
    technician: L1Actor,
}

#[derive(Deserialize)]
struct CallBody {
    problem_statement: String,
}

#[derive(Deserialize)]
struct ResolveBody {
    helpful: bool,
    resolution_notes: String,
}

/// What went wrong, as this backend says it: your own words and statuses, the domain's reasons.
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

fn shown(session: &Session) -> Json<Value> {
    let steps: Vec<&str> = session.path.iter().map(|step| step.node_id.as_str()).collect();
    let header = &session.header;
    Json(json!({ "id": header.id, "status": header.state.status(), "steps": steps, "version": header.version }))
}

async fn take_call(State(backend): State<Backend>, Json(body): Json<CallBody>) -> Result<Json<Value>, Failure> {
    let problem_statement = ProblemStatement::new(body.problem_statement)?;
    let call = CallDetails { problem_statement, customer_name: None, customer_contact: None };
    let begun = backend.workspace.intake(backend.technician, Intake { call, walk: Target::Adhoc.into() }).await?;
    Ok(shown(&begun.session))
}

async fn read(State(backend): State<Backend>, Path(id): Path<SessionId>) -> Result<Json<Value>, Failure> {
    Ok(shown(&backend.workspace.session(backend.technician, id).await?.session))
}

async fn save_notes(
    State(backend): State<Backend>,
    Path(id): Path<SessionId>,
    Json(body): Json<Vec<Map<String, Value>>>,
) -> Result<Json<Value>, Failure> {
    let notes = Notes::new(body).map_err(|_| TextDefect::Nul)?;
    Ok(shown(&backend.workspace.change(backend.technician, id, Command::ReplaceNotes { notes }).await?.session))
}

async fn resolve(
    State(backend): State<Backend>,
    Path(id): Path<SessionId>,
    Json(body): Json<ResolveBody>,
) -> Result<Json<Value>, Failure> {
    let resolution_notes = ResolutionNotes::new(body.resolution_notes)?;
    let command = Command::Resolve { helpful: body.helpful, resolution_notes };
    Ok(shown(&backend.workspace.change(backend.technician, id, command).await?.session))
}

fn router(backend: Backend) -> Router {
    Router::new()
        .route("/calls", post(take_call))
        .route("/walks/{id}", get(read))
        .route("/walks/{id}/notes", post(save_notes))
        .route("/walks/{id}/resolve", post(resolve))
        .with_state(backend)
}

fn backend() -> Result<Backend, Box<dyn std::error::Error>> {
    let user = User {
        id: Uuid::now_v7().into(),
        account_id: Uuid::now_v7().into(),
        email: Email::new("tech@example.com")?,
        role: Role::L1Tech,
        can_cover_l1: false,
        active: true,
        identity: None,
    };
    let system = Arc::new(System);
    let sessions = Arc::new(store::JournalStore::default());
    let flows = Arc::new(MemoryStore::new());
    let compiled = CompiledFlows::new(flows.clone(), CompiledCache::default());
    let workspace = Workspace::new(sessions, flows, compiled, system.clone(), system, WorkspaceSettings::default());
    Ok(Backend { workspace, technician: user.l1_access()? })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    eprintln!(
        "try: curl -d '{{\"problem_statement\":\"no sound\"}}' -H 'content-type: application/json' localhost:8090/calls"
    );
    axum::serve(listener, router(backend()?)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use firstline_domain::conformance::World;

    use super::store::JournalStore;

    fn world() -> std::future::Ready<World> {
        std::future::ready(World::with_sessions(std::sync::Arc::new(JournalStore::default())))
    }

    firstline_domain::session_store_conformance!(world());
}
