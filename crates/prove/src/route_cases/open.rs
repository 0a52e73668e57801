//! What anybody may call.

use super::probe::{Probe, RouteCase, Who};

pub(super) fn document() -> RouteCase {
    RouteCase::of(Who::Anybody, [Probe::get("/api/v1/openapi.json")])
}

pub(super) fn page() -> RouteCase {
    RouteCase::of(Who::Anybody, [Probe::get("/api/v1/docs/")])
}

pub(super) fn live() -> RouteCase {
    RouteCase::of(Who::Anybody, [Probe::get("/livez")])
}

pub(super) fn ready() -> RouteCase {
    RouteCase::of(Who::Anybody, [Probe::get("/readyz")])
}
