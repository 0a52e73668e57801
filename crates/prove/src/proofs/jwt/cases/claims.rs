//! What a token says, signed properly: stale, of another, for another, or not what it must be.

use firstline_testkit::people::now;
use serde_json::{Value, json};

use super::case::Cases;
use crate::proofs::jwt::forger::{Forger, doubled};
use crate::proofs::jwt::stage::Stage;

pub(super) fn of(forger: &Forger, stage: &Stage, cases: &mut Cases) {
    let (label, now) = (forger.label.as_str(), now());
    for claim in ["iss", "aud", "exp", "sub"] {
        cases.token(label, format!("{claim} missing"), forger.without_claim(claim));
        for (what, value) in
            [("null", Value::Null), ("an object", json!({})), ("true", json!(true)), ("an empty list", json!([]))]
        {
            cases.token(label, format!("{claim} {what}"), forger.with_claim(claim, value));
        }
    }
    for (kind, value) in [
        ("expired", json!(now - 1)),
        ("expired long ago", json!(1)),
        ("expired before 1970", json!(-1)),
        ("exp a tiny number", json!(1e-300)),
        ("exp without bounds below", json!(-1e300)),
        ("exp a text", json!((now + 3_600).to_string())),
        ("exp a date", json!("2999-01-01T00:00:00Z")),
        ("exp a list", json!([now + 3_600])),
    ] {
        cases.token(label, kind, forger.with_claim("exp", value));
    }
    for (kind, claim, value) in [
        ("not valid yet", "nbf", json!(now + 600)),
        ("not valid for ever", "nbf", json!(1e300)),
        ("nbf a text", "nbf", json!((now - 60).to_string())),
        ("iat a text", "iat", json!("now")),
    ] {
        cases.token(label, kind, forger.with_claim(claim, value));
    }
    audiences(forger, cases);
    issuers(forger, stage, cases);
    let (header, claims) = (forger.header(), forger.claims());
    for claim in ["iss", "aud", "exp", "sub", "role"] {
        let again = claims.get(claim).cloned().unwrap_or_else(|| json!("owner"));
        let twice = doubled(&claims, &format!("\"{claim}\""), again);
        if claim != "role" {
            cases.token(label, format!("{claim} twice"), forger.signed(&header, twice));
        }
        let other = doubled(&claims, &format!("\"\\u{:04x}{}\"", claim.as_bytes()[0], &claim[1..]), json!("other"));
        if claim != "role" {
            cases.token(label, format!("{claim} twice, once in disguise"), forger.signed(&header, other));
        }
    }
}

fn audiences(forger: &Forger, cases: &mut Cases) {
    let right = forger.audience.as_str();
    for (kind, value) in [
        ("another audience", json!("https://other.example")),
        ("audience with an end", json!(format!("{right}.evil.example"))),
        ("audience with a slash", json!(format!("{right}/"))),
        ("audience cut", json!(&right[..right.len() - 1])),
        ("audience in capitals", json!(right.to_uppercase())),
        ("other audiences", json!(["https://other.example", "account"])),
        ("audiences that are not all texts", json!([1, right])),
        ("audiences in one text", json!(format!("{right} account"))),
        ("audience in a list in a list", json!([[right]])),
    ] {
        cases.token(&forger.label, kind, forger.with_claim("aud", value));
    }
}

fn issuers(forger: &Forger, stage: &Stage, cases: &mut Cases) {
    let right = forger.issuer.as_str();
    for (kind, value) in [
        ("unknown issuer", json!("https://evil.example/")),
        ("issuer in a list", json!([right])),
        ("issuer in capitals", json!(right.to_uppercase())),
        ("issuer with more behind", json!(format!("{right}x"))),
        ("issuer cut", json!(&right[..right.len() - 1])),
        ("issuer empty", json!("")),
        ("issuer with a NUL", json!(format!("{right}\0"))),
    ] {
        cases.token(&forger.label, kind, forger.with_claim("iss", value));
    }
    for other in stage.forgers().iter().filter(|other| other.label != forger.label) {
        cases.token(&forger.label, "another trusted issuer's name", forger.with_claim("iss", other.issuer.as_str()));
        let claims = serde_json::to_value(other.claims()).expect("claims");
        cases.token(&forger.label, "another trusted issuer's claims", forger.signed(forger.header(), claims));
    }
}
