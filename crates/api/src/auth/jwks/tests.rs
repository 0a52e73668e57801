use firstline_testkit::signer::Signer;
use serde_json::json;

use super::*;

fn read(keys: &[Value], algorithm: ProviderAlgorithm) -> Result<KeySet, KeySetError> {
    KeySet::read(json!({ "keys": keys }).to_string().as_bytes(), algorithm)
}

fn with(mut jwk: Value, member: &str, value: impl Into<Value>) -> Value {
    jwk[member] = value.into();
    jwk
}

#[test]
fn a_byte_order_mark_before_a_key_set_is_ignored() {
    let empty = br#"{"keys":[]}"#;
    let marked = [b"\xef\xbb\xbf".as_slice(), empty].concat();
    let form = |json: &[u8]| matches!(KeySet::read(json, ProviderAlgorithm::Rs256), Err(KeySetError::Form));
    assert!(!form(empty) && !form(&marked) && form(b"\xef\xbb{}"));
}

#[test]
fn of_mixed_keys_only_those_of_the_algorithm_are_used() {
    let all = ["RS256", "ES256", "EdDSA"].map(|name| Signer::new(name).jwk(name));
    for (algorithm, kind) in ProviderAlgorithm::ALL.into_iter().zip(["RSA, 2048 bits", "EC, P-256", "OKP, Ed25519"]) {
        let set = read(&all, algorithm).unwrap();
        assert_eq!((set.keys().len(), set.skipped().len()), (1, 2));
        assert_eq!(set.select(Some(algorithm.as_str())).map(PublicKey::kind), Some(kind));
    }
}

#[test]
fn a_key_that_is_weak_secret_or_for_another_use_is_left_out_with_the_reason() {
    let good = Signer::new("RS256").jwk("good");
    let short = URL_SAFE_NO_PAD.encode([0xff; 255]);
    let padded = URL_SAFE_NO_PAD.encode([[0; 64].as_slice(), &[0x7f; 255]].concat());
    for (bad, reason) in [
        (json!("x"), "no object"),
        (json!({ "kty": "oct", "kid": "o", "k": "c2VjcmV0" }), "secret"),
        (with(good.clone(), "d", "AQAB"), "secret"),
        (with(good.clone(), "use", "enc"), "use"),
        (with(good.clone(), "use", 7), "use"),
        (with(good.clone(), "key_ops", json!(["sign"])), "key_ops"),
        (with(good.clone(), "key_ops", "sign"), "key_ops"),
        (with(good.clone(), "alg", "RS512"), "alg"),
        (with(good.clone(), "alg", "HS256"), "alg"),
        (with(good.clone(), "kid", 7), "kid"),
        (with(good.clone(), "kty", "EC"), "kty"),
        (with(good.clone(), "n", short), "2048"),
        (with(good.clone(), "n", padded), "2048"),
        (with(good.clone(), "n", URL_SAFE_NO_PAD.encode([0xff; 1_025])), "8192"),
        (with(good.clone(), "n", "not base64url!"), "base64url"),
        (with(good.clone(), "n", Value::Null), "lacks"),
        (with(good.clone(), "e", "AQ"), "exponent"),
        (with(good.clone(), "e", "AA"), "exponent"),
        (with(good.clone(), "e", "Ag"), "exponent"),
        (with(good.clone(), "e", "AQAAAAE"), "exponent"),
    ] {
        let set = read(&[bad.clone(), good.clone()], ProviderAlgorithm::Rs256).unwrap();
        assert_eq!(set.keys().len(), 1, "{bad}");
        assert!(set.skipped()[0].reason.contains(reason), "{bad}: {}", set.skipped()[0].reason);
    }
    let ec = Signer::new("ES256").jwk("ec");
    for bad in [with(ec.clone(), "crv", "P-384"), with(ec.clone(), "x", "AAAA")] {
        assert_eq!(read(&[bad], ProviderAlgorithm::Es256).unwrap_err(), KeySetError::Nothing);
    }
    for fine in [with(good.clone(), "key_ops", json!(["verify"])), with(good, "x5t", "abc")] {
        assert_eq!(read(&[fine], ProviderAlgorithm::Rs256).unwrap().skipped(), []);
    }
}

#[test]
fn a_token_without_a_key_id_has_a_key_only_where_there_is_one_alone() {
    let [a, b] = ["a", "b"].map(|id| Signer::new("EdDSA").jwk(id));
    let one = read(std::slice::from_ref(&a), ProviderAlgorithm::EdDsa).unwrap();
    assert_eq!(one.select(None).and_then(PublicKey::id), Some("a"));
    let two = read(&[a, b], ProviderAlgorithm::EdDsa).unwrap();
    assert!(two.select(None).is_none() && two.select(Some("c")).is_none() && two.select(Some("")).is_none());
    assert_eq!(two.select(Some("b")).and_then(PublicKey::id), Some("b"));
}

#[test]
fn one_key_twice_is_one_and_two_keys_of_one_id_are_none() {
    let [a, b, c] = [(); 3].map(|()| Signer::new("EdDSA"));
    let set = read(&[a.jwk("a"), a.jwk("a"), b.jwk("b")], ProviderAlgorithm::EdDsa).unwrap();
    assert_eq!((set.keys().len(), set.skipped().len()), (2, 0));
    let set = read(&[a.jwk("a"), c.jwk("a"), b.jwk("b")], ProviderAlgorithm::EdDsa).unwrap();
    assert!(set.select(Some("a")).is_none() && set.select(Some("b")).is_some());
    assert_eq!(set.skipped().len(), 2);
}

#[test]
fn a_document_of_no_use_is_refused() {
    let read = |text: &str| KeySet::read(text.as_bytes(), ProviderAlgorithm::EdDsa).unwrap_err();
    for text in ["", "[]", "{}", r#"{"keys":{}}"#, "<html>", "null"] {
        assert_eq!(read(text), KeySetError::Form, "{text}");
    }
    assert_eq!(read(r#"{"keys":[]}"#), KeySetError::Nothing);
    assert_eq!(read(&json!({ "keys": vec![json!({}); 101] }).to_string()), KeySetError::TooMany(101));
    assert_eq!(read(&" ".repeat(MAX_JWKS_BYTES + 1)), KeySetError::TooLarge);
}
