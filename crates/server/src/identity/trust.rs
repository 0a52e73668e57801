//! The issuers that the settings name.

use std::sync::Arc;

use firstline_api::{KeySource, TokenVerifier, TrustedIssuer};

use crate::failure::Failure;
use crate::settings::{AuthSettings, IssuerSettings};

/// The service itself as an issuer, if it has a secret.
pub(super) fn own(settings: &AuthSettings) -> Result<Option<TrustedIssuer>, Failure> {
    let previous = settings.previous_secret()?;
    match settings.own_secret()? {
        Some(secret) => Ok(Some(TrustedIssuer::own(&secret, previous.as_ref(), &settings.tokens()))),
        None if settings.issuers.is_empty() => settings.secret().map(|_| None).map_err(|failure| {
            failure.and("or name an identity provider under [[auth.issuers]] in the settings file (docs/SIGN-IN.md)")
        }),
        None => Ok(None),
    }
}

/// A provider as an issuer.
pub(super) fn trusted(issuer: &IssuerSettings, keys: Arc<dyn KeySource>) -> TrustedIssuer {
    TrustedIssuer::provider(&issuer.names(), issuer.algorithm.0, keys, issuer.subject())
}

/// Verifies tokens of all of them.
pub(super) fn verifier(issuers: Vec<TrustedIssuer>, settings: &AuthSettings) -> Result<TokenVerifier, Failure> {
    TokenVerifier::new(issuers, settings.leeway)
        .map_err(|error| Failure::caused("the issuers cannot be told apart", &error))
}
