//! Accounts.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use firstline_domain::account::Account;
use firstline_domain::error::StoreError;
use firstline_domain::text::Name;
use uuid::Uuid;

use super::table::Table;
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
        Ok(Self { id: row.id.into(), name: table.checked("name", Name::stored(row.name))? })
    }
}
