//! What requests about tickets say.

use std::borrow::Cow;

use firstline_domain::ids::TicketId;
use firstline_domain::paging::PageLimit;
use firstline_domain::ports::QueuePosition;
use firstline_domain::ticket::TicketStatus;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::input::described::one_of;
use crate::input::{Described, ParamValue, params};
use crate::paging::List;

params! {
    /// The ticket that a path names.
    pub(crate) struct TicketPath in Path {
        /// The ticket's id, in any spelling of a UUID.
        ticket_id: TicketId,
    }

    /// What the queue is narrowed to.
    pub(crate) struct QueueFilter in Query {
        /// Only tickets with this status; empty or missing for all.
        status_filter: Option<StatusFilter>,
    }
}

/// A ticket's status, or the empty text for all.
pub(crate) struct StatusFilter(Option<TicketStatus>);

impl Described for StatusFilter {
    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name(Self::name()).into()
    }
}

impl PartialSchema for StatusFilter {
    fn schema() -> RefOr<Schema> {
        let status = TicketStatus::ALL.map(TicketStatus::as_str);
        // Generators of clients make no name of the empty text.
        let names: Vec<&str> = std::iter::once("all").chain(status).collect();
        let schema = one_of(std::iter::once("").chain(status));
        let schema = schema.description(Some("A status of tickets, or the empty text for all."));
        schema.extensions(Some(Extensions::from_iter([("x-enum-varnames", names)]))).into()
    }
}

impl ToSchema for StatusFilter {
    fn name() -> Cow<'static, str> {
        "TicketStatusFilter".into()
    }
}

impl ParamValue for StatusFilter {
    fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        let status = TicketStatus::parse(text);
        if status.is_none() && !text.is_empty() {
            return Err("must be open, walking, resolved, escalated or empty".into());
        }
        Ok(Self(status))
    }
}

impl From<QueueFilter> for Option<TicketStatus> {
    fn from(QueueFilter { status_filter }: QueueFilter) -> Self {
        status_filter.and_then(|StatusFilter(status)| status)
    }
}

/// The queue, as its cursors know it.
pub(crate) struct Queue;

impl List for Queue {
    const NAME: &'static str = "queue";
    const ROWS: &'static str = "tickets";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this queue, with the same status_filter";
    const SAME: &'static str = ", with the same `status_filter`";
    type Query = QueueFilter;
    type Filter = Option<TicketStatus>;
    type Limit = PageLimit;
    type Key = QueuePosition;

    /// Not every store can compare with times outside the years 1970 to 9999.
    fn is_place(key: &QueuePosition) -> bool {
        (0..253_402_300_800_000_000).contains(&key.created_at.timestamp_micros())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::paging::tests::through_text;

    #[test]
    fn a_cursor_keeps_the_microsecond_and_no_time_outside_the_calendar() {
        let at = |micros: i64| QueuePosition {
            created_at: DateTime::from_timestamp_micros(micros).unwrap(),
            ticket_id: Uuid::from_u128(9).into(),
        };
        for status in std::iter::once(None).chain(TicketStatus::ALL.map(Some)) {
            assert_eq!(through_text::<Queue>(&status, &at(1_767_225_600_123_456)), Some(at(1_767_225_600_123_456)));
        }
        for micros in [-1, 253_402_300_800_000_000] {
            assert_eq!(through_text::<Queue>(&None, &at(micros)), None);
        }
    }
}
