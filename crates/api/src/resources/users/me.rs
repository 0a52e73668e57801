//! Who is signed in.

use actix_web::HttpResponse;
use firstline_domain::error::StoreError;

use super::user::Me;
use crate::endpoint::SignedInCall;
use crate::problem::Problem;
use crate::respond::json;

/// Returns the signed-in user, their account, and what they may do.
#[utoipa::path(get, path = "/api/v1/me", tag = "users", operation_id = "me",
    responses((status = 200, description = "The caller.", body = Me<'_>)))]
pub(crate) async fn me(call: SignedInCall) -> Result<HttpResponse, Problem> {
    let id = call.actor.user().account_id;
    let account = call.state.services.directory.account(id).await?;
    let account = account.ok_or_else(|| StoreError::corrupt("accounts", id, "is missing"))?;
    Ok(json(&Me::of(&call.actor, &account), 512)?)
}
