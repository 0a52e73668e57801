//! Tokens of identity providers: what counts, and that everything else gets one and the same answer.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use firstline_api::{
    AccountRule, HttpLimits, KeySet, KeySource, NoKey, ProviderAlgorithm, SubjectRule, TokenSettings, TokenVerifier,
    TrustedIssuer, VerificationKey,
};
use firstline_domain::account::{Identity, Role, User};
use firstline_domain::text::{Email, Issuer, Subject};
use firstline_testkit::signer::{Signer, message};
use futures_util::FutureExt;
use serde_json::{Value, json};

use crate::support::{ACCOUNT, INACTIVE, OTHER_ACCOUNT, STRANGER, Service, TECH, secret, settings};

const NOW: i64 = 1_767_225_600;
const PATH: &str = "/api/v1/l1/sessions/active";

struct Fixed(Option<KeySet>);

#[async_trait]
impl KeySource for Fixed {
    async fn keys(&self, key_id: Option<&str>) -> Result<Vec<Arc<VerificationKey>>, NoKey> {
        let retry_after = Duration::from_secs(7);
        let set = self.0.as_ref().ok_or(NoKey::Unavailable { retry_after })?;
        set.select(key_id).map(|key| vec![Arc::clone(key.key())]).ok_or(NoKey::Unknown)
    }
}

fn name(algorithm: ProviderAlgorithm) -> String {
    format!("https://{}.example", algorithm.as_str().to_lowercase())
}

fn issuer(algorithm: ProviderAlgorithm, keys: Option<KeySet>, subject: SubjectRule) -> TrustedIssuer {
    let names = TokenSettings { issuer: name(algorithm), audience: "firstline".to_owned() };
    TrustedIssuer::provider(&names, algorithm, Arc::new(Fixed(keys)), subject)
}

fn by_id(account: Option<uuid::Uuid>) -> SubjectRule {
    SubjectRule::UserId { claim: "sub".to_owned(), account: account.map(Into::into) }
}

fn set(keys: &[Value], algorithm: ProviderAlgorithm) -> KeySet {
    KeySet::read(json!({ "keys": keys }).to_string().as_bytes(), algorithm).unwrap()
}

/// A service that trusts itself and one provider of each algorithm.
fn service(signers: &[Signer; 3]) -> Service {
    let providers = ProviderAlgorithm::ALL
        .into_iter()
        .zip(signers)
        .map(|(algorithm, signer)| issuer(algorithm, Some(set(&[signer.jwk("one")], algorithm)), by_id(None)));
    let own = TrustedIssuer::own(&secret(), None, &settings());
    let verifier = TokenVerifier::new(std::iter::once(own).chain(providers).collect(), Duration::ZERO).unwrap();
    Service::with(HttpLimits::default(), verifier)
}

fn signers() -> [Signer; 3] {
    ProviderAlgorithm::ALL.map(|algorithm| Signer::new(algorithm.as_str()))
}

fn claims(algorithm: ProviderAlgorithm) -> Value {
    json!({ "iss": name(algorithm), "aud": "firstline", "sub": TECH, "exp": NOW + 60 })
}

fn status(service: &Service, token: &str) -> u16 {
    service.send("GET", PATH, &[("authorization", &format!("Bearer {token}"))], b"").status
}

#[test]
fn a_token_of_each_provider_counts_beside_our_own() {
    let signers = signers();
    let service = service(&signers);
    assert_eq!(status(&service, &service.token(TECH)), 200);
    for (algorithm, signer) in ProviderAlgorithm::ALL.into_iter().zip(&signers) {
        assert_eq!(status(&service, &signer.token("one", &claims(algorithm))), 200, "{algorithm:?}");
        // Where the provider has one key alone, a token need not name it.
        let header = json!({ "alg": algorithm.as_str(), "typ": "application/at+jwt", "x5t": "abc" }).to_string();
        assert_eq!(status(&service, &signer.token_of(&header, &claims(algorithm).to_string())), 200);
    }
}

#[test]
fn every_broken_token_of_a_provider_gets_one_and_the_same_answer() {
    let signers = signers();
    let service = service(&signers);
    let [rsa, ec, _] = &signers;
    let rs256 = ProviderAlgorithm::Rs256;
    let good = claims(rs256).to_string();
    let header = |more: &Value| {
        let mut header = json!({ "alg": "RS256", "typ": "JWT", "kid": "one" });
        header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        header.to_string()
    };
    let with_header = |more: Value| rsa.token_of(&header(&more), &good);
    let with_claim = |member: &str, value: Value| {
        let mut claims = claims(rs256);
        claims[member] = value;
        rsa.token("one", &claims)
    };
    let hmac = |secret: &[u8]| {
        let message = message(&header(&json!({ "alg": "HS256" })), &good);
        let key = jsonwebtoken::EncodingKey::from_secret(secret);
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, jsonwebtoken::Algorithm::HS256).unwrap();
        format!("{message}.{signature}")
    };
    let modulus = URL_SAFE_NO_PAD.decode(rsa.jwk("one")["n"].as_str().unwrap()).unwrap();
    let stranger = Signer::new("RS256");
    let mut tokens = vec![
        hmac(&rsa.public_bytes()),
        hmac(&modulus),
        hmac(rsa.jwk("one").to_string().as_bytes()),
        hmac(crate::support::SECRET.as_bytes()),
        stranger.token("one", &claims(rs256)),
        stranger.token_of(&header(&json!({ "jwk": stranger.jwk("one") })), &good),
        // A provider's key under another provider's name, and the other way round.
        ec.token("one", &claims(rs256)),
        rsa.token("one", &claims(ProviderAlgorithm::Es256)),
        rsa.token("one", &json!({ "iss": settings().issuer, "aud": "firstline", "sub": TECH, "exp": NOW + 60 })),
        rsa.token_of(&json!({ "alg": "RS256", "kid": "one" }).to_string(), &good.replacen('{', r#"{"sub":"x","#, 1)),
        with_claim("iss", json!("https://rs256.example/")),
        with_claim("iss", json!("HTTPS://RS256.EXAMPLE")),
        with_claim("aud", json!("other")),
        with_claim("exp", json!(NOW)),
        with_claim("exp", json!("9999999999")),
        with_claim("nbf", json!(NOW + 1)),
        with_claim("iat", json!("now")),
        with_claim("sub", json!(INACTIVE)),
        with_claim("sub", Value::Null),
        format!("{}x", rsa.token("one", &claims(rs256))),
    ];
    for algorithm in ["RS384", "RS512", "PS256", "PS384", "PS512"] {
        tokens.push(rsa.token_signed_as(algorithm, &header(&json!({ "alg": algorithm })), &good));
        tokens.push(rsa.token_signed_as(algorithm, &header(&json!({})), &good));
    }
    for kid in [json!("two"), json!(""), json!("../../etc/passwd"), json!("' OR 1=1 --"), json!(1), json!(["one"])] {
        tokens.push(with_header(json!({ "kid": kid })));
    }
    for (member, value) in [
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!([])),
        ("jwk", Value::Null),
        ("crit", json!([])),
        ("b64", json!(true)),
        ("zip", json!("DEF")),
        ("enc", json!("A128GCM")),
        ("typ", json!("logout+jwt")),
        ("typ", json!("id_token+jwt")),
        ("typ", json!(7)),
        ("alg", json!("none")),
        ("alg", json!("rs256")),
        ("alg", json!(["RS256"])),
        ("alg", Value::Null),
    ] {
        tokens.push(with_header(json!({ member: value })));
    }
    let expected = service.send("GET", PATH, &[("authorization", "Bearer x")], b"").without_request_id();
    for token in tokens {
        let answer = service.send("GET", PATH, &[("authorization", &format!("Bearer {token}"))], b"");
        assert_eq!((answer.status, answer.without_request_id()), (401, expected.clone()), "{token}");
    }
}

#[test]
fn an_issuer_that_is_held_to_an_account_names_nobody_of_another() {
    let signer = Signer::new("EdDSA");
    let algorithm = ProviderAlgorithm::EdDsa;
    let token = signer.token("one", &claims(algorithm));
    for (account, expected) in [(ACCOUNT, 200), (OTHER_ACCOUNT, 401)] {
        let issuers = vec![issuer(algorithm, Some(set(&[signer.jwk("one")], algorithm)), by_id(Some(account)))];
        let verifier = TokenVerifier::new(issuers, Duration::ZERO).unwrap();
        assert_eq!(status(&Service::with(HttpLimits::default(), verifier), &token), expected);
    }
}

#[test]
fn an_identity_is_looked_for_in_the_account_that_the_issuer_speaks_for_and_in_no_other() {
    let (signer, algorithm) = (Signer::new("EdDSA"), ProviderAlgorithm::EdDsa);
    let service = |account: AccountRule| {
        let subject = SubjectRule::Identity { claim: "oid".to_owned(), account };
        let provider = issuer(algorithm, Some(set(&[signer.jwk("one")], algorithm)), subject);
        let own = TrustedIssuer::own(&secret(), None, &settings());
        let verifier = TokenVerifier::new(vec![own, provider], Duration::ZERO).unwrap();
        let service = Service::with(HttpLimits::default(), verifier);
        // Both accounts know the same identity: the administrator of either may write down what they like.
        for (user, subject) in [(TECH, "here"), (STRANGER, "here"), (STRANGER, "there")] {
            let account = if user == TECH { ACCOUNT } else { OTHER_ACCOUNT };
            let id = uuid::Uuid::now_v7();
            let identity =
                Identity { issuer: Issuer::new(name(algorithm)).unwrap(), subject: Subject::new(subject).unwrap() };
            let email = Email::new(format!("{id}@example.com")).unwrap();
            let user = User {
                id: id.into(),
                account_id: account.into(),
                email,
                role: Role::L1Tech,
                can_cover_l1: false,
                active: true,
                identity: Some(identity),
            };
            service.users.provision(user).now_or_never().unwrap().unwrap();
        }
        service
    };
    let token = |subject: &str, account: Value| {
        let mut claims = claims(algorithm);
        (claims["oid"], claims["tenant"]) = (json!(subject), account);
        signer.token("one", &claims)
    };
    let call = |service: &Service, token: &str| {
        let bearer = format!("Bearer {token}");
        let body = br#"{"problem_statement":"x"}"#;
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        service.send("POST", "/api/v1/l1/intake", &headers, body).status
    };
    let fixed = service(AccountRule::Fixed(ACCOUNT.into()));
    let tickets = |service: &Service, user| {
        let bearer = format!("Bearer {}", service.token(user));
        service.send("GET", "/api/v1/l1/queue", &[("authorization", &bearer)], b"").json().as_array().unwrap().len()
    };
    assert_eq!(call(&fixed, &token("here", Value::Null)), 200);
    assert_eq!((tickets(&fixed, TECH), tickets(&fixed, STRANGER)), (1, 0));
    assert_eq!(call(&fixed, &token("there", json!(OTHER_ACCOUNT))), 401);
    let claimed = service(AccountRule::Claim("tenant".to_owned()));
    assert_eq!(call(&claimed, &token("here", json!(OTHER_ACCOUNT))), 200);
    assert_eq!((tickets(&claimed, TECH), tickets(&claimed, STRANGER)), (0, 1));
    for (subject, account) in [
        ("there", json!(ACCOUNT)),
        ("nobody", json!(ACCOUNT)),
        ("", json!(ACCOUNT)),
        ("here", Value::Null),
        ("here", json!("x")),
        ("here", json!([ACCOUNT])),
        ("here", json!(uuid::Uuid::now_v7())),
    ] {
        assert_eq!(call(&claimed, &token(subject, account.clone())), 401, "{subject} {account}");
    }
}

#[test]
fn without_the_providers_keys_its_tokens_are_neither_good_nor_bad() {
    let signer = Signer::new("ES256");
    let algorithm = ProviderAlgorithm::Es256;
    let verifier = TokenVerifier::new(vec![issuer(algorithm, None, by_id(None))], Duration::ZERO).unwrap();
    let service = Service::with(HttpLimits::default(), verifier);
    let token = signer.token("one", &claims(algorithm));
    let answer = service.send("GET", PATH, &[("authorization", &format!("Bearer {token}"))], b"");
    assert_eq!((answer.status, answer.code().as_str()), (503, "identity_provider_unavailable"));
    assert_eq!(answer.header("retry-after"), Some("7"));
    // What is wrong without any key stays wrong, and so does a token of nobody.
    let mut expired = claims(algorithm);
    expired["exp"] = json!(NOW - 1);
    assert_eq!(status(&service, &signer.token("one", &expired)), 401);
    assert_eq!(status(&service, &service.token(TECH)), 401);
}

#[test]
fn a_changed_secret_signs_nobody_out_while_the_old_one_is_still_known() {
    use firstline_api::{Hs256Secret, TokenIssuer};
    use firstline_domain::clock::Clock;
    let newer = Hs256Secret::new("another-2f8e1c5b7a9d4e6f8a1b3c5d7e9f").unwrap();
    let verifiers = [
        (TrustedIssuer::own(&newer, Some(&secret()), &settings()), 200),
        (TrustedIssuer::own(&newer, None, &settings()), 401),
    ];
    for (issuer, old) in verifiers {
        let verifier = TokenVerifier::new(vec![issuer], Duration::ZERO).unwrap();
        let service = Service::with(HttpLimits::default(), verifier);
        let issued =
            TokenIssuer::hs256(&newer, &settings()).issue(TECH.into(), service.clock.now(), Duration::from_secs(9));
        assert_eq!(status(&service, &issued.unwrap().token), 200);
        assert_eq!(status(&service, &service.token(TECH)), old);
    }
}

#[test]
fn two_issuers_of_one_name_are_refused() {
    let twice = [ProviderAlgorithm::Rs256; 2].map(|algorithm| issuer(algorithm, None, by_id(None)));
    let refused = TokenVerifier::new(twice.to_vec(), Duration::ZERO).err().unwrap();
    assert!(refused.to_string().contains("https://rs256.example"));
}
