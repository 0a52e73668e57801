//! Users of the account.

mod event;
pub(crate) mod events;
pub(crate) mod manage;
pub(crate) mod me;
pub(crate) mod user;
