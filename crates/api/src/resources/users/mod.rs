//! Users of the account.

mod event;
pub(crate) mod events;
pub(crate) mod manage;
pub(crate) mod me;
mod requests;
pub(crate) mod user;
