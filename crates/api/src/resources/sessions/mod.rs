//! Walk sessions.

pub(crate) mod active;
pub(crate) mod change;
mod event;
pub(crate) mod events;
pub(crate) mod intake;
mod next_node;
pub(crate) mod read;
pub(crate) mod requests;
pub(crate) mod session;
