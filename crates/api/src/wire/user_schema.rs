//! Users as the `OpenAPI` document describes them; see [`schema`](super::schema).

#![expect(dead_code, reason = "described, never built")]

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What somebody is in the account.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum AccountRole {
    L1Tech,
    Engineer,
    Admin,
    Owner,
    Viewer,
}

/// How an identity provider names a user: the `iss` of its tokens and their `sub`, or the claim that the operator
/// has named for it, to the character.
#[derive(ToSchema)]
pub(crate) struct Identity {
    /// Who vouches for them. Not blank.
    #[schema(min_length = 1, max_length = 512, pattern = r"\S")]
    issuer: String,
    /// What that issuer calls them. Not blank.
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    subject: String,
}

/// A user of the account.
#[derive(ToSchema)]
pub(crate) struct User {
    id: Uuid,
    email: String,
    account_role: AccountRole,
    /// Whether they may stand in for the first line.
    can_cover_l1: bool,
    /// Whether they may sign in.
    active: bool,
    #[schema(required)]
    identity: Option<Identity>,
}

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
    identity: Option<Identity>,
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
    identity: Option<Identity>,
}

/// Who is signed in.
#[derive(ToSchema)]
pub(crate) struct Me {
    id: Uuid,
    email: String,
    account_role: AccountRole,
    can_cover_l1: bool,
    active: bool,
    #[schema(required)]
    identity: Option<Identity>,
    account: Account,
    may: Abilities,
}

/// The account that somebody belongs to.
#[derive(ToSchema)]
pub(crate) struct Account {
    id: Uuid,
    name: String,
}

/// What somebody may do.
#[derive(ToSchema)]
pub(crate) struct Abilities {
    /// Work on the first line.
    l1: bool,
    /// Manage the account's users.
    manage_users: bool,
    /// Author flows.
    author_flows: bool,
}

/// One accepted change of a user.
#[derive(ToSchema)]
pub(crate) struct UserEvent {
    /// Its number in the account, whose users' events are numbered together.
    #[schema(minimum = 1)]
    seq: i64,
    user_id: Uuid,
    kind: UserEventKind,
    /// `user_created`: `email`, `account_role`, `can_cover_l1`, `active`, `identity`; `user_changed`: `changes`, an array of
    /// `field`, `before`, `after`.
    data: Map<String, Value>,
    /// Who did it; null for the system: the command line and provisioning.
    #[schema(required)]
    actor_user_id: Option<Uuid>,
    at: DateTime<Utc>,
}

/// What happened to a user.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum UserEventKind {
    UserCreated,
    UserChanged,
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
