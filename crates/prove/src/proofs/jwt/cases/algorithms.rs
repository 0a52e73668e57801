//! The algorithm: none, another one, or the public key taken for a secret (RFC 8725, sections 2.1 and 3.1).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use firstline_testkit::people::SECRET;
use firstline_testkit::signer::{hmac_token, message};
use serde_json::{Value, json};

use super::case::Cases;
use crate::proofs::jwt::forger::{Forger, with, without};

pub(super) fn of(forger: &Forger, cases: &mut Cases) {
    let (label, claims) = (forger.label.as_str(), forger.claims().to_string());
    let header = |algorithm: Value| with(forger.header(), "alg", algorithm).to_string();
    let good = forger.good();
    let signature = good.rsplit_once('.').expect("a token").1;
    for none in ["none", "None", "NONE", "nOnE"] {
        cases.token(label, "alg none", format!("{}.", message(&header(json!(none)), &claims)));
        cases.token(label, "alg none with a signature", forger.with_header("alg", none));
    }
    cases.token(label, "signature taken off", format!("{}.", message(&forger.header().to_string(), &claims)));
    for (kind, algorithm) in [
        ("alg null", Value::Null),
        ("alg a number", json!(256)),
        ("alg a list", json!([forger.algorithm])),
        ("alg in other case", json!(swapped(forger.algorithm))),
        ("alg with a blank", json!(format!("{} ", forger.algorithm))),
        ("alg empty", json!("")),
        ("alg unknown", json!("XX256")),
    ] {
        cases.token(label, kind, forger.with_header("alg", algorithm));
    }
    cases.token(label, "alg missing", forger.signed(without(forger.header(), "alg"), forger.claims()));
    for other in ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES256K", "EdDSA"] {
        if other != forger.algorithm {
            cases.token(label, "another algorithm's name", forger.with_header("alg", other));
            cases.token(
                label,
                "another algorithm's name",
                format!("{}.{signature}", message(&header(json!(other)), &claims)),
            );
        }
    }
    for hmac in ["HS256", "HS384", "HS512"] {
        let mut secrets: Vec<(&str, Vec<u8>)> = vec![
            ("an empty secret", Vec::new()),
            ("a secret of manuals", b"your-256-bit-secret".to_vec()),
            ("the issuer's name", forger.issuer.clone().into_bytes()),
        ];
        if let Some((signer, id, _)) = forger.published() {
            let jwk = signer.jwk(id);
            let part = if jwk["n"].is_string() { &jwk["n"] } else { &jwk["x"] };
            let part = part.as_str().expect("a part of the key");
            secrets.extend([
                ("the public key", signer.public_bytes()),
                ("the public key as PEM", signer.public_pem().into_bytes()),
                ("the public key as PEM", signer.public_pem().trim_end().as_bytes().to_vec()),
                ("the public key as JWK", jwk.to_string().into_bytes()),
                ("the public key's number", URL_SAFE_NO_PAD.decode(part).expect("base64url")),
                ("the public key's number as text", part.as_bytes().to_vec()),
                ("the service's own secret", SECRET.as_bytes().to_vec()),
            ]);
        } else if hmac != "HS256" {
            secrets.push(("the own secret in a longer hash", SECRET.as_bytes().to_vec()));
        }
        for (what, secret) in secrets {
            cases.token(label, format!("HMAC over {what}"), hmac_token(hmac, &secret, &header(json!(hmac)), &claims));
            let lying = hmac_token(hmac, &secret, &header(json!(forger.algorithm)), &claims);
            cases.token(label, format!("HMAC over {what} under the right alg"), lying);
        }
    }
    same_family(forger, &claims, cases);
}

/// What the same RSA key can sign besides.
fn same_family(forger: &Forger, claims: &str, cases: &mut Cases) {
    let Some((signer, ..)) = forger.published().filter(|_| forger.algorithm == "RS256") else { return };
    for other in ["RS384", "RS512", "PS256", "PS384", "PS512"] {
        let honest = with(forger.header(), "alg", other).to_string();
        cases.token(&forger.label, "another algorithm of the family", signer.token_signed_as(other, &honest, claims));
        let lying = forger.header().to_string();
        let kind = "another algorithm of the family under the right alg";
        cases.token(&forger.label, kind, signer.token_signed_as(other, &lying, claims));
    }
}

fn swapped(text: &str) -> String {
    text.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect()
}
