//! What verifies tokens while the service runs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use firstline_api::{KeySource, TokenVerifier, TrustedIssuer};

use super::cache::{Known, Timing};
use super::fetch::{Fetched, Fetcher};
use super::source::{self, CachedKeys, Refresher};
use super::trust::{own, trusted, verifier};
use crate::failure::Failure;
use crate::settings::{AuthSettings, IssuerSettings, KeyLocation};

/// How long a request with an unknown key waits for the provider: for the default floor and then for a fetch.
const WAIT: Duration = Duration::from_secs(3);

/// A file is cheap to read, so it is read again this often, and at once for an unknown key but for the floor.
const FILE_REFRESH: Duration = Duration::from_secs(5);
const FILE_FLOOR: Duration = Duration::from_secs(1);

/// What verifies tokens, and the tasks that keep its keys current: they end with this value.
pub(crate) struct SignIn {
    verifier: TokenVerifier,
    _refreshers: Vec<Refresher>,
}

impl SignIn {
    /// Reads secrets and key files, and begins to fetch the keys of providers. A provider that cannot be reached holds
    /// nothing up: its tokens are answered with 503 until its keys came.
    ///
    /// # Errors
    /// When no token would count, or a secret or a key file is of no use.
    pub(crate) async fn start(settings: &AuthSettings) -> Result<Self, Failure> {
        let mut refreshers = Vec::new();
        let mut issuers: Vec<TrustedIssuer> = own(settings)?.into_iter().collect();
        for issuer in &settings.issuers {
            let (keys, refresher) = provider(settings, issuer).await?;
            refreshers.push(refresher);
            issuers.push(trusted(issuer, keys));
        }
        let verifier = verifier(issuers, settings)?;
        Ok(Self { verifier, _refreshers: refreshers })
    }

    /// What verifies tokens.
    pub(crate) fn verifier(&self) -> TokenVerifier {
        self.verifier.clone()
    }
}

async fn provider(
    settings: &AuthSettings,
    issuer: &IssuerSettings,
) -> Result<(Arc<dyn KeySource>, Refresher), Failure> {
    let fetcher = Fetcher::new(issuer, settings.keys_fetch_timeout);
    let (started, mut timing) = (Instant::now(), timing(settings));
    let mut known = Known::nothing(started);
    if let KeyLocation::File(_) = issuer.keys() {
        (timing.refresh, timing.floor) = (FILE_REFRESH, FILE_FLOOR);
        let Fetched { keys, .. } = fetcher.fetch().await.map_err(|error| {
            Failure::caused(format_args!("the keys of {} in {} cannot be used", issuer.issuer, issuer.keys()), &error)
                .remedy("write the provider's key set (RFC 7517) there, or name its jwks_url instead")
        })?;
        let read = known.fetched(keys, None, started, &timing);
        source::tell_changes(&issuer.issuer, &known, &read);
        known = read;
    }
    let (keys, refresher) = CachedKeys::start(issuer.issuer.clone(), fetcher, known, timing);
    Ok((Arc::new(keys), refresher))
}

fn timing(settings: &AuthSettings) -> Timing {
    Timing {
        refresh: settings.keys_refresh,
        floor: settings.keys_refresh_floor,
        max_age: settings.keys_max_age,
        removed_grace: settings.keys_removed_grace,
        wait: WAIT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Overrides, load};

    #[test]
    fn with_the_defaults_a_request_outwaits_the_floor_and_a_fetch() {
        let defaults = load(&Overrides::default(), std::iter::empty()).unwrap().auth;
        for floor in [defaults.keys_refresh_floor, FILE_FLOOR] {
            assert!(floor + Duration::from_secs(1) <= WAIT, "{floor:?}");
        }
    }
}
