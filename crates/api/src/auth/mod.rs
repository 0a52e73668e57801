//! Who calls: bearer tokens (JWT) of the service itself and of OpenID Connect providers. A token says only which user it
//! is; account, role and flags are looked up at each request.

mod algorithm;
mod bearer;
mod caller;
mod claims;
mod issue;
mod issuer;
mod jwks;
mod keys;
mod members;
#[cfg(feature = "sabotage")]
mod sabotage;
mod secret;
mod token;
mod verify;

pub use algorithm::ProviderAlgorithm;
pub(crate) use bearer::authenticate;
pub(crate) use caller::Caller;
pub use issue::{IssueError, IssuedToken, TokenIssuer};
pub use issuer::{AccountRule, Named, SubjectRule, TrustedIssuer};
pub use jwks::{KeySet, KeySetError, MAX_JWKS_BYTES, PublicKey, SkippedKey};
pub use keys::{KeySource, NoKey, VerificationKey};
pub use secret::{Hs256Secret, WeakSecret};
pub use token::unverified;
pub use verify::{DoubledIssuer, TokenDefect, TokenRefused, TokenVerifier};

/// Whose tokens count, and that they are meant for this service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSettings {
    /// The `iss` that a token must have.
    pub issuer: String,
    /// The `aud` that a token must have, alone or among others.
    pub audience: String,
}
