//! Verifying tokens, after RFC 8725: one algorithm, everything required, no leeway.

use std::sync::Arc;

use firstline_domain::clock::Instant;
use firstline_domain::ids::UserId;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

use super::claims::Claims;
use super::{Hs256Secret, TokenSettings};

/// The longest token that is looked at, in bytes.
const MAX_TOKEN_BYTES: usize = 8_192;

/// Verifies bearer tokens. A clone shares the key.
#[derive(Clone)]
pub struct TokenVerifier(Arc<Inner>);

struct Inner {
    key: DecodingKey,
    validation: Validation,
    settings: TokenSettings,
}

/// Why a token does not count: for the log at debug level, never for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenDefect {
    #[error("too long")]
    TooLong,
    #[error("not readable, not of the algorithm, or the signature is wrong")]
    Unreadable,
    #[error("a header that is not understood")]
    UnknownHeader,
    #[error("another issuer")]
    Issuer,
    #[error("another audience")]
    Audience,
    #[error("expired")]
    Expired,
    #[error("not valid yet")]
    NotYet,
    #[error("the subject is no user's id")]
    Subject,
}

impl TokenVerifier {
    /// Verifies tokens that were signed with `secret` by HMAC-SHA-256.
    #[must_use]
    pub fn hs256(secret: &Hs256Secret, settings: &TokenSettings) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // The library checks algorithm and signature. The claims are checked here, by the clock that is passed in.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let key = DecodingKey::from_secret(secret.bytes());
        Self(Arc::new(Inner { key, validation, settings: settings.clone() }))
    }

    /// The user whom `token` names at the time `now`.
    pub(crate) fn verify(&self, token: &str, now: Instant) -> Result<UserId, TokenDefect> {
        let Inner { key, validation, settings } = self.0.as_ref();
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenDefect::TooLong);
        }
        let token = decode::<Claims>(token, key, validation).map_err(|_| TokenDefect::Unreadable)?;
        if token.header.crit.is_some() || !is_access_token(token.header.typ.as_deref()) {
            return Err(TokenDefect::UnknownHeader);
        }
        let claims = token.claims;
        if claims.iss != settings.issuer {
            return Err(TokenDefect::Issuer);
        }
        if !claims.aud.includes(&settings.audience) {
            return Err(TokenDefect::Audience);
        }
        let now = now.timestamp();
        if claims.expires().is_none_or(|expires| now >= expires) {
            return Err(TokenDefect::Expired);
        }
        if claims.begins().is_none_or(|begins| now < begins) {
            return Err(TokenDefect::NotYet);
        }
        claims.sub.parse().map_err(|_| TokenDefect::Subject)
    }
}

/// A token made for another purpose names that purpose in `typ` (RFC 8725, section 3.11).
fn is_access_token(typ: Option<&str>) -> bool {
    typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("at+jwt"))
}
