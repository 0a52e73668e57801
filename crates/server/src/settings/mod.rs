//! The settings: what there is, what each may be, and where they come from.
//!
//! Defaults, then a file, then the environment, then flags. Whatever is not a setting is refused by name, because a
//! misspelt limit that is silently ignored is found out on the worst day.

mod auth;
mod check;
mod choice;
mod database;
mod issuer;
mod keys;
mod limits;
mod list;
mod load;
mod log_filter;
mod model;
mod refusal;
mod secret;
mod times;

pub(crate) use auth::AuthSettings;
pub(crate) use database::{DatabaseSettings, Wall};
pub(crate) use issuer::{IssuerSettings, KeyLocation, is_loopback};
pub(crate) use keys::variable;
pub(crate) use load::{Overrides, load};
pub(crate) use model::{LogFormat, LogSettings, Settings};
pub(crate) use secret::DatabaseUrl;
