//! Issuing tokens: for the command line, the demo and tests. In production an identity provider may do it.

use std::fmt;
use std::time::Duration;

use chrono::{SubsecRound, TimeDelta};
use firstline_domain::clock::Instant;
use firstline_domain::ids::UserId;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

use super::claims::NewClaims;
use super::secret::Hs256Secret;
use super::settings::TokenSettings;

/// Signs tokens.
#[derive(Clone)]
pub struct TokenIssuer {
    key: EncodingKey,
    settings: TokenSettings,
}

/// A token and the time from which it counts no more. `Debug` does not show the token.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token, for the header `Authorization: Bearer …`.
    pub token: String,
    /// When it expires, a whole second.
    pub expires_at: Instant,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Why no token was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// A lifetime of less than a second, or one that ends after the end of the calendar.
    #[error("the lifetime must be at least a second and end before the year 10000")]
    Lifetime,
    /// The cryptographic library failed.
    #[error("the token could not be signed")]
    Signing(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl TokenIssuer {
    /// Signs with `secret` by HMAC-SHA-256.
    #[must_use]
    pub fn hs256(secret: &Hs256Secret, settings: &TokenSettings) -> Self {
        Self { key: EncodingKey::from_secret(secret.bytes()), settings: settings.clone() }
    }

    /// A token for `user` that counts from `now` for `ttl`.
    ///
    /// # Errors
    /// [`IssueError::Lifetime`] for a `ttl` that makes no sense; [`IssueError::Signing`].
    pub fn issue(&self, user: UserId, now: Instant, ttl: Duration) -> Result<IssuedToken, IssueError> {
        let ttl = TimeDelta::from_std(ttl).ok().filter(|ttl| ttl.num_seconds() >= 1).ok_or(IssueError::Lifetime)?;
        let expires_at = now.checked_add_signed(ttl).ok_or(IssueError::Lifetime)?.trunc_subsecs(0);
        if expires_at.timestamp() > 253_402_300_799 {
            return Err(IssueError::Lifetime);
        }
        let claims = NewClaims {
            iss: &self.settings.issuer,
            aud: &self.settings.audience,
            sub: user.to_string(),
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
        };
        let token = encode(&Header::new(Algorithm::HS256), &claims, &self.key)
            .map_err(|error| IssueError::Signing(Box::new(error)))?;
        Ok(IssuedToken { token, expires_at })
    }
}
