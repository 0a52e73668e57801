//! A session's events.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use firstline_domain::account::ActingAs;
use firstline_domain::error::StoreError;
use firstline_domain::ids::{SessionId, UserId};
use firstline_domain::session::{Event, EventData, EventKind, StepMark};
use uuid::Uuid;

use super::table::Table;
use crate::sql_types::{Instant, Uid};

/// An event beside the version of its session.
#[derive(QueryableByName)]
pub(crate) struct EventsRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(embed)]
    event: Option<EventRow>,
}

#[derive(QueryableByName)]
struct EventRow {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    data: String,
    #[diesel(sql_type = Nullable<Uid>)]
    actor_user_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    acting_as: Option<String>,
    #[diesel(sql_type = Instant)]
    at: DateTime<Utc>,
}

/// The events of the session `id` after the seq `after`, at most `limit`. They have no gaps and reach the session's
/// version unless there are more. No row at all means that there is no such session.
pub(crate) fn event_page(
    id: SessionId,
    after: i64,
    limit: u16,
    rows: Vec<EventsRow>,
) -> Result<Option<Vec<Event>>, StoreError> {
    let Some(version) = rows.first().map(|row| row.version) else { return Ok(None) };
    let sessions = Table("walk_sessions", id.as_uuid());
    let events = rows.into_iter().filter_map(|row| row.event).map(|row| row.read(id)).collect::<Result<Vec<_>, _>>()?;
    let last = version.min(after.saturating_add(limit.into()));
    let numbers = events.iter().map(|event| event.seq);
    if !numbers.eq(after.saturating_add(1)..=last) {
        return Err(sessions.corrupt("its events are not numbered from 1 to its version"));
    }
    Ok(Some(events))
}

/// A step or an undo.
#[derive(QueryableByName)]
pub(crate) struct StepMarkRow {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    kind: String,
}

/// The marks of the session `id`.
pub(crate) fn step_marks(id: SessionId, rows: Vec<StepMarkRow>) -> Result<Vec<(i64, StepMark)>, StoreError> {
    let marks = rows.into_iter().map(|row| {
        let mark = EventKind::parse(&row.kind).and_then(EventKind::step_mark);
        let corrupt =
            || StoreError::corrupt("session_events", format_args!("{id}/{}", row.seq), "kind is not a step's");
        Ok((row.seq, mark.ok_or_else(corrupt)?))
    });
    marks.collect()
}

impl EventRow {
    fn read(self, session: SessionId) -> Result<Event, StoreError> {
        let corrupt =
            |detail: &str| StoreError::corrupt("session_events", format_args!("{session}/{}", self.seq), detail);
        let acting_as = match self.acting_as.as_deref() {
            None => None,
            Some(name) => Some(ActingAs::parse(name).ok_or_else(|| corrupt("acting_as has an unknown value"))?),
        };
        let data = EventData::from_json(&self.kind, &self.data).map_err(|error| corrupt(&error.to_string()))?;
        Ok(Event { seq: self.seq, data, actor_user_id: self.actor_user_id.map(UserId::from), acting_as, at: self.at })
    }
}
