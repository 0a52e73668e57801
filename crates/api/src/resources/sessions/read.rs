//! Reading one session.

use actix_web::HttpResponse;

use super::session::{Session, session_response};
use crate::endpoint::L1Call;
use crate::input::{Defects, path_id};
use crate::problem::Problem;
use crate::wire::schema;

/// A session of the account.
#[utoipa::path(get, path = "/api/v1/l1/sessions/{session_id}", tag = "l1", operation_id = "read_session",
    params(schema::SessionPath),
    responses((status = 200, description = "The session.", body = Session<'_>)))]
pub(crate) async fn read_session(call: L1Call) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "session_id", &mut defects);
    let id = defects.resolve(id)?;
    let session = call.state.services.workspace.session(call.actor, id).await?;
    Ok(session_response(&session)?)
}
