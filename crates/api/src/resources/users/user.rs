//! Users in JSON.

use std::borrow::Cow;

use firstline_domain::account as domain;
use firstline_domain::user::UserDetails;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::requests;
use crate::resources::names::AccountRole;

/// A user of the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct User<'a> {
    /// The id of the user.
    id: Uuid,
    #[serde(flatten)]
    details: CreatedUser<'a>,
}

/// A user as created.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedUser<'a> {
    /// Their e-mail address, unique within the account.
    email: &'a str,
    /// Their role in the account.
    account_role: AccountRole,
    /// Whether they may stand in for the first line.
    can_cover_l1: bool,
    /// Whether they may sign in.
    active: bool,
    /// How their identity provider names them; null where it is not known.
    #[schema(required)]
    identity: Option<Identity<'a>>,
}

/// How an identity provider names a user, described as in a request.
#[derive(Serialize)]
pub(crate) struct Identity<'a> {
    issuer: &'a str,
    subject: &'a str,
}

impl PartialSchema for Identity<'_> {
    fn schema() -> RefOr<Schema> {
        requests::Identity::schema()
    }
}

impl ToSchema for Identity<'_> {
    fn name() -> Cow<'static, str> {
        requests::Identity::name()
    }
}

/// The signed-in user.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me<'a> {
    #[serde(flatten)]
    user: User<'a>,
    /// Their account.
    account: Account<'a>,
    /// What they may do.
    may: Abilities,
}

/// The account that a user belongs to.
#[derive(Serialize, ToSchema)]
struct Account<'a> {
    /// The id of the account.
    id: Uuid,
    /// The name of the account.
    name: &'a str,
}

/// What a user may do.
#[derive(Serialize, ToSchema)]
struct Abilities {
    /// Whether they may work on the first line.
    l1: bool,
    /// Whether they may manage the account's users.
    manage_users: bool,
    /// Whether they may author flows.
    author_flows: bool,
}

impl<'a> From<&'a domain::User> for User<'a> {
    fn from(user: &'a domain::User) -> Self {
        let domain::User { id, account_id: _, email, role, can_cover_l1, active, identity } = user;
        let identity = identity.as_ref().map(Identity::from);
        let (email, account_role) = (email.as_str(), (*role).into());
        let details = CreatedUser { email, account_role, can_cover_l1: *can_cover_l1, active: *active, identity };
        Self { id: id.as_uuid(), details }
    }
}

impl<'a> From<&'a UserDetails> for CreatedUser<'a> {
    fn from(details: &'a UserDetails) -> Self {
        Self {
            email: details.email.as_str(),
            account_role: details.role.into(),
            can_cover_l1: details.can_cover_l1,
            active: details.active,
            identity: details.identity.as_ref().map(Identity::from),
        }
    }
}

impl<'a> From<&'a domain::Identity> for Identity<'a> {
    fn from(domain::Identity { issuer, subject }: &'a domain::Identity) -> Self {
        Self { issuer: issuer.as_str(), subject: subject.as_str() }
    }
}

impl<'a> Me<'a> {
    pub(crate) fn of(caller: &'a domain::SignedIn, account: &'a domain::Account) -> Self {
        let domain::Abilities { l1, manage_users, author_flows } = caller.abilities();
        Self {
            user: caller.user().into(),
            account: Account { id: account.id.as_uuid(), name: account.name.as_str() },
            may: Abilities { l1, manage_users, author_flows },
        }
    }
}
