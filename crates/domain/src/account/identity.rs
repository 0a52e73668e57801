//! How an identity provider names a user.

use serde::{Deserialize, Serialize};

use crate::text::{Issuer, Subject};

/// A user as an identity provider names them: its tokens carry the issuer as `iss` and the subject as `sub`, or as another
/// claim that names people for good.
///
/// An identity belongs to one user of an account. Another account may know the same one, so that a refusal tells nothing
/// of other accounts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// Who vouches for them.
    pub issuer: Issuer,
    /// What that issuer calls them, for good.
    pub subject: Subject,
}
