//! What happened to a session.

use actix_web::HttpResponse;
use firstline_domain::service::SessionEventQuery;

use super::event::Event;
use super::requests::{SessionEvents, SessionPath};
use crate::endpoint::L1Call;
use crate::paging::{Asked, PageParams, link_next, read_page_of};
use crate::problem::Problem;
use crate::respond::json;

/// Lists the events of a session, oldest first.
///
/// Where more rows follow, the header `Link` has a relative reference to the next page.
#[utoipa::path(get, path = "/api/v1/l1/sessions/{session_id}/events", tag = "l1", operation_id = "session_events",
    params(SessionPath, PageParams<SessionEvents>),
    responses((status = 200, description = "A page of the events.", body = Vec<Event<'_>>,
        headers(("Link" = Option<String>,
            description = "The next page: `<…>; rel=\"next\"`. Missing on the last page.")))))]
pub(crate) async fn session_events(call: L1Call) -> Result<HttpResponse, Problem> {
    let account_id = call.actor.account_id();
    let asked = read_page_of::<SessionPath, SessionEvents>(&call.request, account_id, |path| path.session_id)?;
    let Asked { filter: id, limit, after } = asked;
    let query = SessionEventQuery { limit, after: after.unwrap_or_default() };
    let page = call.state.services.workspace.events(call.actor, id, query).await?;
    let events: Vec<Event<'_>> = page.rows.iter().map(Event::from).collect();
    let mut answer = json(&events, 2 + 512 * events.len())?;
    if let Some(next) = &page.next {
        let first = format!("/api/v1/l1/sessions/{id}/events?limit={}", limit.get());
        link_next::<SessionEvents>(&mut answer, &first, account_id, &id, next);
    }
    Ok(answer)
}
