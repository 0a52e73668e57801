//! Users and their events in answers.

use actix_web::HttpResponse;
use firstline_domain::account::{Abilities, Account, Identity, SignedIn, User};
use firstline_domain::ids::{AccountId, UserId};
use firstline_domain::user::UserEvent;
use serde::Serialize;

use super::{Time, append, append_array, append_members};
use crate::observe::json;
use crate::problem::Problem;

#[derive(Serialize)]
struct UserJson<'a> {
    id: UserId,
    email: &'a str,
    account_role: &'static str,
    can_cover_l1: bool,
    active: bool,
    identity: Option<&'a Identity>,
}

impl<'a> From<&'a User> for UserJson<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id,
            email: user.email.as_str(),
            account_role: user.role.as_str(),
            can_cover_l1: user.can_cover_l1,
            active: user.active,
            identity: user.identity.as_ref(),
        }
    }
}

fn append_user(out: &mut Vec<u8>, user: &User) -> Result<(), Problem> {
    append(out, &UserJson::from(user))
}

/// The answer with one user.
pub(crate) fn user_answer(user: &User) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(512);
    append_user(&mut out, user)?;
    Ok(json(out))
}

/// The answer with a page of users.
pub(crate) fn users_answer(users: &[User]) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(2 + 256 * users.len());
    append_array(&mut out, users, append_user)?;
    Ok(json(out))
}

#[derive(Serialize)]
struct Home<'a> {
    account: AccountJson<'a>,
    may: May,
}

#[derive(Serialize)]
struct AccountJson<'a> {
    id: AccountId,
    name: &'a str,
}

#[derive(Serialize)]
struct May {
    l1: bool,
    manage_users: bool,
    author_flows: bool,
}

impl From<Abilities> for May {
    fn from(Abilities { l1, manage_users, author_flows }: Abilities) -> Self {
        Self { l1, manage_users, author_flows }
    }
}

/// The answer to who is signed in.
pub(crate) fn me_answer(caller: &SignedIn, account: &Account) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(512);
    append_user(&mut out, caller.user())?;
    out.pop();
    let account = AccountJson { id: account.id, name: account.name.as_str() };
    append_members(&mut out, &Home { account, may: caller.abilities().into() })?;
    Ok(json(out))
}

#[derive(Serialize)]
struct EventHead {
    seq: i64,
    user_id: UserId,
    kind: &'static str,
}

#[derive(Serialize)]
struct EventTail {
    actor_user_id: Option<UserId>,
    at: Time,
}

fn append_event(out: &mut Vec<u8>, event: &UserEvent) -> Result<(), Problem> {
    append(out, &EventHead { seq: event.seq, user_id: event.user_id, kind: event.data.kind() })?;
    out.pop();
    out.extend_from_slice(b",\"data\":");
    out.extend_from_slice(event.data.to_json().map_err(|_| Problem::internal())?.as_bytes());
    append_members(out, &EventTail { actor_user_id: event.actor_user_id, at: Time(event.at) })
}

/// The answer with a page of a user's events.
pub(crate) fn user_events_answer(events: &[UserEvent]) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(2 + 512 * events.len());
    append_array(&mut out, events, append_event)?;
    Ok(json(out))
}
