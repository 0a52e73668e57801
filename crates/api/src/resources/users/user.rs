//! Users in JSON.

use firstline_domain::account as domain;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::resources::names::AccountRole;

/// A user of the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct User<'a> {
    id: Uuid,
    email: &'a str,
    account_role: AccountRole,
    /// Whether they may stand in for the first line.
    can_cover_l1: bool,
    /// Whether they may sign in.
    active: bool,
    #[schema(required)]
    identity: Option<Identity<'a>>,
}

/// How an identity provider names a user: the `iss` of its tokens and their `sub`, or the claim that the operator
/// has named for it, to the character.
#[derive(Serialize, ToSchema)]
pub(crate) struct Identity<'a> {
    /// Who vouches for them. Not blank.
    #[schema(min_length = 1, max_length = 512, pattern = r"\S")]
    issuer: &'a str,
    /// What that issuer calls them. Not blank.
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    subject: &'a str,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me<'a> {
    #[serde(flatten)]
    user: User<'a>,
    account: Account<'a>,
    may: Abilities,
}

/// The account that a user belongs to.
#[derive(Serialize, ToSchema)]
struct Account<'a> {
    id: Uuid,
    name: &'a str,
}

/// What a user may do.
#[derive(Serialize, ToSchema)]
struct Abilities {
    /// Work on the first line.
    l1: bool,
    /// Manage the account's users.
    manage_users: bool,
    /// Author flows.
    author_flows: bool,
}

impl<'a> From<&'a domain::User> for User<'a> {
    fn from(user: &'a domain::User) -> Self {
        Self {
            id: user.id.as_uuid(),
            email: user.email.as_str(),
            account_role: user.role.into(),
            can_cover_l1: user.can_cover_l1,
            active: user.active,
            identity: user.identity.as_ref().map(Identity::from),
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
