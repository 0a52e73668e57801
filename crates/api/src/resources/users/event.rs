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

/// An accepted change of a user, by its `kind`.
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

/// The user was created.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserCreatedEvent<'a> {
    /// The number of the event. All user events of an account are numbered together.
    #[schema(minimum = 1)]
    seq: i64,
    /// The user who was created.
    user_id: Uuid,
    #[schema(inline)]
    kind: UserCreatedKind,
    /// The details of the event.
    data: CreatedUser<'a>,
    #[serde(flatten)]
    origin: UserEventOrigin,
}

/// At least one field of the user changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserChangedEvent<'a> {
    /// The number of the event. All user events of an account are numbered together.
    #[schema(minimum = 1)]
    seq: i64,
    /// The user who changed.
    user_id: Uuid,
    #[schema(inline)]
    kind: UserChangedKind,
    /// The details of the event.
    data: ChangedUser<'a>,
    #[serde(flatten)]
    origin: UserEventOrigin,
}

/// Who changed a user, and when.
#[derive(Serialize, ToSchema)]
struct UserEventOrigin {
    /// The user who made the change; null for the system: the command line and provisioning.
    #[schema(required)]
    actor_user_id: Option<Uuid>,
    /// When it happened.
    #[serde(serialize_with = "time")]
    at: DateTime<Utc>,
}

/// The fields of a user that changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangedUser<'a> {
    /// Each field that changed, once.
    changes: Vec<UserFieldChange<'a>>,
}

/// A field's values before and after, by its name.
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

/// A change of the e-mail address.
#[derive(Serialize, ToSchema)]
pub(crate) struct EmailChange<'a> {
    #[schema(inline)]
    field: EmailField,
    /// The former address.
    before: &'a str,
    /// The new address.
    after: &'a str,
}

/// A change of the role.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountRoleChange {
    #[schema(inline)]
    field: AccountRoleField,
    /// The former role.
    before: AccountRole,
    /// The new role.
    after: AccountRole,
}

/// A change of whether the user may stand in for the first line.
#[derive(Serialize, ToSchema)]
pub(crate) struct CanCoverL1Change {
    #[schema(inline)]
    field: CanCoverL1Field,
    /// Whether they could.
    before: bool,
    /// Whether they can now.
    after: bool,
}

/// A change of whether the user may sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActiveChange {
    #[schema(inline)]
    field: ActiveField,
    /// Whether they could.
    before: bool,
    /// Whether they can now.
    after: bool,
}

/// A change of the identity.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityChange<'a> {
    #[schema(inline)]
    field: IdentityField,
    /// The former identity; null for none.
    #[schema(required)]
    before: Option<Identity<'a>>,
    /// The new identity; null for none.
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
