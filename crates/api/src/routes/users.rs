//! Managing the account's users.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use firstline_domain::account::{AccountManager, Role};
use firstline_domain::ids::UserId;
use firstline_domain::ports::UserFilter;
use firstline_domain::service::{UserEventQuery, UserQuery};

use crate::endpoint::ManagerCall;
use crate::input::{Defective, Defects, Fields, Query, path_id, read_boolean};
use crate::paging::{List, link_next, read_cursor, read_limit, read_page_of};
use crate::problem::Problem;
use crate::wire::user::{user_answer, user_events_answer, users_answer};
use crate::wire::user_schema as schema;

/// The users, as their cursors know them.
struct Users;

impl List for Users {
    const NAME: &'static str = "users";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this list, with the same filters";
    type Filter = UserFilter;
    type Key = UserId;
}

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

/// The account's users, the first made first.
///
/// Where more follow, the header `Link` names the next page as a relative reference.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", operation_id = "list_users",
    params(schema::UsersParams),
    responses((status = 200, description = "A page of the users.", body = Vec<schema::User>,
        headers(("link" = Option<String>, description = "`<…>; rel=\"next\"`: where the next page is")))))]
pub(crate) async fn list_users(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let query = read_query(&call.request, call.actor)?;
    let page = call.state.services.users.users(call.actor, query).await?;
    let mut answer = users_answer(&page.rows)?;
    if let Some(next) = &page.next {
        link_next::<Users>(&mut answer, &reference(query), call.actor.account_id(), &query.filter, next);
    }
    Ok(answer)
}

/// Makes a user.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", operation_id = "create_user",
    request_body = schema::NewUser,
    responses((status = 201, description = "The user.", body = schema::User,
        headers(("location" = String, description = "Where the user is")))))]
pub(crate) async fn create_user(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let details = Fields::of(call.body, &mut defects).user_details();
    let details = defects.resolve(details)?;
    let user = call.state.services.users.create(call.actor, details).await?;
    let mut answer = user_answer(&user)?;
    *answer.status_mut() = StatusCode::CREATED;
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/users/{}", user.id)) {
        answer.headers_mut().insert(LOCATION, location);
    }
    Ok(answer)
}

/// A user of the account.
#[utoipa::path(get, path = "/api/v1/users/{user_id}", tag = "users", operation_id = "read_user",
    params(schema::UserPath),
    responses((status = 200, description = "The user.", body = schema::User)))]
pub(crate) async fn read_user(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "user_id", &mut defects);
    let id = defects.resolve(id)?;
    let user = call.state.services.users.user(call.actor, id).await?;
    user_answer(&user)
}

/// Changes a user. It counts from their next request on, on every instance.
#[utoipa::path(patch, path = "/api/v1/users/{user_id}", tag = "users", operation_id = "change_user",
    params(schema::UserPath), request_body = schema::UserChange,
    responses((status = 200, description = "The user as they are now.", body = schema::User)))]
pub(crate) async fn change_user(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "user_id", &mut defects);
    let change = Fields::of(call.body, &mut defects).user_change();
    let id = defects.resolve(id)?;
    let user = call.state.services.users.change(call.actor, id, change).await?;
    user_answer(&user)
}

/// What happened to a user, oldest first.
///
/// Where more follow, the header `Link` names the next page as a relative reference.
#[utoipa::path(get, path = "/api/v1/users/{user_id}/events", tag = "users", operation_id = "user_events",
    params(schema::UserPath, schema::UserEventsParams),
    responses((status = 200, description = "A page of the events.", body = Vec<schema::UserEvent>,
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
    let mut answer = user_events_answer(&page.rows)?;
    if let Some(next) = &page.next {
        let first = format!("/api/v1/users/{id}/events?limit={}", query.limit.get());
        link_next::<UserEvents>(&mut answer, &first, account_id, &id, next);
    }
    Ok(answer)
}

fn read_query(request: &HttpRequest, manager: AccountManager) -> Result<UserQuery, Problem> {
    let mut defects = Defects::default();
    let query = &Query::only(request, &["account_role", "active", "limit", "cursor"], &mut defects);
    let filter = match (read_role(query, &mut defects), read_boolean(query, "active", &mut defects)) {
        (Ok(role), Ok(active)) => Ok(UserFilter { role, active }),
        _ => Err(Defective),
    };
    let limit = read_limit(query, &mut defects);
    let after = read_cursor::<Users>(query, manager.account_id(), filter.as_ref().ok(), &mut defects);
    let request = match (filter, limit, after) {
        (Ok(filter), Ok(limit), Ok(after)) => Some(UserQuery { filter, limit, after }),
        _ => None,
    };
    defects.resolve(request)
}

fn read_role(query: &Query, defects: &mut Defects) -> Result<Option<Role>, Defective> {
    let Some(name) = query.get("account_role", defects) else { return Ok(None) };
    let role = Role::parse(name);
    if role.is_none() {
        let all = Role::ALL.map(Role::as_str).join(", ");
        defects.add("/query/account_role", format!("must be one of {all}"));
    }
    role.map(Some).ok_or(Defective)
}

/// The first page of the users.
fn reference(query: UserQuery) -> String {
    let role = query.filter.role.map(|role| format!("&account_role={}", role.as_str())).unwrap_or_default();
    let active = query.filter.active.map(|active| format!("&active={active}")).unwrap_or_default();
    format!("/api/v1/users?limit={}{role}{active}", query.limit.get())
}
