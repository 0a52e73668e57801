//! The form: bits turned, parts swapped, encodings that some readers forgive.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::json;

use super::case::Cases;
use crate::env::Env;
use crate::proofs::jwt::forger::{Forger, doubled, with};

pub(super) fn of(forger: &Forger, env: &Env, cases: &mut Cases) {
    let (label, good) = (forger.label.as_str(), forger.good());
    let parts: Vec<&str> = good.split('.').collect();
    let &[header, claims, signature] = parts.as_slice() else { panic!("a token has three parts") };
    for form in ["", "x", "a.b", "a.b.c", "..", "...", "null", "{}", "Bearer"] {
        cases.token(label, "no token", form);
    }
    for form in [
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{signature}.{signature}"),
        format!(".{claims}.{signature}"),
        format!("{header}..{signature}"),
        format!("{claims}.{header}.{signature}"),
        format!("{good}.."),
        format!("{good}, {good}"),
        format!("{good} {good}"),
        format!("\"{good}\""),
        json!({ "protected": header, "payload": claims, "signature": signature }).to_string(),
    ] {
        cases.token(label, "parts missing, doubled or wrapped", form);
    }
    signatures(forger, header, claims, signature, cases);
    turned_bits(forger, env, &parts, cases);
    encodings(forger, header, claims, signature, cases);
    texts(forger, cases);
    let long = with(forger.claims(), "more", "x".repeat(9_000));
    cases.token(label, "more than 8 KiB, signed properly", forger.signed(forger.header(), long));
    cases.token(label, "16 KiB", "x".repeat(16_384));
    cases.token(label, "16 KiB of dots", ".".repeat(16_384));
}

fn signatures(forger: &Forger, header: &str, claims: &str, signature: &str, cases: &mut Cases) {
    let bytes = URL_SAFE_NO_PAD.decode(signature).expect("a signature");
    let length = bytes.len();
    for (kind, other) in [
        ("signature of zeros", vec![0; length]),
        ("signature of ones", vec![0xff; length]),
        ("signature of one", [vec![0; length - 1], vec![1]].concat()),
        ("signature cut", bytes[..length - 1].to_vec()),
        ("signature with more behind", [bytes.as_slice(), &[0]].concat()),
        ("signature twice", bytes.repeat(2)),
        ("signature backwards", bytes.iter().rev().copied().collect()),
    ] {
        cases.token(&forger.label, kind, format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode(other)));
    }
    let another = forger.with_claim("jti", "another");
    let (rest, of_another) = another.rsplit_once('.').expect("a token");
    cases.token(&forger.label, "signature of another token", format!("{header}.{claims}.{of_another}"));
    cases.token(&forger.label, "signature of another token", format!("{rest}.{signature}"));
}

/// One bit of the bytes of each part, many times.
fn turned_bits(forger: &Forger, env: &Env, parts: &[&str], cases: &mut Cases) {
    let mut rng = env.rng(&format!("jwt bits {}", forger.label));
    for (at, part) in ["header", "claims", "signature"].into_iter().enumerate() {
        let bytes = URL_SAFE_NO_PAD.decode(parts[at]).expect("a part");
        for _ in 0..env.size(24, 400) {
            let mut turned = bytes.clone();
            let bit = rng.below(turned.len() * 8);
            turned[bit / 8] ^= 1 << (bit % 8);
            let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            parts[at] = URL_SAFE_NO_PAD.encode(turned);
            cases.token(&forger.label, format!("a bit of the {part} turned"), parts.join("."));
        }
    }
}

fn encodings(forger: &Forger, header: &str, claims: &str, signature: &str, cases: &mut Cases) {
    let label = forger.label.as_str();
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("a part");
    let padded = URL_SAFE.encode(bytes(signature));
    if padded != signature {
        cases.token(label, "padding", format!("{header}.{claims}.{padded}"));
        // The bits of the last letter that stand for nothing.
        let last = signature.chars().next_back().expect("a letter");
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let next = alphabet.chars().nth(alphabet.find(last).map_or(0, |at| at ^ 1)).expect("a letter");
        let sloppy = format!("{}{next}", &signature[..signature.len() - 1]);
        cases.token(label, "bits that stand for nothing", format!("{header}.{claims}.{sloppy}"));
    }
    let standard = STANDARD.encode(bytes(signature));
    if standard.trim_end_matches('=') != signature {
        cases.token(label, "the other alphabet", format!("{header}.{claims}.{}", standard.trim_end_matches('=')));
    }
    for between in [" ", "%20", "=", "\t"] {
        cases.token(label, "something within", format!("{header}.{claims}.{between}{signature}"));
        cases.token(label, "something within", format!("{header}{between}.{claims}.{signature}"));
    }
}

/// Texts that are no objects, or more than one.
fn texts(forger: &Forger, cases: &mut Cases) {
    let (label, header, claims) = (forger.label.as_str(), forger.header(), forger.claims());
    let whole = claims.to_string();
    let nested = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    for text in [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        json!([claims]).to_string(),
        json!(whole).to_string(),
        whole[..whole.len() - 1].to_owned(),
        format!("{whole}{whole}"),
        format!("{whole}x"),
        format!("\u{feff}{whole}"),
        whole.replacen('{', &format!("{{\"deep\":{nested},"), 1),
        whole.replace('"', "'"),
    ] {
        cases.token(label, "claims that are no object", forger.signed(&header, text));
    }
    for text in ["", "null", "[]", "{}", "{", "7"] {
        cases.token(label, "header that is no object", forger.signed(text, &claims));
    }
    cases.token(label, "alg twice", forger.signed(doubled(&header, "\"alg\"", "none"), &claims));
    cases.token(
        label,
        "alg twice, once in disguise",
        forger.signed(doubled(&header, "\"\\u0061lg\"", "none"), &claims),
    );
    cases.token(label, "typ twice", forger.signed(doubled(&header, "\"typ\"", "JWT"), &claims));
}
