//! The proofs, one file or folder each.

mod file;
mod health;
mod jwt;
mod log;
mod matrix;
mod redact;
mod revoke;
mod rls;
mod slow;
mod two_walls;

use crate::proof::Proof;

/// Every proof of the service, in the order of `all`.
pub(crate) static PROOFS: &[Proof] = &[
    matrix::PROOF,
    two_walls::PROOF,
    rls::PROOF,
    jwt::PROOF,
    revoke::PROOF,
    slow::PROOF,
    redact::PROOF,
    log::PROOF,
    file::PROOF,
    health::PROOF,
];
