//! Who is signed in, and managing users.

use serde_json::json;

use super::probe::{Object, Probe, RouteCase, Who};

pub(super) fn me() -> RouteCase {
    RouteCase::of(Who::SignedIn, [Probe::get("/api/v1/me")])
}

pub(super) fn list() -> RouteCase {
    RouteCase::of(
        Who::Managers,
        [
            Probe::get("/api/v1/users?limit=200"),
            Probe::get("/api/v1/users?account_role=l1_tech&active=true").labelled("filtered"),
            Probe::get("/api/v1/users?limit=1&cursor={}").naming(Object::UserCursor).missing(422).labelled("next page"),
        ],
    )
}

pub(super) fn create(words: &dyn Fn(&str) -> String) -> RouteCase {
    let user = json!({
        "email": words("{fresh}@example.com").replace(' ', "."), "account_role": "viewer",
        "identity": { "issuer": words("issuer"), "subject": words("{fresh}") },
    });
    RouteCase::of(Who::Managers, [Probe::post("/api/v1/users", user).own(201)])
}

pub(super) fn read() -> RouteCase {
    RouteCase::of(Who::Managers, [Probe::get("/api/v1/users/{}").naming(Object::User)])
}

pub(super) fn change() -> RouteCase {
    let change = json!({ "can_cover_l1": true, "active": false, "account_role": "engineer", "identity": null });
    RouteCase::of(Who::Managers, [Probe::post("/api/v1/users/{}", change).naming(Object::User)])
}

pub(super) fn events() -> RouteCase {
    let next = "/api/v1/users/{own}/events?limit=1&cursor={}";
    RouteCase::of(
        Who::Managers,
        [
            Probe::get("/api/v1/users/{}/events").naming(Object::User),
            Probe::get(next).naming(Object::UserEventCursor).beside(Object::User).missing(422).labelled("next page"),
        ],
    )
}
