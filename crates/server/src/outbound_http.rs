//! Requests that the service makes to others.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use ureq::Agent;
use ureq::http::Uri;
use ureq::http::uri::Scheme;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::settings::is_loopback;

/// How long connecting may take, of the whole time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A client for one request to `url`, blocking: requests are rare, and the system's roots may have changed since the
/// last one. It follows no redirect.
pub(crate) fn agent(url: &str, timeout: Duration, accept: &str) -> Agent {
    let parsed = url.parse::<Uri>().ok();
    let here = parsed.as_ref().and_then(|uri| uri.host().map(is_loopback)).unwrap_or(false);
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(timeout))
        .timeout_connect(Some(CONNECT_TIMEOUT.min(timeout)))
        .user_agent(concat!("firstline/", env!("CARGO_PKG_VERSION")))
        .accept(accept);
    if here {
        config = config.proxy(None);
    }
    // The scheme as it was read: `HTTPS://` is the same one.
    if parsed.is_some_and(|uri| uri.scheme() == Some(&Scheme::HTTPS)) {
        let roots = rustls_native_certs::load_native_certs().certs;
        let roots: Vec<_> = roots.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()));
        config = config.tls_config(tls.build());
    }
    config.build().into()
}
