//! The resources of the API: of each its JSON, sent and described by the same types, and its handlers.

pub(crate) mod docs;
pub(crate) mod flows;
pub(crate) mod health;
mod literal;
pub(crate) mod names;
pub(crate) mod sessions;
pub(crate) mod tickets;
pub(crate) mod users;
