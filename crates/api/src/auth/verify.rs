//! Verifies bearer tokens as RFC 8725 says: the issuer's settings fix algorithm, keys and audience, and every check is
//! required.

use std::sync::Arc;
use std::time::Duration;

use firstline_domain::clock::Instant;
use firstline_domain::fault;

use super::claims;
use super::defect::TokenDefect;
use super::issuer::{Named, TrustedIssuer};
use super::keys::NoKey;
use super::secret::Hs256Secret;
use super::settings::TokenSettings;
use super::token::Token;

/// Verifies bearer tokens of any number of issuers. Clones share the issuers.
#[derive(Clone)]
pub struct TokenVerifier(Arc<Inner>);

struct Inner {
    issuers: Vec<TrustedIssuer>,
    leeway: Duration,
}

/// Why a token was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// The token is invalid.
    #[error(transparent)]
    Defect(#[from] TokenDefect),
    /// The token cannot be verified: its issuer's keys are currently unavailable.
    #[error("the issuer's keys are currently unavailable")]
    KeysUnavailable {
        /// When to try again.
        retry_after: Duration,
    },
}

/// Two issuers have the same name, so that a token's issuer is ambiguous.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the issuer {0} is there twice")]
pub struct DoubledIssuer(pub String);

impl TokenVerifier {
    /// Verifies tokens of `issuers`, whose clocks may differ from ours by `leeway`.
    ///
    /// # Errors
    /// [`DoubledIssuer`] when two have the same name.
    pub fn new(issuers: Vec<TrustedIssuer>, leeway: Duration) -> Result<Self, DoubledIssuer> {
        let mut names: Vec<&str> = issuers.iter().map(|issuer| issuer.names.issuer.as_str()).collect();
        names.sort_unstable();
        if let Some([name, _]) = names.array_windows().find(|[one, next]| one == next) {
            return Err(DoubledIssuer((*name).to_owned()));
        }
        Ok(Self(Arc::new(Inner { issuers, leeway })))
    }

    /// Verifies only the service's own tokens, signed with `secret` by HMAC-SHA-256.
    #[must_use]
    pub fn hs256(secret: &Hs256Secret, settings: &TokenSettings) -> Self {
        let issuers = vec![TrustedIssuer::own(secret, None, settings)];
        Self(Arc::new(Inner { issuers, leeway: Duration::ZERO }))
    }

    /// The subject of `token`, if the token is valid at `now`.
    ///
    /// Header and claims are checked first, so that an invalid token causes no request for keys. The subject is
    /// returned only after the signature is verified.
    ///
    /// # Errors
    /// [`TokenRefused`]: the token is invalid or cannot be verified.
    pub async fn verify(&self, token: &str, now: Instant) -> Result<Named, TokenRefused> {
        let Inner { issuers, leeway } = self.0.as_ref();
        let token = Token::read(token)?;
        // Not verified yet: it only selects the issuer whose rules apply.
        let name = token.claims.text("iss").ok_or(TokenDefect::Issuer)?;
        let issuer = issuers.iter().find(|issuer| issuer.names.issuer == name).ok_or(TokenDefect::Issuer)?;
        token.check_header(issuer.algorithm_name)?;
        claims::check(&token.claims, &issuer.names.audience, now, *leeway)?;
        let named = issuer.subject.named(&token.claims, name)?;
        let key_id = token.key_id()?;
        let keys = issuer.keys.keys(key_id).await;
        let keys = fault!("jwt-keys-shared", super::sabotage::keys_of_all(issuers, key_id).await, keys);
        let keys = keys.map_err(|none| match none {
            NoKey::Unknown => TokenDefect::UnknownKey.into(),
            NoKey::Unavailable { retry_after } => TokenRefused::KeysUnavailable { retry_after },
        })?;
        let algorithm = fault!(
            "jwt-any-algorithm",
            token.header.text("alg").and_then(|name| name.parse().ok()).unwrap_or(issuer.algorithm),
            issuer.algorithm
        );
        if keys.iter().any(|key| key.made(token.signature, token.message, algorithm)) {
            Ok(named)
        } else {
            Err(TokenDefect::Signature.into())
        }
    }
}
