//! Tokens of every broken kind: one and the same answer.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

use crate::support::{ACCOUNT, INACTIVE, SECRET, Service, TECH};

const NOW: i64 = 1_767_225_600;
const PATH: &str = "/api/v1/l1/sessions/active";

fn claims() -> Value {
    json!({"iss": "https://id.example", "aud": "firstline", "sub": TECH, "exp": NOW + 60})
}

fn changed(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn sign(claims: &Value) -> String {
    sign_with(&Header::new(Algorithm::HS256), claims, SECRET)
}

fn sign_with(header: &Header, claims: &Value, secret: &str) -> String {
    encode(header, claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

fn by_hand(header: &str, payload: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let message = format!("{}.{}", part(header), part(payload));
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

fn status(service: &Service, authorization: &str) -> u16 {
    service.send("GET", PATH, &[("authorization", authorization)], b"").status
}

#[test]
fn a_token_at_its_limit_counts_and_a_longer_one_does_not() {
    let service = Service::start();
    for (bytes, expected) in [(8_192, 200), (8_193, 401)] {
        let padded = |pad: usize| sign(&changed("groups", json!("x".repeat(pad))));
        let token = (5_500..6_500).map(padded).find(|token| token.len() == bytes).unwrap();
        assert_eq!(status(&service, &format!("Bearer {token}")), expected, "{bytes}");
    }
}

#[test]
fn every_broken_token_gets_one_and_the_same_answer() {
    let service = Service::start();
    let good = sign(&claims());
    let (head, rest) = good.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let none =
        |alg: &str| format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#)));
    let mut flipped = signature.to_owned();
    flipped.replace_range(0..1, if signature.starts_with('A') { "B" } else { "A" });
    let mut crit = Header::new(Algorithm::HS256);
    crit.crit = Some(vec!["exp".to_owned()]);
    let typed = Header { typ: Some("logout+jwt".to_owned()), ..Header::new(Algorithm::HS256) };
    let twice = format!(r#"{{"sub":"{INACTIVE}",{}"#, &claims().to_string()[1..]);
    let tokens = [
        String::new(),
        "x".to_owned(),
        "a.b".to_owned(),
        "a.b.c".to_owned(),
        "..".to_owned(),
        format!("{good}."),
        format!("{good} {good}"),
        "y".repeat(8_193),
        "y".repeat(20_000),
        none("none"),
        none("None"),
        none("HS256"),
        format!("{head}.{payload}."),
        format!("{head}.{payload}.{flipped}"),
        format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(changed("sub", json!(INACTIVE)).to_string())),
        sign_with(&Header::new(Algorithm::HS256), &claims(), "another secret of thirty-two bytes"),
        sign_with(&Header::new(Algorithm::HS384), &claims(), SECRET),
        sign_with(&Header::new(Algorithm::HS512), &claims(), SECRET),
        sign_with(&crit, &claims(), SECRET),
        sign_with(&typed, &claims(), SECRET),
        sign(&without("exp")),
        sign(&without("iss")),
        sign(&without("aud")),
        sign(&without("sub")),
        sign(&changed("exp", json!(NOW))),
        sign(&changed("exp", json!(NOW - 1))),
        sign(&changed("exp", json!(0))),
        sign(&changed("exp", json!("9999999999"))),
        sign(&changed("exp", Value::Null)),
        sign(&changed("exp", json!(-1.5e300))),
        sign(&changed("nbf", json!(NOW + 1))),
        sign(&changed("nbf", json!("x"))),
        sign(&changed("nbf", json!(1e300))),
        sign(&changed("iss", json!("https://evil.example"))),
        sign(&changed("iss", json!(["https://id.example"]))),
        sign(&changed("aud", json!("other"))),
        sign(&changed("aud", json!([]))),
        sign(&changed("aud", json!([1, "firstline"]))),
        sign(&changed("aud", Value::Null)),
        sign(&changed("sub", json!(7))),
        sign(&changed("sub", json!("tech"))),
        sign(&changed("sub", json!(""))),
        sign(&json!([])),
        sign(&Value::Null),
        by_hand(r#"{"alg":"HS256"}"#, "{"),
        by_hand(r#"{"alg":"HS256"}"#, &twice),
        by_hand("{}", &claims().to_string()),
        by_hand("[]", &claims().to_string()),
        by_hand(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#, &claims().to_string()),
        sign(&changed("sub", json!(Uuid::from_u128(404)))),
        sign(&changed("sub", json!(INACTIVE))),
    ];
    let expected = service.send("GET", PATH, &[("authorization", "Bearer x")], b"").without_request_id();
    for token in tokens {
        let answer = service.send("GET", PATH, &[("authorization", &format!("Bearer {token}"))], b"");
        assert_eq!(answer.status, 401, "{token}");
        assert_eq!(answer.header("www-authenticate").map(|c| c.starts_with("Bearer")), Some(true));
        assert_eq!(answer.without_request_id(), expected, "{token}");
    }
}

#[test]
fn a_token_that_keeps_the_rules_counts() {
    let service = Service::start();
    let at_jwt = Header { typ: Some("at+JWT".to_owned()), ..Header::new(Algorithm::HS256) };
    let no_type = Header { typ: None, ..Header::new(Algorithm::HS256) };
    for token in [
        sign(&claims()),
        sign_with(&at_jwt, &claims(), SECRET),
        sign_with(&no_type, &claims(), SECRET),
        sign(&changed("aud", json!(["x", "firstline"]))),
        sign(&changed("nbf", json!(NOW))),
        sign(&changed("exp", json!(NOW + 1))),
        sign(&changed("exp", json!(1e300))),
        sign(&changed("nbf", Value::Null)),
        sign(&changed("sub", json!(TECH.simple().to_string().to_uppercase()))),
        sign(&changed("role", json!("owner"))),
    ] {
        assert_eq!(status(&service, &format!("Bearer {token}")), 200, "{token}");
        assert_eq!(status(&service, &format!("bEARER {token}")), 200);
    }
}

#[test]
fn a_token_ends_at_its_second_without_leeway() {
    let service = Service::start();
    let bearer = format!("Bearer {}", sign(&claims()));
    service.clock.advance(Duration::from_secs(59));
    assert_eq!(status(&service, &bearer), 200);
    service.clock.advance(Duration::from_secs(1));
    assert_eq!(status(&service, &bearer), 401);
}

#[test]
fn the_challenge_tells_a_missing_token_from_a_bad_one() {
    let service = Service::start();
    let challenge = |headers: &[(&str, &str)]| {
        let answer = service.send("GET", PATH, headers, b"");
        assert_eq!(answer.status, 401);
        answer.header("www-authenticate").unwrap().to_owned()
    };
    let good = format!("Bearer {}", sign(&claims()));
    assert_eq!(challenge(&[]), "Bearer");
    assert_eq!(challenge(&[("authorization", "Basic dTpw")]), "Bearer");
    assert_eq!(challenge(&[("authorization", "Bearer")]), "Bearer");
    assert_eq!(challenge(&[("authorization", "Bearer x")]), "Bearer error=\"invalid_token\"");
    assert_eq!(challenge(&[("authorization", &good), ("authorization", &good)]), "Bearer error=\"invalid_token\"");
    assert_eq!(challenge(&[("authorization", "Bearer \u{e4}")]), "Bearer error=\"invalid_token\"");
}

#[test]
fn a_change_of_the_user_acts_on_the_next_request() {
    use firstline_domain::account::Role;
    use firstline_domain::user::UserChange;
    use futures_util::FutureExt;
    let service = Service::start();
    let bearer = format!("Bearer {}", sign(&claims()));
    let change = |change| {
        let changed = service.users.change_as_system(ACCOUNT.into(), TECH.into(), change);
        changed.now_or_never().unwrap().unwrap();
    };
    assert_eq!(status(&service, &bearer), 200);
    change(UserChange { role: Some(Role::Viewer), ..UserChange::default() });
    assert_eq!(status(&service, &bearer), 403);
    change(UserChange { role: Some(Role::Owner), can_cover_l1: Some(true), ..UserChange::default() });
    assert_eq!(status(&service, &bearer), 200);
    change(UserChange { active: Some(false), ..UserChange::default() });
    assert_eq!(status(&service, &bearer), 401);
}
