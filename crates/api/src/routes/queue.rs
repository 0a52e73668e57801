//! The queue.

use actix_web::HttpResponse;
use firstline_domain::account::L1Actor;
use firstline_domain::queue::{QueueCursor, QueuePosition, QueueQuery};
use firstline_domain::ticket::TicketStatus;

use crate::cursor;
use crate::edge::answers::streamed_rows;
use crate::endpoint::L1Call;
use crate::input::{Defective, Defects, Query, next_page, read_limit};
use crate::problem::Problem;
use crate::wire::schema;
use crate::wire::ticket::{append_row, queue_answer, queue_bytes};

/// A page with more text than this, in bytes, is streamed. As JSON beside its rows it would be in memory twice.
const STREAMED_BYTES: usize = 262_144;

/// The account's tickets, newest first.
///
/// Where more follow, the header `Link` names the next page as a relative reference.
#[utoipa::path(get, path = "/api/v1/l1/queue", tag = "l1", operation_id = "queue",
    params(schema::QueueParams),
    responses((status = 200, description = "A page of the queue.", body = Vec<schema::QueueRow>,
        headers(("link" = Option<String>, description = "`<…>; rel=\"next\"`: where the next page is")))))]
pub(crate) async fn queue(call: L1Call) -> Result<HttpResponse, Problem> {
    let query = read_query(&Query::of(&call.request), call.actor)?;
    let page = call.state.services.workspace.queue(call.actor, query).await?;
    let bytes = queue_bytes(&page.rows);
    let mut answer = if bytes > STREAMED_BYTES {
        let permit = call.state.shared.answers().reserve(&call.context, bytes as u64)?;
        streamed_rows(page.rows, append_row, permit)
    } else {
        queue_answer(&page.rows)?
    };
    if let Some(next) = &page.next {
        next_page(&mut answer, &reference(query, next));
    }
    Ok(answer)
}

fn read_query(query: &Query, actor: L1Actor) -> Result<QueueQuery, Problem> {
    let mut defects = Defects::default();
    let status = read_status(query, &mut defects);
    let limit = read_limit(query, &mut defects);
    let after = read_cursor(query, actor, &status, &mut defects);
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

fn read_cursor(
    query: &Query,
    actor: L1Actor,
    status: &Result<Option<TicketStatus>, Defective>,
    defects: &mut Defects,
) -> Result<Option<QueuePosition>, Defective> {
    let Some(text) = query.get("cursor", defects) else { return Ok(None) };
    let after = cursor::queue::decode(text).and_then(|cursor| match status {
        Ok(status) => cursor.position_in(actor.account_id(), *status),
        // With a filter that cannot be read there is nothing to compare with; the filter is the defect.
        Err(Defective) => Some(cursor.after),
    });
    if after.is_none() {
        defects.add("/query/cursor", "must be the cursor of a Link header of this queue, with the same status_filter");
    }
    after.map(Some).ok_or(Defective)
}

fn reference(query: QueueQuery, next: &QueueCursor) -> String {
    let filter = query.status.map(|status| format!("&status_filter={}", status.as_str())).unwrap_or_default();
    let (limit, cursor) = (query.limit.get(), cursor::queue::encode(next));
    format!("/api/v1/l1/queue?limit={limit}{filter}&cursor={cursor}")
}
