//! The proofs, one file or folder each.

pub(crate) mod matrix;
pub(crate) mod sabotage;
