//! Reading one session.

use actix_web::HttpResponse;

use super::requests::SessionPath;
use super::session::{Session, session_response};
use crate::endpoint::L1Call;
use crate::input::read_path;
use crate::problem::Problem;

/// Returns a session of the account.
#[utoipa::path(get, path = "/api/v1/l1/sessions/{session_id}", tag = "l1", operation_id = "read_session",
    params(SessionPath),
    responses((status = 200, description = "The session.", body = Session<'_>)))]
pub(crate) async fn read_session(call: L1Call) -> Result<HttpResponse, Problem> {
    let SessionPath { session_id: id } = read_path(&call.request)?;
    let session = call.state.services.workspace.session(call.actor, id).await?;
    Ok(session_response(&session)?)
}
