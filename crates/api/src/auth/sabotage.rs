//! What a planted bug of sign-in does.

use std::sync::Arc;

use super::issuer::TrustedIssuer;
use super::keys::{NoKey, VerificationKey};

/// The keys of every issuer that go by this id.
pub(super) async fn keys_of_all(
    issuers: &[TrustedIssuer],
    key_id: Option<&str>,
) -> Result<Vec<Arc<VerificationKey>>, NoKey> {
    let mut found = Vec::new();
    for issuer in issuers {
        found.extend(issuer.keys.keys(key_id).await.unwrap_or_default());
    }
    Ok(found)
}
