//! Handshakes in memory: which server each mode speaks to.

use std::io::{Read, Write};
use std::str::FromStr;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ClientConnection, ServerConfig, ServerConnection};
use tokio_postgres::Config;

use super::*;

/// A server under a certificate of its own for `name`, and that certificate in a file.
fn server(name: &str) -> (ServerConfig, tempfile::NamedTempFile) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(cert.pem().as_bytes()).unwrap();
    (config, file)
}

/// The client of a URL with these parameters. `None` where the URL asks for no TLS.
fn client_of(parameters: &str) -> Result<Option<ClientConfig>, OpenError> {
    let (url, taken) = take_parameters(&format!("postgres://u:secret@db.example/d?{parameters}"))?;
    match Config::from_str(&url).unwrap().get_ssl_mode() {
        SslMode::Disable => Ok(None),
        mode => client(mode, &taken).map(Some),
    }
}

/// Whether the client completes a handshake with the server as `db.example`.
fn speaks(client: ClientConfig, server: &ServerConfig) -> bool {
    let name = ServerName::try_from("db.example").unwrap();
    let mut client = ClientConnection::new(Arc::new(client), name).unwrap();
    let mut server = ServerConnection::new(Arc::new(server.clone())).unwrap();
    let mut buffer = Vec::new();
    while client.is_handshaking() || server.is_handshaking() {
        buffer.clear();
        client.write_tls(&mut buffer).unwrap();
        server.read_tls(&mut buffer.as_slice()).unwrap();
        server.process_new_packets().unwrap();
        buffer.clear();
        server.write_tls(&mut buffer).unwrap();
        client.read_tls(&mut buffer.as_slice()).unwrap();
        if client.process_new_packets().is_err() {
            return false;
        }
    }
    server.writer().write_all(b"ok").unwrap();
    buffer.clear();
    server.write_tls(&mut buffer).unwrap();
    client.read_tls(&mut buffer.as_slice()).unwrap();
    client.process_new_packets().unwrap();
    let mut heard = [0; 2];
    client.reader().read_exact(&mut heard).unwrap();
    &heard == b"ok"
}

#[test]
fn each_mode_speaks_to_the_servers_that_it_verifies() {
    let (named, root) = server("db.example");
    let (renamed, other_root) = server("elsewhere.example");
    // The mode, and whether it speaks to: the server, one of another name, one that others vouch for.
    for (mode, spoken) in [
        ("prefer", [true, true, true]),
        ("verify-ca", [true, true, false]),
        ("verify-full", [true, false, false]),
        ("require", [true, false, false]),
    ] {
        let with = |root: &tempfile::NamedTempFile| {
            client_of(&format!("sslrootcert={}&sslmode={mode}", root.path().display())).unwrap().unwrap()
        };
        let heard = [speaks(with(&root), &named), speaks(with(&other_root), &renamed), speaks(with(&root), &renamed)];
        assert_eq!(heard, spoken, "{mode}");
    }
    // The system's authorities do not know this server.
    for parameters in ["sslmode=verify-full", "sslmode=require", "sslmode=verify-full&sslrootcert=system"] {
        assert!(!speaks(client_of(parameters).unwrap().unwrap(), &named), "{parameters}");
    }
    assert!(client_of("sslmode=disable").unwrap().is_none());
}

#[test]
fn what_is_taken_out_of_the_parameters_leaves_the_others() {
    let taken = |root: Option<&str>, any_host| TlsParameters { root_certificate: root.map(PathBuf::from), any_host };
    for (parameters, kept, expected) in [
        ("", "", taken(None, false)),
        ("?sslmode=verify-full", "?sslmode=require", taken(None, false)),
        ("?sslmode=prefer&connect_timeout=3", "?sslmode=prefer&connect_timeout=3", taken(None, false)),
        ("?sslrootcert=/a%20b", "", taken(Some("/a b"), false)),
        ("?sslmode=verify-ca&x=1&sslrootcert=/a", "?sslmode=require&x=1", taken(Some("/a"), true)),
        ("?sslmode=verify-ca&sslmode=disable", "?sslmode=require&sslmode=disable", taken(None, false)),
        ("?sslmode=verify-full&sslrootcert=system", "?sslmode=require", taken(None, false)),
    ] {
        let (url, read) = take_parameters(&format!("postgres://u@h/d{parameters}")).unwrap();
        assert_eq!((url, read), (format!("postgres://u@h/d{kept}"), expected), "{parameters}");
    }
}

#[test]
fn a_certificate_of_any_host_is_not_enough_where_public_authorities_vouch_for_it() {
    for parameters in ["sslmode=verify-ca", "sslmode=verify-ca&sslrootcert=system"] {
        let error = client_of(parameters).unwrap_err();
        assert!(matches!(error, OpenError::Url { .. }), "{error:?}");
        assert!(error.to_string().contains("sslrootcert=FILE") && !error.to_string().contains("secret"), "{error}");
    }
}
