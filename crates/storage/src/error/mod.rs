//! What goes wrong in a store.

mod failure;
mod login;
mod migrate;
mod open;
mod wall;
mod write;

pub(crate) use failure::{DatabaseFailure, unavailable};
pub use login::LoginError;
pub use migrate::MigrateError;
pub use open::OpenError;
pub use wall::{Finding, WallError};
pub(crate) use write::{Constraint, WriteError};
