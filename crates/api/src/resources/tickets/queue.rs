//! The queue.

use actix_web::HttpResponse;
use firstline_domain::account::L1Actor;
use firstline_domain::ports::{self, QueuePosition};
use firstline_domain::service::QueueQuery;
use firstline_domain::ticket::TicketStatus;

use super::json::QueueRow;
use crate::edge::answers::streamed_rows;
use crate::endpoint::L1Call;
use crate::input::{Defective, Defects, Query};
use crate::paging::{List, link_next, read_cursor, read_limit};
use crate::problem::Problem;
use crate::respond::json;
use crate::wire::schema;

/// The queue, as its cursors know it.
struct Queue;

impl List for Queue {
    const NAME: &'static str = "queue";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this queue, with the same status_filter";
    type Filter = Option<TicketStatus>;
    type Key = QueuePosition;

    /// Not every store can compare with times outside the years 1970 to 9999.
    fn is_place(key: &QueuePosition) -> bool {
        (0..253_402_300_800_000_000).contains(&key.created_at.timestamp_micros())
    }
}

/// A page with more text than this, in bytes, is streamed. As JSON beside its rows it would be in memory twice.
const STREAMED_BYTES: usize = 262_144;

/// The account's tickets, newest first.
///
/// Where more follow, the header `Link` names the next page as a relative reference.
#[utoipa::path(get, path = "/api/v1/l1/queue", tag = "l1", operation_id = "queue",
    params(schema::QueueParams),
    responses((status = 200, description = "A page of the queue.", body = Vec<QueueRow<'_>>,
        headers(("link" = Option<String>, description = "`<…>; rel=\"next\"`: where the next page is")))))]
pub(crate) async fn queue(call: L1Call) -> Result<HttpResponse, Problem> {
    let query = read_query(&Query::of(&call.request), call.actor)?;
    let page = call.state.services.workspace.queue(call.actor, query).await?;
    let bytes = text_bytes(&page.rows);
    let mut answer = if bytes > STREAMED_BYTES {
        let permit = call.state.shared.answers().reserve(&call.context, bytes as u64)?;
        streamed_rows(page.rows, |array, out, row| array.item(out, &QueueRow::from(row)), permit)
    } else {
        let rows: Vec<QueueRow<'_>> = page.rows.iter().map(QueueRow::from).collect();
        json(&rows, 2 + bytes)?
    };
    if let Some(next) = &page.next {
        link_next::<Queue>(&mut answer, &reference(query), call.actor.account_id(), &query.status, next);
    }
    Ok(answer)
}

/// How many bytes the text of a page has, which is nearly all of its JSON.
fn text_bytes(rows: &[ports::QueueRow]) -> usize {
    rows.iter().map(|row| row.problem_statement.as_str().len() + 512).sum()
}

fn read_query(query: &Query, actor: L1Actor) -> Result<QueueQuery, Problem> {
    let mut defects = Defects::default();
    let status = read_status(query, &mut defects);
    let limit = read_limit(query, &mut defects);
    let after = read_cursor::<Queue>(query, actor.account_id(), status.as_ref().ok(), &mut defects);
    let request = match (status, limit, after) {
        (Ok(status), Ok(limit), Ok(after)) => Some(QueueQuery { status, limit, after }),
        _ => None,
    };
    defects.resolve(request)
}

fn read_status(query: &Query, defects: &mut Defects) -> Result<Option<TicketStatus>, Defective> {
    let Some(name) = query.get("status_filter", defects).filter(|name| !name.is_empty()) else { return Ok(None) };
    let status = TicketStatus::parse(name);
    if status.is_none() {
        defects.add("/query/status_filter", "must be open, walking, resolved, escalated or empty");
    }
    status.map(Some).ok_or(Defective)
}

/// The queue's first page.
fn reference(query: QueueQuery) -> String {
    let filter = query.status.map(|status| format!("&status_filter={}", status.as_str())).unwrap_or_default();
    format!("/api/v1/l1/queue?limit={}{filter}", query.limit.get())
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
