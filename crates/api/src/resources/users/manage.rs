//! Managing the account's users.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use firstline_domain::account as domain;
use firstline_domain::service::UserQuery;

use super::requests::{NewUser, UserChange, UserPath, Users};
use super::user::User;
use crate::endpoint::ManagerCall;
use crate::input::{InvalidParams, Query, read_body, read_path, read_path_and_body};
use crate::paging::{Asked, PageParams, link_next, read_page};
use crate::problem::Problem;
use crate::respond::{Unwritten, json, set_header};

/// Lists the account's users, oldest first.
///
/// Where more rows follow, the header `Link` has a relative reference to the next page.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", operation_id = "list_users",
    params(PageParams<Users>),
    responses((status = 200, description = "A page of the users.", body = Vec<User<'_>>,
        headers(("Link" = Option<String>,
            description = "The next page: `<…>; rel=\"next\"`. Missing on the last page.")))))]
pub(crate) async fn list_users(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let (mut invalid, account_id) = (InvalidParams::default(), call.actor.account_id());
    let query = Query::only(&call.request, &PageParams::<Users>::names(), &mut invalid);
    let asked = read_page::<Users>(&query, account_id, &mut invalid);
    let Asked { filter, limit, after } = invalid.finish(asked)?;
    let query = UserQuery { filter, limit, after };
    let page = call.state.services.users.users(call.actor, query).await?;
    let users: Vec<User<'_>> = page.rows.iter().map(User::from).collect();
    let mut answer = json(&users, 2 + 256 * users.len())?;
    if let Some(next) = &page.next {
        link_next::<Users>(&mut answer, &reference(query), account_id, &filter, next);
    }
    Ok(answer)
}

/// Creates a user.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", operation_id = "create_user",
    request_body = NewUser,
    responses((status = 201, description = "The user.", body = User<'_>,
        headers(("Location" = String, description = "The path of the user.")))))]
pub(crate) async fn create_user(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let details = read_body::<NewUser>(&call.body)?.into();
    let user = call.state.services.users.create(call.actor, details).await?;
    let mut answer = user_response(&user)?;
    *answer.status_mut() = StatusCode::CREATED;
    set_header(&mut answer, LOCATION, &format!("/api/v1/users/{}", user.id));
    Ok(answer)
}

/// Returns a user of the account.
#[utoipa::path(get, path = "/api/v1/users/{user_id}", tag = "users", operation_id = "read_user",
    params(UserPath),
    responses((status = 200, description = "The user.", body = User<'_>)))]
pub(crate) async fn read_user(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let UserPath { user_id: id } = read_path(&call.request)?;
    let user = call.state.services.users.user(call.actor, id).await?;
    Ok(user_response(&user)?)
}

/// Changes a user. The change counts from their next request on, on every instance.
#[utoipa::path(patch, path = "/api/v1/users/{user_id}", tag = "users", operation_id = "change_user",
    params(UserPath), request_body = UserChange,
    responses((status = 200, description = "The changed user.", body = User<'_>)))]
pub(crate) async fn change_user(call: ManagerCall) -> Result<HttpResponse, Problem> {
    let (UserPath { user_id: id }, change) = read_path_and_body::<_, UserChange>(&call.request, &call.body)?;
    let user = call.state.services.users.change(call.actor, id, change.into()).await?;
    Ok(user_response(&user)?)
}

fn user_response(user: &domain::User) -> Result<HttpResponse, Unwritten> {
    json(&User::from(user), 512)
}

/// The first page of the users.
fn reference(query: UserQuery) -> String {
    let role = query.filter.role.map(|role| format!("&account_role={}", role.as_str())).unwrap_or_default();
    let active = query.filter.active.map(|active| format!("&active={active}")).unwrap_or_default();
    format!("/api/v1/users?limit={}{role}{active}", query.limit.get())
}
