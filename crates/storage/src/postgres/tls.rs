//! TLS to Postgres by rustls.
//!
//! | `sslmode` | what happens |
//! |---|---|
//! | `disable` | no TLS |
//! | `prefer` (default) | TLS if the server has it, whoever it is: keeps listeners out, not impostors |
//! | `require` | TLS or nothing; certificate and host name are verified against the system's roots, or `sslrootcert` |

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;

use crate::error::OpenError;
use crate::url::percent_decoded;

/// Takes `sslrootcert=FILE` out of the URL's parameters, as tokio-postgres does not know it.
pub(super) fn take_root_certificate(url: &str) -> Result<(String, Option<PathBuf>), OpenError> {
    let Some((before, parameters)) = url.split_once('?') else { return Ok((url.to_owned(), None)) };
    let mut file = None;
    let mut kept = Vec::new();
    for parameter in parameters.split('&') {
        match parameter.strip_prefix("sslrootcert=") {
            Some(path) => file = Some(PathBuf::from(percent_decoded(path)?)),
            None => kept.push(parameter),
        }
    }
    let url = if kept.is_empty() { before.to_owned() } else { format!("{before}?{}", kept.join("&")) };
    Ok((url, file))
}

/// How to speak TLS in this mode.
pub(super) fn client(mode: SslMode, root_certificate: Option<&Path>) -> Result<ClientConfig, OpenError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| OpenError::Database(Box::new(error)))?;
    if mode == SslMode::Prefer {
        let anybody = Arc::new(Anybody(provider));
        return Ok(builder.dangerous().with_custom_certificate_verifier(anybody).with_no_client_auth());
    }
    Ok(builder.with_root_certificates(roots(root_certificate)?).with_no_client_auth())
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

/// Takes whatever certificate comes: for `prefer`, which promises no more than libpq's.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
