//! Users and their events.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use firstline_domain::account::{Identity, Role, User};
use firstline_domain::error::StoreError;
use firstline_domain::ids::UserId;
use firstline_domain::text::{Email, Issuer, Subject};
use firstline_domain::user::{Roster, UserEvent, UserEventData};
use uuid::Uuid;

use super::table::Table;
use crate::sql_types::{Instant, Uid};

#[derive(QueryableByName)]
pub(crate) struct UserRow {
    #[diesel(sql_type = Uid)]
    account_id: Uuid,
    #[diesel(sql_type = Uid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    account_role: String,
    #[diesel(sql_type = Bool)]
    can_cover_l1: bool,
    #[diesel(sql_type = Bool)]
    active: bool,
    #[diesel(sql_type = Nullable<Text>)]
    issuer: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    subject: Option<String>,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        let table = Table("users", row.id);
        let identity = match (row.issuer, row.subject) {
            (None, None) => None,
            (Some(issuer), Some(subject)) => Some(Identity {
                issuer: table.checked("issuer", Issuer::stored(issuer))?,
                subject: table.checked("subject", Subject::stored(subject))?,
            }),
            _ => return Err(table.corrupt("issuer and subject are not there together")),
        };
        Ok(Self {
            id: row.id.into(),
            account_id: row.account_id.into(),
            email: table.checked("email", Email::stored(row.email))?,
            role: table.known("account_role", Role::parse(&row.account_role))?,
            can_cover_l1: row.can_cover_l1,
            active: row.active,
            identity,
        })
    }
}

/// One of the two users of a roster, or none, beside what holds of the account.
#[derive(QueryableByName)]
pub(crate) struct RosterRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Nullable<Instant>)]
    changed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    other_active_owners: i64,
    #[diesel(embed)]
    user: Option<UserRow>,
}

/// What a decision about `user_id` leans on, with `actor` as the one who asks.
pub(crate) fn roster(user_id: UserId, actor: Option<UserId>, rows: Vec<RosterRow>) -> Result<Roster, StoreError> {
    let Some(first) = rows.first() else { return Err(StoreError::Failed("a roster without a row".into())) };
    let mut roster = Roster {
        version: first.version,
        changed_at: first.changed_at,
        user: None,
        actor: None,
        other_active_owners: Table("users", user_id.as_uuid())
            .count("other_active_owners", first.other_active_owners)?,
    };
    for row in rows.into_iter().filter_map(|row| row.user) {
        let user = User::try_from(row)?;
        if Some(user.id) == actor {
            roster.actor = Some(user.clone());
        }
        if user.id == user_id {
            roster.user = Some(user);
        }
    }
    Ok(roster)
}

#[derive(QueryableByName)]
pub(crate) struct UserEventRow {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Uid)]
    user_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    data: String,
    #[diesel(sql_type = Nullable<Uid>)]
    actor_user_id: Option<Uuid>,
    #[diesel(sql_type = Instant)]
    at: DateTime<Utc>,
}

impl TryFrom<UserEventRow> for UserEvent {
    type Error = StoreError;

    fn try_from(row: UserEventRow) -> Result<Self, StoreError> {
        let data = UserEventData::from_json(&row.kind, &row.data)
            .map_err(|error| StoreError::corrupt("user_events", format_args!("{}/{}", row.user_id, row.seq), error))?;
        Ok(Self {
            seq: row.seq,
            user_id: row.user_id.into(),
            data,
            actor_user_id: row.actor_user_id.map(UserId::from),
            at: row.at,
        })
    }
}
