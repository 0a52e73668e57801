//! Who is signed in.

use actix_web::HttpResponse;
use firstline_domain::error::StoreError;

use crate::endpoint::SignedInCall;
use crate::problem::Problem;
use crate::wire::user::me_answer;
use crate::wire::user_schema;

/// Who is signed in, in which account, and what they may do.
#[utoipa::path(get, path = "/api/v1/me", tag = "users", operation_id = "me",
    responses((status = 200, description = "The caller.", body = user_schema::Me)))]
pub(crate) async fn me(call: SignedInCall) -> Result<HttpResponse, Problem> {
    let id = call.actor.user().account_id;
    let account = call.state.services.directory.account(id).await?;
    let account = account.ok_or_else(|| StoreError::corrupt("accounts", id, "is missing"))?;
    me_answer(&call.actor, &account)
}
