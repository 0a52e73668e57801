//! Who is signed in, and managing users.

use serde_json::json;

use super::{Object, Row, Shot, Who};

pub(super) fn me() -> Row {
    Row::of(Who::SignedIn, [Shot::get("/api/v1/me")])
}

pub(super) fn list() -> Row {
    Row::of(
        Who::Managers,
        [
            Shot::get("/api/v1/users?limit=200"),
            Shot::get("/api/v1/users?account_role=l1_tech&active=true").labelled("filtered"),
            Shot::get("/api/v1/users?limit=1&cursor={}").naming(Object::UserCursor).missing(422).labelled("next page"),
        ],
    )
}

pub(super) fn create(words: &dyn Fn(&str) -> String) -> Row {
    let user = json!({
        "email": words("{fresh}@example.com").replace(' ', "."), "account_role": "viewer",
        "identity": { "issuer": words("issuer"), "subject": words("{fresh}") },
    });
    Row::of(Who::Managers, [Shot::post("/api/v1/users", user).own(201)])
}

pub(super) fn read() -> Row {
    Row::of(Who::Managers, [Shot::get("/api/v1/users/{}").naming(Object::User)])
}

pub(super) fn change() -> Row {
    let change = json!({ "can_cover_l1": true, "active": false, "account_role": "engineer", "identity": null });
    Row::of(Who::Managers, [Shot::post("/api/v1/users/{}", change).naming(Object::User)])
}

pub(super) fn events() -> Row {
    let next = "/api/v1/users/{own}/events?limit=1&cursor={}";
    Row::of(
        Who::Managers,
        [
            Shot::get("/api/v1/users/{}/events").naming(Object::User),
            Shot::get(next).naming(Object::UserEventCursor).beside(Object::User).missing(422).labelled("next page"),
        ],
    )
}
