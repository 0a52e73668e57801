//! The key: of another, brought along, or named so that something foolish is done with the name.

use serde_json::{Value, json};

use super::case::Cases;
use crate::proofs::jwt::forger::{Forger, with, without};
use crate::proofs::jwt::stage::Stage;

pub(super) fn of(forger: &Forger, stage: &Stage, cases: &mut Cases) {
    refused_members(forger, stage, cases);
    let Some((signer, id, second_id)) = forger.published() else { return };
    let (label, header, claims) = (forger.label.as_str(), forger.header(), forger.claims());
    cases.token(label, "no kid where there are two keys", forger.signed(without(header.clone(), "kid"), &claims));
    cases.token(label, "kid null where there are two keys", forger.with_header("kid", Value::Null));
    cases.token(label, "kid of the issuer's other key", forger.with_header("kid", second_id));
    for kid in [
        "",
        " ",
        "unknown",
        "../../../../dev/null",
        "/dev/null",
        "/proc/self/environ",
        "..\\..\\keys.json",
        "' OR '1'='1",
        "x' UNION SELECT 'secret' --",
        "https://evil.example/key",
        "file:///etc/passwd",
        "$(id)",
        "`id`",
        "{{7*7}}",
        "%00",
        "*",
        "0",
    ] {
        cases.token(label, "kid that tricks a look-up", forger.with_header("kid", kid));
    }
    for kid in [format!("{id}\0"), format!("{id} "), format!(" {id}"), id.to_uppercase(), id[..id.len() - 1].to_owned()]
    {
        cases.token(label, "kid nearly right", forger.with_header("kid", kid));
    }
    cases.token(label, "kid very long", forger.with_header("kid", "k".repeat(4_000)));
    for kid in [json!(1), json!([id]), json!({ "kid": id }), json!(true)] {
        cases.token(label, "kid no text", forger.with_header("kid", kid));
    }
    for stranger in &stage.strangers {
        cases.token(
            label,
            "key of a stranger under a known kid",
            stranger.token_of(&header.to_string(), &claims.to_string()),
        );
        let honest = with(header.clone(), "alg", stranger.algorithm()).to_string();
        cases.token(label, "key of a stranger under a known kid", stranger.token_of(&honest, &claims.to_string()));
    }
    for other in stage.forgers() {
        let Some((theirs, their_id, _)) = other.published().filter(|_| other.label != forger.label) else { continue };
        let kind = "key of another trusted issuer";
        cases.token(label, kind, theirs.token_of(&header.to_string(), &claims.to_string()));
        let under_its_kid = with(header.clone(), "kid", their_id).to_string();
        cases.token(label, format!("{kind} under its kid"), theirs.token_of(&under_its_kid, &claims.to_string()));
        let whole = with(with(header.clone(), "kid", their_id), "alg", theirs.algorithm()).to_string();
        cases.token(label, format!("{kind} under its kid and alg"), theirs.token_of(&whole, &claims.to_string()));
        let message = signer.token_of(&under_its_kid, &claims.to_string());
        cases.token(label, "kid of another trusted issuer", message);
    }
}

/// Members that bring keys along, name where to get some, or change how the token is read.
fn refused_members(forger: &Forger, stage: &Stage, cases: &mut Cases) {
    let label = forger.label.as_str();
    for (member, value) in [
        ("jku", json!("http://127.0.0.1:9/keys")),
        ("x5u", json!("http://127.0.0.1:9/cert")),
        ("x5c", json!(["AAAA"])),
        ("jwk", json!({})),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("epk", json!({})),
    ] {
        cases.token(label, format!("{member} in the header"), forger.with_header(member, value));
    }
    for stranger in &stage.strangers {
        let jwk = stranger.jwk("stranger");
        for kid in [json!("stranger"), Value::Null] {
            let header = with(with(forger.header(), "kid", kid), "alg", stranger.algorithm());
            let header = with(header, "jwk", jwk.clone()).to_string();
            cases.token(label, "key brought along", stranger.token_of(&header, &forger.claims().to_string()));
        }
    }
    for typ in ["logout+jwt", "secevent+jwt", "dpop+jwt", "id_token", "JWE", "application/json"] {
        cases.token(label, "typ of another purpose", forger.with_header("typ", typ));
    }
    cases.token(label, "typ no text", forger.with_header("typ", 1));
}
