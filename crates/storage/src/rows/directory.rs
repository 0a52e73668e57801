//! Accounts and users.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text};
use firstline_domain::account::{Account, Identity, Role, User};
use firstline_domain::error::StoreError;
use firstline_domain::text::{Email, Issuer, Name, Subject};
use uuid::Uuid;

use super::Table;
use crate::sql_types::Uid;

#[derive(QueryableByName)]
pub(crate) struct AccountRow {
    #[diesel(sql_type = Uid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;

    fn try_from(row: AccountRow) -> Result<Self, StoreError> {
        let table = Table("accounts", row.id);
        Ok(Self { id: row.id.into(), name: table.checked("name", Name::new(row.name))? })
    }
}

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
                issuer: table.checked("issuer", Issuer::new(issuer))?,
                subject: table.checked("subject", Subject::new(subject))?,
            }),
            _ => return Err(table.corrupt("issuer and subject are not there together")),
        };
        Ok(Self {
            id: row.id.into(),
            account_id: row.account_id.into(),
            email: table.checked("email", Email::new(row.email))?,
            role: table.known("account_role", Role::parse(&row.account_role))?,
            can_cover_l1: row.can_cover_l1,
            active: row.active,
            identity,
        })
    }
}
