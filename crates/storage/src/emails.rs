//! Comparing the e-mail addresses that were there before, when migrations have run: the domain says which are the same.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use firstline_domain::user::{KeptEmail, SameEmail, compare_emails};
use uuid::Uuid;

use crate::accounts::{Answer, SEES_ALL_ACCOUNTS};
use crate::rows::IdRow;
use crate::sql_types::Uid;

#[derive(QueryableByName)]
struct KeptRow {
    #[diesel(sql_type = Uid)]
    account_id: Uuid,
    #[diesel(sql_type = Uid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Nullable<Text>)]
    email_folded: Option<String>,
}

impl From<KeptRow> for KeptEmail {
    fn from(row: KeptRow) -> Self {
        Self { account_id: row.account_id.into(), user_id: row.id.into(), email: row.email, folded: row.email_folded }
    }
}

const ACCOUNTS: &str = "SELECT id FROM accounts ORDER BY id";

/// Row security binds the owner too: on Postgres the users of the account are seen that is set on the connection.
const GO_TO: &str = "SELECT set_config('app.current_account_id', $1, false)";

const KEPT: &str = "SELECT account_id, id, email, email_folded FROM users WHERE account_id = $1";

/// Writes nothing when the address has changed meanwhile.
const FOLD: &str = "UPDATE users SET email_folded = $1 WHERE account_id = $2 AND id = $3 AND email = $4";

/// Compares the addresses of an account on the connection, writes what is to be another, and answers who shares one.
macro_rules! compare {
    ($connection:expr, $account:expr) => {{
        let rows: Vec<KeptRow> = sql_query(KEPT).bind::<Uid, _>($account).load($connection)?;
        let compared = compare_emails(rows.into_iter().map(KeptEmail::from).collect());
        for user in compared.changes {
            let fold = sql_query(FOLD)
                .bind::<Nullable<Text>, _>(user.folded)
                .bind::<Uid, _>(user.account_id.as_uuid())
                .bind::<Uid, _>(user.user_id.as_uuid())
                .bind::<Text, _>(user.email);
            match fold.execute($connection) {
                // Another user has taken the address since: the next run tells of it.
                Ok(_) | Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {}
                Err(error) => return Err(error),
            }
        }
        compared.same
    }};
}

pub(crate) fn compare_on_sqlite(connection: &mut SqliteConnection) -> Result<Vec<SameEmail>, DieselError> {
    let mut same = Vec::new();
    for account in sql_query(ACCOUNTS).load::<IdRow>(connection)? {
        same.extend(compare!(connection, account.id));
    }
    Ok(same)
}

/// As the tables' owner, account by account and on a connection that ends afterwards: those who serve do not know which
/// accounts there are.
pub(crate) fn compare_on_postgres(
    connection: &mut AsyncConnectionWrapper<AsyncPgConnection>,
) -> Result<Vec<SameEmail>, DieselError> {
    if !sql_query(SEES_ALL_ACCOUNTS).get_result::<Answer>(connection)?.yes {
        tracing::warn!(
            "e-mail addresses from before are not compared: the login of database.migrate_url did not make the tables"
        );
        return Ok(Vec::new());
    }
    let mut same = Vec::new();
    for account in sql_query(ACCOUNTS).load::<IdRow>(connection)? {
        sql_query(GO_TO).bind::<Text, _>(account.id.to_string()).execute(connection)?;
        same.extend(compare!(connection, account.id));
    }
    Ok(same)
}
