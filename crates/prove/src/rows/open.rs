//! What anybody may call.

use super::{Row, Shot, Who};

pub(super) fn document() -> Row {
    Row::of(Who::Anybody, [Shot::get("/api/v1/openapi.json")])
}

pub(super) fn page() -> Row {
    Row::of(Who::Anybody, [Shot::get("/api/v1/docs/")])
}

pub(super) fn live() -> Row {
    Row::of(Who::Anybody, [Shot::get("/livez")])
}

pub(super) fn ready() -> Row {
    Row::of(Who::Anybody, [Shot::get("/readyz")])
}
