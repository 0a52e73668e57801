//! Tickets and the queue.

mod json;
pub(crate) mod queue;
pub(crate) mod requests;
pub(crate) mod ticket;
