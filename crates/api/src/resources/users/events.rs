//! What happened to a user.

use actix_web::HttpResponse;
use firstline_domain::ids::UserId;
use firstline_domain::service::UserEventQuery;

use super::event::UserEvent;
use crate::endpoint::ManagerCall;
use crate::input::{Defects, Query, path_id};
use crate::paging::{List, link_next, read_page_of};
use crate::problem::Problem;
use crate::respond::json;
use crate::wire::user_schema as schema;

/// The events of a user, as their cursors know them.
struct UserEvents;

impl List for UserEvents {
    const NAME: &'static str = "user events";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this user's events";
    type Filter = UserId;
    type Key = i64;

    fn is_place(seq: &i64) -> bool {
        *seq >= 1
    }
}

/// What happened to a user, oldest first.
///
/// Where more follow, the header `Link` names the next page as a relative reference.
#[utoipa::path(get, path = "/api/v1/users/{user_id}/events", tag = "users", operation_id = "user_events",
    params(schema::UserPath, schema::UserEventsParams),
    responses((status = 200, description = "A page of the events.", body = Vec<UserEvent<'_>>,
        headers(("link" = Option<String>, description = "`<…>; rel=\"next\"`: where the next page is")))))]
pub(crate) async fn user_events(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "user_id", &mut defects);
    let query = Query::only(&call.request, &["limit", "cursor"], &mut defects);
    let account_id = call.actor.account_id();
    let page = read_page_of::<UserEvents, _, _>(&query, account_id, id.as_ref(), &mut defects);
    let query = page.map(|(limit, after)| UserEventQuery { limit, after: after.unwrap_or_default() });
    let (id, query) = defects.resolve(id.zip(query.ok()))?;
    let page = call.state.services.users.events(call.actor, id, query).await?;
    let events: Vec<UserEvent<'_>> = page.rows.iter().map(UserEvent::from).collect();
    let mut answer = json(&events, 2 + 512 * events.len())?;
    if let Some(next) = &page.next {
        let first = format!("/api/v1/users/{id}/events?limit={}", query.limit.get());
        link_next::<UserEvents>(&mut answer, &first, account_id, &id, next);
    }
    Ok(answer)
}
