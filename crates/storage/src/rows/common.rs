//! What a row is to both databases, and rows of no table.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::pg::Pg;
use diesel::sql_types::{BigInt, Bool};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use crate::sql_types::{Instant, Uid};

/// A row that either database gives.
pub(crate) trait Row: QueryableByName<Pg> + QueryableByName<Sqlite> + Send + 'static {}

impl<T: QueryableByName<Pg> + QueryableByName<Sqlite> + Send + 'static> Row for T {}

/// What a write answers: that it was done, and to how much.
#[derive(QueryableByName)]
pub(crate) struct WrittenRow {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "the database has compared it already; that there is a row is the answer")]
    pub(crate) written: i64,
}

/// The time by the database's clock.
#[derive(QueryableByName)]
pub(crate) struct ClockRow {
    #[diesel(sql_type = Instant)]
    pub(crate) at: DateTime<Utc>,
}

/// The id of a row that is there, or was written.
#[derive(QueryableByName)]
pub(crate) struct IdRow {
    #[diesel(sql_type = Uid)]
    pub(crate) id: Uuid,
}

/// What became of a creation.
#[derive(QueryableByName)]
pub(crate) struct CreatedRow {
    #[diesel(sql_type = Bool)]
    pub(crate) target_found: bool,
    #[diesel(sql_type = Bool)]
    pub(crate) ticket_open: bool,
    // A column that the row's answer needs evaluated: its expression raises when rows are missing.
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "the database has compared it already")]
    pub(crate) written: i64,
}
