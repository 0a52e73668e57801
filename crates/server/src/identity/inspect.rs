//! A look at every issuer, once, without serving.

use std::sync::Arc;

use async_trait::async_trait;
use firstline_api::{KeySet, KeySource, NoKey, TokenVerifier, VerificationKey};
use serde_json::{Value, json};

use super::fetch::Fetcher;
use super::trust::{own, trusted, verifier};
use crate::failure::{Failure, chain};
use crate::settings::{AuthSettings, IssuerSettings};

/// What was found.
pub(crate) struct Inspected {
    /// Each issuer with its keys, for people. Nothing secret is in it.
    pub(crate) issuers: Vec<Value>,
    /// Verifies tokens as `serve` would with these keys.
    pub(crate) verifier: TokenVerifier,
}

/// Keys as they were found.
struct FoundKeys(KeySet);

#[async_trait]
impl KeySource for FoundKeys {
    async fn keys(&self, key_id: Option<&str>) -> Result<Vec<Arc<VerificationKey>>, NoKey> {
        self.0.select(key_id).map(|key| vec![Arc::clone(key.key())]).ok_or(NoKey::Unknown)
    }
}

/// Gets the keys of every provider.
///
/// # Errors
/// Everything that stands in the way, one line an issuer.
pub(crate) async fn inspect(settings: &AuthSettings) -> Result<Inspected, Failure> {
    let own = own(settings)?;
    let mut issuers: Vec<Value> = own
        .iter()
        .map(|_| {
            let keys = if settings.previous_secret().is_ok_and(|previous| previous.is_some()) { 2 } else { 1 };
            json!({ "issuer": settings.issuer, "audience": settings.audience, "algorithm": "HS256", "secrets": keys })
        })
        .collect();
    let mut trust: Vec<_> = own.into_iter().collect();
    let mut broken = Vec::new();
    for issuer in &settings.issuers {
        match Fetcher::new(issuer, settings.keys_fetch_timeout).fetch().await {
            Ok(fetched) => {
                issuers.push(shown(issuer, &fetched.keys));
                trust.push(trusted(issuer, Arc::new(FoundKeys(fetched.keys))));
            }
            Err(error) => broken.push(format!("{} from {}: {}", issuer.issuer, issuer.keys(), chain(&error))),
        }
    }
    if !broken.is_empty() {
        return Err(Failure::new(format!("unavailable keys: {}", broken.join("; ")))
            .remedy("check jwks_url or jwks_file, the algorithm, and the way from here to there"));
    }
    Ok(Inspected { issuers, verifier: verifier(trust, settings)? })
}

fn shown(issuer: &IssuerSettings, keys: &KeySet) -> Value {
    let skipped = keys.skipped().iter().map(|key| json!({ "kid": key.id, "reason": key.reason }));
    json!({
        "issuer": issuer.issuer,
        "audience": issuer.audience,
        "algorithm": issuer.algorithm,
        "keys_from": issuer.keys().to_string(),
        "keys": keys.keys().iter().map(|key| json!({ "kid": key.id(), "kind": key.kind() })).collect::<Vec<_>>(),
        "skipped": skipped.collect::<Vec<_>>(),
        "users": issuer.users,
        "user_claim": issuer.user_claim,
    })
}
