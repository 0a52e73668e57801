//! JSON that comes from outside.

mod pointer;

pub use pointer::{find_nul, pointer_token};
