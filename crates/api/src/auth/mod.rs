//! Who calls: bearer tokens (JWT) of the service itself and of OpenID Connect providers. A token says only which user it
//! is; account, role and flags are looked up at each request.

mod algorithm;
mod caller;
mod claims;
mod defect;
mod issue;
mod issuer;
mod jwks;
mod keys;
mod members;
#[cfg(feature = "sabotage")]
mod sabotage;
mod secret;
mod settings;
mod token;
mod verify;

pub use algorithm::ProviderAlgorithm;
pub(crate) use caller::Caller;
pub use defect::TokenDefect;
pub use issue::{IssueError, IssuedToken, TokenIssuer};
pub use issuer::{AccountRule, Named, SubjectRule, TrustedIssuer};
pub use jwks::{KeySet, KeySetError, MAX_JWKS_BYTES, PublicKey, SkippedKey};
pub use keys::{KeySource, NoKey, VerificationKey};
pub use secret::{Hs256Secret, WeakSecret};
pub use settings::TokenSettings;
pub use token::unverified;
pub use verify::{DoubledIssuer, TokenRefused, TokenVerifier};
