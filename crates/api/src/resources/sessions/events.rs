//! What happened to a session.

use actix_web::HttpResponse;
use firstline_domain::ids::SessionId;
use firstline_domain::service::SessionEventQuery;

use super::event::Event;
use crate::endpoint::L1Call;
use crate::input::{Defects, Query, path_id};
use crate::paging::{List, link_next, read_page_of};
use crate::problem::Problem;
use crate::respond::json;
use crate::wire::schema;

/// The events of a session, as their cursors know them.
struct SessionEvents;

impl List for SessionEvents {
    const NAME: &'static str = "session events";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this session's events";
    type Filter = SessionId;
    type Key = i64;

    fn is_place(seq: &i64) -> bool {
        *seq >= 1
    }
}

/// A session's events, oldest first.
///
/// Where more follow, the header `Link` names the next page as a relative reference.
#[utoipa::path(get, path = "/api/v1/l1/sessions/{session_id}/events", tag = "l1", operation_id = "session_events",
    params(schema::SessionPath, schema::SessionEventsParams),
    responses((status = 200, description = "A page of the events.", body = Vec<Event<'_>>,
        headers(("link" = Option<String>, description = "`<…>; rel=\"next\"`: where the next page is")))))]
pub(crate) async fn session_events(call: L1Call) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "session_id", &mut defects);
    let query = Query::only(&call.request, &["limit", "cursor"], &mut defects);
    let account_id = call.actor.account_id();
    let page = read_page_of::<SessionEvents, _, _>(&query, account_id, id.as_ref(), &mut defects);
    let query = page.map(|(limit, after)| SessionEventQuery { limit, after: after.unwrap_or_default() });
    let (id, query) = defects.resolve(id.zip(query.ok()))?;
    let page = call.state.services.workspace.events(call.actor, id, query).await?;
    let events: Vec<Event<'_>> = page.rows.iter().map(Event::from).collect();
    let mut answer = json(&events, 2 + 512 * events.len())?;
    if let Some(next) = &page.next {
        let first = format!("/api/v1/l1/sessions/{id}/events?limit={}", query.limit.get());
        link_next::<SessionEvents>(&mut answer, &first, account_id, &id, next);
    }
    Ok(answer)
}
