//! Who calls: bearer tokens (JWT, HS256). A token says only which user it is; account, role and flags are looked up.

mod bearer;
mod claims;
mod issue;
mod secret;
mod verify;

pub(crate) use bearer::authenticate;
pub use issue::{IssueError, IssuedToken, TokenIssuer};
pub use secret::{Hs256Secret, WeakSecret};
pub use verify::TokenVerifier;

/// Whose tokens count, and that they are meant for this service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSettings {
    /// The `iss` that a token must have.
    pub issuer: String,
    /// The `aud` that a token must have, alone or among others.
    pub audience: String,
}
