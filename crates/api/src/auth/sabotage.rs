//! The planted bugs of sign-in.

use std::sync::Arc;

use firstline_domain::sabotage::planted;
use jsonwebtoken::Algorithm;

use super::issuer::TrustedIssuer;
use super::keys::{NoKey, VerificationKey};
use super::token::Token;

/// The token chooses the algorithm.
pub(super) fn any_algorithm() -> bool {
    planted("jwt-any-algorithm")
}

/// The algorithm that the token chose.
pub(super) fn algorithm(token: &Token<'_>) -> Option<Algorithm> {
    token.header.text("alg").filter(|_| any_algorithm()).and_then(|name| name.parse().ok())
}

/// For whom a token was made is not looked at.
pub(super) fn no_audience() -> bool {
    planted("jwt-no-audience")
}

/// Tokens never end.
pub(super) fn no_expiry() -> bool {
    planted("jwt-no-expiry")
}

/// A token that names no key is tried with the first.
pub(super) fn key_without_kid() -> bool {
    planted("jwt-key-without-kid")
}

/// A key that the issuer has not is looked for among the keys of the others.
pub(super) async fn of_any_issuer(
    keys: Result<Vec<Arc<VerificationKey>>, NoKey>,
    issuers: &[TrustedIssuer],
    key_id: Option<&str>,
) -> Result<Vec<Arc<VerificationKey>>, NoKey> {
    if keys.is_ok() || !planted("jwt-keys-shared") {
        return keys;
    }
    let mut found = Vec::new();
    for issuer in issuers {
        found.extend(issuer.keys.keys(key_id).await.unwrap_or_default());
    }
    Ok(found)
}
