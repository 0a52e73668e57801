//! Rows as both databases give them, and what they mean. A row that contradicts the rules is an error that names
//! table and id, never a guess; its message holds no customer text.

mod authored;
mod directory;
mod event;
mod flow;
mod flow_stats;
mod header;
mod session;
mod ticket;
mod user;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::pg::Pg;
use diesel::sql_types::{BigInt, Bool};
use diesel::sqlite::Sqlite;
use firstline_domain::error::StoreError;
use uuid::Uuid;

pub(crate) use authored::{AuthoredFlowRow, FlowHeadRow, FlowVersionRow, MarkRow, VersionHeadRow, WalkableRow};
pub(crate) use directory::AccountRow;
pub(crate) use event::{EventsRow, StepMarkRow, event_page, step_marks};
pub(crate) use flow::{FlowRow, ProposalRow};
pub(crate) use flow_stats::{FlowStatsRow, PendingRow, UnfoldedRow};
pub(crate) use header::HeaderRow;
pub(crate) use session::{ListedRow, SessionRow};
pub(crate) use ticket::{IdleRow, QueueTicketRow, TicketRow, with_sessions};
pub(crate) use user::{RosterRow, UserEventRow, UserRow, roster};

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

/// Names what is wrong in one table.
struct Table(&'static str, Uuid);

impl Table {
    fn corrupt(&self, detail: impl std::fmt::Display) -> StoreError {
        StoreError::corrupt(self.0, self.1.hyphenated(), detail)
    }

    /// `value`, or that `column` has none of the values that it can have.
    fn known<T>(&self, column: &str, value: Option<T>) -> Result<T, StoreError> {
        value.ok_or_else(|| self.corrupt(format_args!("{column} has an unknown value")))
    }

    /// Text that obeys the rule of its field.
    fn checked<T, E: std::fmt::Display>(&self, column: &str, text: Result<T, E>) -> Result<T, StoreError> {
        text.map_err(|defect| self.corrupt(format_args!("{column} {defect}")))
    }

    /// A count that cannot be negative.
    fn count<T: TryFrom<i64>>(&self, column: &str, count: i64) -> Result<T, StoreError> {
        T::try_from(count).map_err(|_| self.corrupt(format_args!("{column} is out of range")))
    }
}
