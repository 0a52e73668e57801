//! Managing the account's users.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse};
use firstline_domain::account::{self as domain, AccountManager, Role};
use firstline_domain::ids::UserId;
use firstline_domain::ports::UserFilter;
use firstline_domain::service::UserQuery;

use super::user::User;
use crate::endpoint::ManagerCall;
use crate::input::{Defective, Defects, Fields, Query, path_id, read_boolean};
use crate::paging::{List, link_next, read_cursor, read_limit};
use crate::problem::Problem;
use crate::respond::{Unwritten, json, set_header};
use crate::wire::user_schema as schema;

/// The users, as their cursors know them.
struct Users;

impl List for Users {
    const NAME: &'static str = "users";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this list, with the same filters";
    type Filter = UserFilter;
    type Key = UserId;
}

/// The account's users, the first made first.
///
/// Where more follow, the header `Link` names the next page as a relative reference.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", operation_id = "list_users",
    params(schema::UsersParams),
    responses((status = 200, description = "A page of the users.", body = Vec<User<'_>>,
        headers(("link" = Option<String>, description = "`<…>; rel=\"next\"`: where the next page is")))))]
pub(crate) async fn list_users(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let query = read_query(&call.request, call.actor)?;
    let page = call.state.services.users.users(call.actor, query).await?;
    let users: Vec<User<'_>> = page.rows.iter().map(User::from).collect();
    let mut answer = json(&users, 2 + 256 * users.len())?;
    if let Some(next) = &page.next {
        link_next::<Users>(&mut answer, &reference(query), call.actor.account_id(), &query.filter, next);
    }
    Ok(answer)
}

/// Makes a user.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", operation_id = "create_user",
    request_body = schema::NewUser,
    responses((status = 201, description = "The user.", body = User<'_>,
        headers(("location" = String, description = "Where the user is")))))]
pub(crate) async fn create_user(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let details = Fields::of(call.body, &mut defects).user_details();
    let details = defects.resolve(details)?;
    let user = call.state.services.users.create(call.actor, details).await?;
    let mut answer = user_response(&user)?;
    *answer.status_mut() = StatusCode::CREATED;
    set_header(&mut answer, LOCATION, &format!("/api/v1/users/{}", user.id));
    Ok(answer)
}

/// A user of the account.
#[utoipa::path(get, path = "/api/v1/users/{user_id}", tag = "users", operation_id = "read_user",
    params(schema::UserPath),
    responses((status = 200, description = "The user.", body = User<'_>)))]
pub(crate) async fn read_user(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "user_id", &mut defects);
    let id = defects.resolve(id)?;
    let user = call.state.services.users.user(call.actor, id).await?;
    Ok(user_response(&user)?)
}

/// Changes a user. It counts from their next request on, on every instance.
#[utoipa::path(patch, path = "/api/v1/users/{user_id}", tag = "users", operation_id = "change_user",
    params(schema::UserPath), request_body = schema::UserChange,
    responses((status = 200, description = "The user as they are now.", body = User<'_>)))]
pub(crate) async fn change_user(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let mut defects = Defects::default();
    let id = path_id(&call.request, "user_id", &mut defects);
    let change = Fields::of(call.body, &mut defects).user_change();
    let id = defects.resolve(id)?;
    let user = call.state.services.users.change(call.actor, id, change).await?;
    Ok(user_response(&user)?)
}

fn user_response(user: &domain::User) -> Result<HttpResponse, Unwritten> {
    json(&User::from(user), 512)
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
