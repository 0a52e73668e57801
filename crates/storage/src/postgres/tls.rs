//! TLS to Postgres by rustls.
//!
//! | `sslmode` | what happens |
//! |---|---|
//! | `disable` | no TLS |
//! | `prefer` (default) | TLS if the server has it, whoever it is: keeps listeners out, not impostors |
//! | `verify-ca` | TLS or nothing; the certificate is verified against `sslrootcert`, the host name is not |
//! | `require`, `verify-full` | TLS or nothing; certificate and host name are verified |
//!
//! They mean what they mean to libpq, but for `require`, which verifies more. Certificates are verified against those
//! in the file `sslrootcert`, without it or with `sslrootcert=system` against the system's.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;

use crate::error::OpenError;
use crate::url::percent_decoded;

/// What the URL's parameters say of TLS beyond what tokio-postgres reads.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TlsParameters {
    root_certificate: Option<PathBuf>,
    /// The host name is not verified.
    any_host: bool,
}

/// Takes what tokio-postgres does not know out of the URL's parameters: `sslrootcert`, and the modes that verify.
pub(super) fn take_parameters(url: &str) -> Result<(String, TlsParameters), OpenError> {
    let mut taken = TlsParameters::default();
    let Some((before, parameters)) = url.split_once('?') else { return Ok((url.to_owned(), taken)) };
    let mut kept = Vec::new();
    for parameter in parameters.split('&') {
        match parameter.split_once('=') {
            Some(("sslrootcert", path)) => {
                let path = percent_decoded(path)?;
                taken.root_certificate = (path != "system").then(|| PathBuf::from(path));
            }
            Some(("sslmode", mode)) => {
                taken.any_host = mode == "verify-ca";
                kept.push(if matches!(mode, "verify-ca" | "verify-full") { "sslmode=require" } else { parameter });
            }
            _ => kept.push(parameter),
        }
    }
    let url = if kept.is_empty() { before.to_owned() } else { format!("{before}?{}", kept.join("&")) };
    if taken.any_host && taken.root_certificate.is_none() {
        let detail = "sslmode=verify-ca needs sslrootcert=FILE: the system's authorities vouch for anybody's servers; \
                      use verify-full with them";
        return Err(OpenError::url(detail.to_owned()));
    }
    Ok((url, taken))
}

/// How to speak TLS in this mode.
pub(super) fn client(mode: SslMode, parameters: &TlsParameters) -> Result<ClientConfig, OpenError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| OpenError::Database(Box::new(error)))?;
    let roots = match mode {
        SslMode::Prefer => None,
        _ => Some(roots(parameters.root_certificate.as_deref())?),
    };
    match roots {
        Some(roots) if !parameters.any_host => Ok(builder.with_root_certificates(roots).with_no_client_auth()),
        roots => {
            let verifier = Arc::new(AnyHost { provider, roots });
            Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
        }
    }
}

fn roots(file: Option<&Path>) -> Result<RootCertStore, OpenError> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        // One unreadable certificate of the system's is no reason not to use the others.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(roots);
    };
    let broken = |error: &dyn std::fmt::Display| OpenError::url(format!("sslrootcert {}: {error}", file.display()));
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| broken(&error))? {
        let certificate = certificate.map_err(|error| broken(&error))?;
        roots.add(certificate).map_err(|error| broken(&error))?;
    }
    if roots.is_empty() {
        return Err(broken(&"holds no certificate"));
    }
    Ok(roots)
}

/// Takes the certificate of any host, as libpq does: for `verify-ca` one that `roots` vouch for, for `prefer` any.
#[derive(Debug)]
struct AnyHost {
    provider: Arc<CryptoProvider>,
    roots: Option<RootCertStore>,
}

impl ServerCertVerifier for AnyHost {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(certificate)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
