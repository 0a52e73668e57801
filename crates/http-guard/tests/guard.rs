//! A plain actix-web application behind the guard, on a real socket, with slow and malformed clients.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "guard/bodies.rs"]
mod bodies;
#[path = "guard/fixture.rs"]
mod fixture;
#[path = "guard/heads.rs"]
mod heads;
#[path = "guard/limits.rs"]
mod limits;
#[path = "guard/sending.rs"]
mod sending;
#[path = "guard/streams.rs"]
mod streams;
