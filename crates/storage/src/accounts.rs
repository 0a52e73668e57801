//! Which accounts there are: the operator's question, which nobody who serves may ask.

use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use firstline_domain::account::Account;
use firstline_domain::error::StoreError;

use crate::error::{DatabaseFailure, LoginError};
use crate::postgres::{Access, Connector};
use crate::rows::AccountRow;
use crate::sqlite::SqliteEngine;
use crate::statement::Statement;
use crate::statements;
use crate::store::SqlStore;

/// Why accounts cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// On Postgres it is the tables' owner who may, and nobody is named.
    #[error("accounts are listed by the tables' owner, and database.migrate_url, which names that login, is not set")]
    NoOwner,
    /// The login that is named is not the one that migrated.
    #[error("the login of {0} did not make the tables, and row security hides the accounts from it")]
    NotOwner(&'static str),
    /// The owner does not get at the database.
    #[error("{0}")]
    Unavailable(LoginError),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(diesel::QueryableByName)]
pub(crate) struct Answer {
    #[diesel(sql_type = Bool)]
    pub(crate) yes: bool,
}

/// Whether whoever asks sees every account: without this, the owner of another day would be told that there are none.
pub(crate) const SEES_ALL_ACCOUNTS: &str = "SELECT NOT row_security_active('accounts') \
     OR EXISTS (SELECT FROM pg_policy p \
     WHERE p.polrelid = 'accounts'::regclass AND p.polname = 'owner_lists' \
      AND EXISTS (SELECT FROM unnest(p.polroles) r WHERE pg_has_role(r, 'USAGE'))) AS yes";

pub(crate) async fn list_on_postgres(access: &Access) -> Result<Vec<Account>, ListError> {
    let owner = access.owner.as_ref().ok_or(ListError::NoOwner)?;
    let unavailable = |cause| ListError::Unavailable(owner.unreachable(cause));
    let looked = owner.within_patience(look(owner)).await.and_then(|looked| looked).map_err(unavailable)?;
    let rows = looked.ok_or_else(|| ListError::NotOwner(owner.login().setting()))?;
    Ok(rows.into_iter().map(Account::try_from).collect::<Result<_, _>>()?)
}

pub(crate) async fn list_on_sqlite(store: &SqlStore<SqliteEngine>) -> Result<Vec<Account>, StoreError> {
    store.all::<AccountRow, _>(Statement::new(statements::sqlite::ACCOUNTS)).await
}

async fn look(owner: &Connector) -> Result<Option<Vec<AccountRow>>, DatabaseFailure> {
    let mut connection: AsyncPgConnection = owner.connect_directly().await?;
    if !diesel::sql_query(SEES_ALL_ACCOUNTS).get_result::<Answer>(&mut connection).await?.yes {
        return Ok(None);
    }
    Ok(Some(diesel::sql_query("SELECT id, name FROM accounts ORDER BY id").load(&mut connection).await?))
}
