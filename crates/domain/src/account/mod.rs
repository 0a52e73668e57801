//! Accounts, users, and who may do what.

mod access;
mod authoring;
mod identity;
mod signed_in;
mod user;

pub use access::{AccessDenied, ActingAs, L1Actor};
pub use authoring::{FlowAuthor, FlowReader};
pub use identity::Identity;
pub use signed_in::{Abilities, AccountManager, SignedIn};
pub use user::{Account, Role, User};
