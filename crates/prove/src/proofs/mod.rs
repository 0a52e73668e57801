//! The proofs, one file or folder each.

pub(crate) mod file;
pub(crate) mod health;
pub(crate) mod jwt;
pub(crate) mod log;
pub(crate) mod matrix;
pub(crate) mod redact;
pub(crate) mod revoke;
pub(crate) mod rls;
pub(crate) mod sabotage;
pub(crate) mod slow;
pub(crate) mod two_walls;
