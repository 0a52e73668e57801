//! What walks tell of flows.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use firstline_domain::error::StoreError;
use firstline_domain::ports::{KeptStats, PendingWalks, UnfoldedWalk};
use firstline_domain::stats::VersionStats;
use uuid::Uuid;

use super::table::Table;
use crate::sql_types::{Instant, Uid};

/// An ended walk that is not counted yet.
#[derive(QueryableByName)]
pub(crate) struct UnfoldedRow {
    #[diesel(sql_type = Uid)]
    account_id: Uuid,
    #[diesel(sql_type = Uid)]
    flow_id: Uuid,
    #[diesel(sql_type = BigInt)]
    flow_version: i64,
    #[diesel(sql_type = Uid)]
    id: Uuid,
    #[diesel(sql_type = Instant)]
    ended_at: DateTime<Utc>,
}

impl TryFrom<UnfoldedRow> for UnfoldedWalk {
    type Error = StoreError;

    fn try_from(row: UnfoldedRow) -> Result<Self, StoreError> {
        Ok(Self {
            account_id: row.account_id.into(),
            flow_id: row.flow_id.into(),
            version: Table("walk_sessions", row.id).version("flow_version", row.flow_version)?,
            session_id: row.id.into(),
            ended_at: row.ended_at,
        })
    }
}

/// How many walks are not counted yet.
#[derive(QueryableByName)]
pub(crate) struct PendingRow {
    #[diesel(sql_type = BigInt)]
    walks: i64,
    #[diesel(sql_type = Nullable<Instant>)]
    oldest: Option<DateTime<Utc>>,
}

impl From<PendingRow> for PendingWalks {
    fn from(row: PendingRow) -> Self {
        Self { walks: u64::try_from(row.walks).unwrap_or(0), oldest: row.oldest }
    }
}

/// The statistics of a version.
#[derive(QueryableByName)]
pub(crate) struct FlowStatsRow {
    #[diesel(sql_type = Uid)]
    flow_id: Uuid,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = BigInt)]
    revision: i64,
    #[diesel(sql_type = Text)]
    stats: String,
}

impl TryFrom<FlowStatsRow> for KeptStats {
    type Error = StoreError;

    fn try_from(row: FlowStatsRow) -> Result<Self, StoreError> {
        let table = Table("flow_stats", row.flow_id);
        let version = table.version("version", row.version)?;
        let stats = table.checked("stats:", VersionStats::from_json(&row.stats))?;
        Ok(Self { version, revision: row.revision, stats })
    }
}
