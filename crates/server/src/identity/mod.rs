//! Whose tokens the service believes: its own, and those of identity providers, whose keys are kept current here.

mod cache;
mod fetch;
mod inspect;
mod sign_in;
mod source;
mod trust;

pub(crate) use inspect::{Inspected, inspect};
pub(crate) use sign_in::SignIn;
