//! The service over HTTP, on a real socket.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

#[path = "http/answer_bytes.rs"]
mod answer_bytes;
#[path = "http/answers.rs"]
mod answers;
#[path = "http/bodies.rs"]
mod bodies;
#[path = "http/browsers.rs"]
mod browsers;
#[path = "http/compression.rs"]
mod compression;
#[path = "http/connections.rs"]
mod connections;
#[path = "http/fields.rs"]
mod fields;
#[path = "http/flows.rs"]
mod flows;
#[path = "http/heads.rs"]
mod heads;
#[path = "http/operations.rs"]
mod operations;
#[path = "http/order.rs"]
mod order;
#[path = "http/paging.rs"]
mod paging;
#[path = "http/properties.rs"]
mod properties;
#[path = "http/providers.rs"]
mod providers;
#[path = "http/rates.rs"]
mod rates;
#[path = "http/tokens.rs"]
mod tokens;
#[path = "http/users.rs"]
mod users;
