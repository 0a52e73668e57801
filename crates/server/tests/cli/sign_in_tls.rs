//! Keys that come by HTTPS: the provider's certificate is checked.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use firstline_testkit::signer::Signer;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;

use crate::place::{Place, object, words};

/// A provider on loopback under a certificate of its own for `name`, and that certificate.
fn provider(name: &str, body: String) -> (SocketAddr, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            // A client that does not believe the certificate hangs up here.
            if stream.read(&mut [0; 4_096]).is_ok() {
                let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (address, cert.pem())
}

#[test]
fn keys_are_taken_by_https_from_a_provider_with_a_trusted_certificate_alone() {
    let body = json!({ "keys": [Signer::new("ES256").jwk("one")] }).to_string();
    let (address, certificate) = provider("localhost", body.clone());
    let (_, another) = provider("localhost", body.clone());
    let (elsewhere, of_elsewhere) = provider("id.example", body);
    let place = Place::new();
    let check = |port: u16, trusted: &str| {
        let settings = format!(
            "[[auth.issuers]]\nissuer = \"https://id.example/\"\naudience = \"firstline\"\nalgorithm = \"ES256\"\n\
             jwks_url = \"https://localhost:{port}/keys\"\nusers = \"id\"\n"
        );
        std::fs::write(place.folder.path().join("settings.toml"), settings).unwrap();
        std::fs::write(place.folder.path().join("roots.pem"), trusted).unwrap();
        let mut command = place.command(&["auth", "check", "--config", "settings.toml"]);
        command.env("SSL_CERT_FILE", place.folder.path().join("roots.pem")).env_remove("SSL_CERT_DIR").output().unwrap()
    };
    assert_eq!(object(&check(address.port(), &certificate))["issuers"][1]["keys"][0]["kid"], "one");
    for (port, trusted) in [(address.port(), another), (elsewhere.port(), of_elsewhere)] {
        let told = words(&check(port, &trusted), 1);
        assert!(told.contains("could not be reached") && told.contains("certificate"), "{told}");
    }
}
