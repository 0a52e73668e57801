//! Two SQL types that mean the same on both databases, so that rows and statements are written once.

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, SqlType, Uuid as PgUuid};
use diesel::sqlite::{Sqlite, SqliteValue};
use uuid::Uuid;

/// A UUID: Postgres `uuid`, SQLite a BLOB of 16 bytes. Both order it by its bytes.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub(crate) struct Uid;

/// A point in time to the microsecond: Postgres `timestamptz`, SQLite microseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub(crate) struct Instant;

/// Postgres counts its microseconds from 2000-01-01 UTC; this is that moment since 1970.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;

impl ToSql<Uid, Pg> for Uuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Self as ToSql<PgUuid, Pg>>::to_sql(self, out)
    }
}

impl FromSql<Uid, Pg> for Uuid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <Self as FromSql<PgUuid, Pg>>::from_sql(value)
    }
}

impl ToSql<Uid, Sqlite> for Uuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<Uid, Sqlite> for Uuid {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self::from_slice(&bytes)?)
    }
}

impl ToSql<Instant, Pg> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.timestamp_micros() - POSTGRES_EPOCH_MICROS;
        <i64 as ToSql<BigInt, Pg>>::to_sql(&micros, &mut out.reborrow())
    }
}

impl FromSql<Instant, Pg> for DateTime<Utc> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        from_micros(micros.checked_add(POSTGRES_EPOCH_MICROS))
    }
}

impl ToSql<Instant, Sqlite> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.timestamp_micros());
        Ok(IsNull::No)
    }
}

impl FromSql<Instant, Sqlite> for DateTime<Utc> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        from_micros(Some(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?))
    }
}

/// `infinity` and other times that no clock shows are refused.
fn from_micros(micros: Option<i64>) -> deserialize::Result<DateTime<Utc>> {
    micros.and_then(DateTime::from_timestamp_micros).ok_or_else(|| "a time out of range".into())
}
