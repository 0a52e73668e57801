//! The queue.

use actix_web::HttpResponse;
use firstline_domain::ports;
use firstline_domain::service::QueueQuery;

use super::json::QueueRow;
use super::requests::Queue;
use crate::edge::answers::streamed_rows;
use crate::endpoint::L1Call;
use crate::input::{InvalidParams, Query};
use crate::paging::{Asked, PageParams, link_next, read_page};
use crate::problem::Problem;
use crate::respond::json;

/// A page with more text than this, in bytes, is streamed. As JSON beside its rows it would be in memory twice.
const STREAMED_BYTES: usize = 262_144;

/// Lists the account's tickets, newest first.
///
/// Where more rows follow, the header `Link` has a relative reference to the next page.
#[utoipa::path(get, path = "/api/v1/l1/queue", tag = "l1", operation_id = "queue",
    params(PageParams<Queue>),
    responses((status = 200, description = "A page of the queue.", body = Vec<QueueRow<'_>>,
        headers(("Link" = Option<String>,
            description = "The next page: `<…>; rel=\"next\"`. Missing on the last page.")))))]
pub(crate) async fn queue(call: L1Call) -> Result<HttpResponse, Problem> {
    let (mut invalid, account_id) = (InvalidParams::default(), call.actor.account_id());
    let asked = read_page::<Queue>(&Query::of(&call.request), account_id, &mut invalid);
    let Asked { filter: status, limit, after } = invalid.finish(asked)?;
    let query = QueueQuery { status, limit, after };
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
        link_next::<Queue>(&mut answer, &reference(query), account_id, &status, next);
    }
    Ok(answer)
}

/// How many bytes the text of a page has, which is nearly all of its JSON.
fn text_bytes(rows: &[ports::QueueRow]) -> usize {
    rows.iter().map(|row| row.problem_statement.as_str().len() + 512).sum()
}

/// The queue's first page.
fn reference(query: QueueQuery) -> String {
    let filter = query.status.map(|status| format!("&status_filter={}", status.as_str())).unwrap_or_default();
    format!("/api/v1/l1/queue?limit={}{filter}", query.limit.get())
}
