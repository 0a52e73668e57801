//! What happened to a user.

use actix_web::HttpResponse;
use firstline_domain::service::UserEventQuery;

use super::event::UserEvent;
use super::requests::{UserEvents, UserPath};
use crate::endpoint::ManagerCall;
use crate::paging::{Asked, PageParams, link_next, read_page_of};
use crate::problem::Problem;
use crate::respond::json;

/// Lists the events of a user, oldest first.
///
/// Where more rows follow, the header `Link` has a relative reference to the next page.
#[utoipa::path(get, path = "/api/v1/users/{user_id}/events", tag = "users", operation_id = "user_events",
    params(UserPath, PageParams<UserEvents>),
    responses((status = 200, description = "A page of the events.", body = Vec<UserEvent<'_>>,
        headers(("Link" = Option<String>,
            description = "The next page: `<…>; rel=\"next\"`. Missing on the last page.")))))]
pub(crate) async fn user_events(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let account_id = call.actor.account_id();
    let asked = read_page_of::<UserPath, UserEvents>(&call.request, account_id, |path| path.user_id)?;
    let Asked { filter: id, limit, after } = asked;
    let query = UserEventQuery { limit, after: after.unwrap_or_default() };
    let page = call.state.services.users.events(call.actor, id, query).await?;
    let events: Vec<UserEvent<'_>> = page.rows.iter().map(UserEvent::from).collect();
    let mut answer = json(&events, 2 + 512 * events.len())?;
    if let Some(next) = &page.next {
        let first = format!("/api/v1/users/{id}/events?limit={}", limit.get());
        link_next::<UserEvents>(&mut answer, &first, account_id, &id, next);
    }
    Ok(answer)
}
