//! Keys that check signatures, and where they come from.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use firstline_domain::fault;
use jsonwebtoken::crypto;
use jsonwebtoken::{Algorithm, DecodingKey};

use super::secret::Hs256Secret;
use std::sync::Arc;

/// A key that checks signatures of exactly one algorithm.
#[derive(Clone)]
pub struct VerificationKey {
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

impl VerificationKey {
    fn hs256(secret: &Hs256Secret) -> Self {
        Self { algorithm: Algorithm::HS256, key: DecodingKey::from_secret(secret.bytes()) }
    }

    pub(super) fn made(&self, signature: &str, message: &str, algorithm: Algorithm) -> bool {
        let fits = fault!("jwt-any-algorithm", true, self.algorithm == algorithm);
        fits && crypto::verify(signature, message.as_bytes(), &self.key, algorithm).unwrap_or(false)
    }
}

impl fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerificationKey({:?})", self.algorithm)
    }
}

/// Where an issuer's keys come from.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The keys that may have signed a token with this `key_id`. Each is tried in turn, so they are few.
    ///
    /// # Errors
    /// [`NoKey`]: there is no such key, or the keys are currently unavailable.
    async fn keys(&self, key_id: Option<&str>) -> Result<Vec<Arc<VerificationKey>>, NoKey>;
}

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    /// The issuer has no such key: the token is invalid.
    #[error("the issuer has no such key")]
    Unknown,
    /// The issuer's keys are currently unavailable, so the token cannot be verified.
    #[error("the issuer's keys are currently unavailable")]
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
}

/// The secrets of the service's own tokens, the newest first. These tokens have no key id.
pub(super) struct OwnKeys(pub(super) Vec<Arc<VerificationKey>>);

impl OwnKeys {
    pub(super) fn new(secret: &Hs256Secret, previous: Option<&Hs256Secret>) -> Self {
        let secrets = std::iter::once(secret).chain(previous);
        Self(secrets.map(|secret| Arc::new(VerificationKey::hs256(secret))).collect())
    }
}

#[async_trait]
impl KeySource for OwnKeys {
    async fn keys(&self, _key_id: Option<&str>) -> Result<Vec<Arc<VerificationKey>>, NoKey> {
        Ok(self.0.clone())
    }
}
