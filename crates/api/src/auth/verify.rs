//! Verifying tokens, after RFC 8725: the issuer settles algorithm, keys and audience; everything is required.

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

/// Verifies bearer tokens of any number of issuers. A clone shares them.
#[derive(Clone)]
pub struct TokenVerifier(Arc<Inner>);

struct Inner {
    issuers: Vec<TrustedIssuer>,
    leeway: Duration,
}

/// Why a token was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// It does not count.
    #[error(transparent)]
    Defect(#[from] TokenDefect),
    /// Nobody can tell now: its issuer's keys could not be had.
    #[error("the issuer's keys cannot be had now")]
    KeysUnavailable {
        /// When it may be worth asking again.
        retry_after: Duration,
    },
}

/// Two issuers of one name: a token could not say which it means.
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

    /// Verifies the service's own tokens alone, signed with `secret` by HMAC-SHA-256.
    #[must_use]
    pub fn hs256(secret: &Hs256Secret, settings: &TokenSettings) -> Self {
        let issuers = vec![TrustedIssuer::own(secret, None, settings)];
        Self(Arc::new(Inner { issuers, leeway: Duration::ZERO }))
    }

    /// Whom `token` names at the time `now`.
    ///
    /// What costs nothing is checked first, so that a token that is wrong anyway asks no provider for keys. Nothing is
    /// given back before the signature is known to be right.
    ///
    /// # Errors
    /// [`TokenRefused`]: it does not count, or nobody can tell.
    pub async fn verify(&self, token: &str, now: Instant) -> Result<Named, TokenRefused> {
        let Inner { issuers, leeway } = self.0.as_ref();
        let token = Token::read(token)?;
        // Not verified yet: it only says against whose rules to check.
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
