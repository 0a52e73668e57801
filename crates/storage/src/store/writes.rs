//! What both databases bind of a session's events, and when its ticket changes.

use chrono::{DateTime, Utc};
use firstline_domain::account::ActingAs;
use firstline_domain::error::StoreError;
use firstline_domain::ids::UserId;
use firstline_domain::session::{Event, Save};
use uuid::Uuid;

/// An event in the columns of its row.
pub(crate) struct EventColumns {
    pub(crate) seq: i64,
    pub(crate) kind: &'static str,
    pub(crate) data: String,
    pub(crate) actor: Option<Uuid>,
    pub(crate) acting_as: Option<&'static str>,
    pub(crate) at: DateTime<Utc>,
}

impl TryFrom<&Event> for EventColumns {
    type Error = StoreError;

    fn try_from(event: &Event) -> Result<Self, StoreError> {
        Ok(Self {
            seq: event.seq,
            kind: event.data.kind().as_str(),
            data: event.data.to_json().map_err(|error| StoreError::Failed(Box::new(error)))?,
            actor: event.actor_user_id.map(UserId::as_uuid),
            acting_as: event.acting_as.map(ActingAs::as_str),
            at: event.at,
        })
    }
}

/// When a save changes its ticket: at its last event.
pub(crate) fn ticket_time(save: &Save) -> DateTime<Utc> {
    save.events.last().map_or(save.header.last_step_at, |event| event.at)
}
