//! From the header `Authorization` to the user who may make the call.

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use firstline_domain::account::AccessDenied;
use firstline_domain::fault;

use crate::auth::{Caller, TokenRefused};
use crate::context::RequestContext;
use crate::problem::{BAD_TOKEN, Problem};
use crate::state::State;

/// The challenge when no token was given (RFC 6750, section 3).
const NO_TOKEN: &str = "Bearer";

/// Authenticates the caller and applies the access rule, both on the user as the directory has them now.
pub(crate) async fn authenticate<A: Caller>(
    state: &State,
    headers: &HeaderMap,
    context: &RequestContext,
) -> Result<A, Problem> {
    let token = bearer_token(headers, context)?;
    let verified = state.shared.tokens().verify(token, state.shared.clock().now()).await;
    let named = verified.map_err(|refused| match refused {
        TokenRefused::Defect(defect) => {
            tracing::debug!(%defect, "token refused");
            bad_token(context)
        }
        TokenRefused::KeysUnavailable { retry_after } => {
            tracing::debug!("the signing keys of the token's issuer are unavailable");
            Problem::identity_provider_unavailable(retry_after)
        }
    })?;
    state.shared.edge().admit_named(&named, context)?;
    let user = named.look_up(state.services.directory.as_ref()).await?;
    // Unknown and inactive users get the very answer of a bad token: who exists is not for strangers to find out.
    let user = user.ok_or_else(|| bad_token(context))?;
    let (user_id, account_id) = (user.id, user.account_id);
    let access = A::admit(user);
    if !matches!(access, Err(AccessDenied::Inactive)) {
        context.set_caller(user_id, account_id);
        state.shared.edge().admit_caller(&named, (user_id, account_id), context)?;
    }
    access.map_err(|denied| {
        if matches!(denied, AccessDenied::Inactive) {
            context.set_token_refused();
        }
        denied.into()
    })
}

/// The token of the one `Authorization` header of the scheme `Bearer`, in whatever case.
fn bearer_token<'h>(headers: &'h HeaderMap, context: &RequestContext) -> Result<&'h str, Problem> {
    let mut all = headers.get_all(AUTHORIZATION);
    let Some(header) = all.next() else { return Err(Problem::unauthenticated(NO_TOKEN)) };
    if all.next().is_some() {
        return Err(bad_token(context));
    }
    let text = header.to_str().map_err(|_| bad_token(context))?;
    fault!("log-token", tracing::debug!(text, "token read"));
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim_start_matches(' ')),
        _ => Err(Problem::unauthenticated(NO_TOKEN)),
    }
}

/// 401 for an invalid token. Counts as a failed sign-in; a request without a token does not.
fn bad_token(context: &RequestContext) -> Problem {
    context.set_token_refused();
    Problem::unauthenticated(BAD_TOKEN)
}
