//! Users as the `OpenAPI` document describes them; see [`schema`](super::schema).

#![expect(dead_code, reason = "described, never built")]

use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::resources::names::AccountRole;
use crate::resources::users::user::Identity;

/// A user to be made.
#[derive(ToSchema)]
pub(crate) struct NewUser {
    /// Their e-mail address; once in the account. Not blank.
    #[schema(min_length = 1, max_length = 320, pattern = r"\S")]
    email: String,
    account_role: AccountRole,
    /// Missing: false.
    can_cover_l1: Option<bool>,
    /// Missing: true.
    active: Option<bool>,
    /// Once in the account.
    identity: Option<Identity<'static>>,
}

/// What is to change about a user. What is missing stays as it is.
#[derive(ToSchema)]
pub(crate) struct UserChange {
    /// Once in the account. Not blank.
    #[schema(min_length = 1, max_length = 320, pattern = r"\S")]
    email: Option<String>,
    account_role: Option<AccountRole>,
    can_cover_l1: Option<bool>,
    active: Option<bool>,
    /// Null takes it away; missing leaves it.
    identity: Option<Identity<'static>>,
}

/// The user that a path names.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct UserPath {
    /// The user's id, in any spelling of a UUID.
    user_id: Uuid,
}

/// The query of the users.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersParams {
    /// Only users with this role.
    #[param(inline, required = false, nullable = false)]
    account_role: Option<AccountRole>,
    /// Only users who may sign in, or only those who may not.
    #[param(required = false, nullable = false)]
    active: Option<bool>,
    /// The most users of the page.
    #[param(minimum = 1, maximum = 200, default = 50, required = false)]
    limit: Option<u16>,
    /// Where the page begins: taken from the `Link` header of the page before, with the same filters.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
}

/// The query of a user's events.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserEventsParams {
    /// The most events of the page.
    #[param(minimum = 1, maximum = 200, default = 50, required = false)]
    limit: Option<u16>,
    /// Where the page begins: taken from the `Link` header of the page before.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
}
