//! Tickets and the queue.

mod json;
pub(crate) mod queue;
mod requests;
pub(crate) mod ticket;
