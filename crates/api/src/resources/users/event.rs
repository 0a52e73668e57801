//! Events of users in JSON: one type a kind.

use chrono::{DateTime, Utc};
use firstline_domain::ids::UserId;
use firstline_domain::user::{self as domain, Changed, FieldChange, UserEventData};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::user::{CreatedUser, Identity};
use crate::resources::literal::literals;
use crate::resources::names::AccountRole;
use crate::respond::time;

literals! {
    UserCreatedKind = "user_created";
    UserChangedKind = "user_changed";
    EmailField = "email";
    AccountRoleField = "account_role";
    CanCoverL1Field = "can_cover_l1";
    ActiveField = "active";
    IdentityField = "identity";
}

/// One accepted change of a user, by its kind.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(discriminator(property_name = "kind", mapping(
    ("user_created" = "#/components/schemas/UserCreatedEvent"),
    ("user_changed" = "#/components/schemas/UserChangedEvent"),
)))]
pub(crate) enum UserEvent<'a> {
    Created(UserCreatedEvent<'a>),
    Changed(UserChangedEvent<'a>),
}

/// The user was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserCreatedEvent<'a> {
    /// Its number in the account, whose users' events are numbered together.
    #[schema(minimum = 1)]
    seq: i64,
    user_id: Uuid,
    #[schema(inline)]
    kind: UserCreatedKind,
    data: CreatedUser<'a>,
    #[serde(flatten)]
    origin: UserEventOrigin,
}

/// At least one thing about the user changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserChangedEvent<'a> {
    /// Its number in the account, whose users' events are numbered together.
    #[schema(minimum = 1)]
    seq: i64,
    user_id: Uuid,
    #[schema(inline)]
    kind: UserChangedKind,
    data: ChangedUser<'a>,
    #[serde(flatten)]
    origin: UserEventOrigin,
}

/// Who changed a user, and when.
#[derive(Serialize, ToSchema)]
struct UserEventOrigin {
    /// Who did it; null for the system: the command line and provisioning.
    #[schema(required)]
    actor_user_id: Option<Uuid>,
    #[serde(serialize_with = "time")]
    at: DateTime<Utc>,
}

/// What changed about a user.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangedUser<'a> {
    /// Each field that changed, once.
    changes: Vec<UserFieldChange<'a>>,
}

/// One field's values before and after, by its name.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(discriminator(property_name = "field", mapping(
    ("email" = "#/components/schemas/EmailChange"),
    ("account_role" = "#/components/schemas/AccountRoleChange"),
    ("can_cover_l1" = "#/components/schemas/CanCoverL1Change"),
    ("active" = "#/components/schemas/ActiveChange"),
    ("identity" = "#/components/schemas/IdentityChange"),
)))]
pub(crate) enum UserFieldChange<'a> {
    Email(EmailChange<'a>),
    AccountRole(AccountRoleChange),
    CanCoverL1(CanCoverL1Change),
    Active(ActiveChange),
    Identity(IdentityChange<'a>),
}

/// Another e-mail address.
#[derive(Serialize, ToSchema)]
pub(crate) struct EmailChange<'a> {
    #[schema(inline)]
    field: EmailField,
    before: &'a str,
    after: &'a str,
}

/// Another role.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountRoleChange {
    #[schema(inline)]
    field: AccountRoleField,
    before: AccountRole,
    after: AccountRole,
}

/// From now on the user may stand in for the first line, or no longer.
#[derive(Serialize, ToSchema)]
pub(crate) struct CanCoverL1Change {
    #[schema(inline)]
    field: CanCoverL1Field,
    before: bool,
    after: bool,
}

/// From now on the user may sign in, or no longer.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActiveChange {
    #[schema(inline)]
    field: ActiveField,
    before: bool,
    after: bool,
}

/// Another identity, or none.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityChange<'a> {
    #[schema(inline)]
    field: IdentityField,
    #[schema(required)]
    before: Option<Identity<'a>>,
    #[schema(required)]
    after: Option<Identity<'a>>,
}

impl<'a> From<&'a domain::UserEvent> for UserEvent<'a> {
    fn from(event: &'a domain::UserEvent) -> Self {
        let (seq, user_id) = (event.seq, event.user_id.as_uuid());
        let origin = UserEventOrigin { actor_user_id: event.actor_user_id.map(UserId::as_uuid), at: event.at };
        match &event.data {
            UserEventData::Created(details) => {
                Self::Created(UserCreatedEvent { seq, user_id, kind: UserCreatedKind, data: details.into(), origin })
            }
            UserEventData::Changed(Changed { changes }) => {
                let data = ChangedUser { changes: changes.iter().map(UserFieldChange::from).collect() };
                Self::Changed(UserChangedEvent { seq, user_id, kind: UserChangedKind, data, origin })
            }
        }
    }
}

impl<'a> From<&'a FieldChange> for UserFieldChange<'a> {
    fn from(change: &'a FieldChange) -> Self {
        match change {
            FieldChange::Email { before, after } => {
                Self::Email(EmailChange { field: EmailField, before: before.as_str(), after: after.as_str() })
            }
            FieldChange::AccountRole { before, after } => Self::AccountRole(AccountRoleChange {
                field: AccountRoleField,
                before: (*before).into(),
                after: (*after).into(),
            }),
            FieldChange::CanCoverL1 { before, after } => {
                Self::CanCoverL1(CanCoverL1Change { field: CanCoverL1Field, before: *before, after: *after })
            }
            FieldChange::Active { before, after } => {
                Self::Active(ActiveChange { field: ActiveField, before: *before, after: *after })
            }
            FieldChange::Identity { before, after } => Self::Identity(IdentityChange {
                field: IdentityField,
                before: before.as_ref().map(Identity::from),
                after: after.as_ref().map(Identity::from),
            }),
        }
    }
}
