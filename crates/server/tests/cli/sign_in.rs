//! Issuers and tokens from an operator's chair.

use std::io::Write;
use std::process::{Output, Stdio};

use firstline_testkit::people::now;
use firstline_testkit::provider::{Answer, Provider, keys};
use firstline_testkit::signer::Signer;
use serde_json::{Value, json};

use crate::lifecycle::Served;
use crate::place::{Place, object, text, words};

const NAME: &str = "https://id.example/";

/// Writes the settings of one provider; `more` says whom its tokens name.
fn settings(place: &Place, keys: &str, more: &str) {
    let text = format!(
        "[[auth.issuers]]\nissuer = \"{NAME}\"\naudience = \"firstline\"\nalgorithm = \"EdDSA\"\n{keys}\n{more}\n"
    );
    std::fs::write(place.folder.path().join("settings.toml"), text).unwrap();
}

fn check(place: &Place, token: Option<&str>) -> Output {
    let mut args = vec!["auth", "check", "--config", "settings.toml"];
    args.extend(token.map(|_| ["--token-file", "-"]).into_iter().flatten());
    let mut command = place.command(&args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", token.unwrap_or_default()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn claims(subject: &str) -> Value {
    json!({ "iss": NAME, "aud": "firstline", "sub": subject, "exp": now() + 600 })
}

#[test]
fn the_check_shows_every_issuer_and_whom_a_token_names() {
    let place = Place::new();
    let signer = Signer::new("EdDSA");
    let provider = Provider::start(keys(&[signer.jwk("one"), Signer::new("RS256").jwk("two")]));
    settings(&place, &format!("jwks_url = \"{}\"", provider.url()), "users = \"id\"");
    let found = object(&check(&place, None));
    assert_eq!(found["issuers"][0]["algorithm"], "HS256");
    assert_eq!(found["issuers"][1]["keys"], json!([{ "kid": "one", "kind": "OKP, Ed25519" }]));
    assert_eq!(found["issuers"][1]["skipped"][0]["kid"], "two");

    let account = place.account();
    let user = place.user(&account, "mia@example.com");
    let found = object(&check(&place, Some(&signer.token("one", &claims(&user)))));
    assert_eq!((&found["user"]["user_id"], &found["user"]["works_on_l1"]), (&json!(user), &json!(true)));
    assert_eq!(found["token"]["kid"], "one");
    let own = text(&place.call(&["token", "issue", "--user", &user])["token"]);
    assert_eq!(object(&check(&place, Some(&own)))["user"]["user_id"], json!(user));
    assert!(!String::from_utf8(check(&place, Some(&own)).stdout).unwrap().contains(&own));
}

#[test]
fn the_check_says_why_a_token_does_not_count() {
    let place = Place::new();
    let (signer, stranger) = (Signer::new("EdDSA"), Signer::new("EdDSA"));
    let provider = Provider::start(keys(&[signer.jwk("one")]));
    settings(&place, &format!("jwks_url = \"{}\"", provider.url()), "users = \"id\"");
    let account = place.account();
    let user = place.user(&account, "mia@example.com");
    let changed = |name: &str, value: Value| {
        let mut claims = claims(&user);
        claims[name] = value;
        signer.token("one", &claims)
    };
    for (token, reason) in [
        ("x".to_owned(), "three parts"),
        (changed("iss", json!("https://id.example")), "none that is trusted"),
        (changed("aud", json!("other")), "audience"),
        (changed("exp", json!(1)), "expired"),
        (changed("nbf", json!(now() + 60)), "does not count yet"),
        (changed("sub", json!("mia")), "names the user"),
        (signer.token("two", &claims(&user)), "kid"),
        (stranger.token("one", &claims(&user)), "signature"),
        (Signer::new("ES256").token("one", &claims(&user)), "algorithm"),
        (signer.token("one", &claims("0190a000-0000-7000-8000-00000000dead")), "there is no user"),
    ] {
        let told = words(&check(&place, Some(&token)), 1);
        assert!(told.contains(reason), "{reason} in {told}");
        assert!(token.len() < 9 || !told.contains(&token), "{told}");
    }
    place.call(&["user", "update", &user, "--active", "false"]);
    let told = words(&check(&place, Some(&signer.token("one", &claims(&user)))), 1);
    assert!(told.contains("not active"), "{told}");
}

#[test]
fn the_check_says_what_is_wrong_with_a_provider() {
    let place = Place::new();
    let provider = Provider::start(Answer::Down);
    settings(&place, &format!("jwks_url = \"{}\"", provider.url()), "users = \"id\"");
    for (answer, reason) in [
        (Answer::Down, "could not be reached"),
        (Answer::Status(404, String::new()), "status 404"),
        (Answer::Status(302, "location: http://127.0.0.1:1/".to_owned()), "redirects are not followed"),
        (Answer::Body("<html>".to_owned()), "RFC 7517"),
        (keys(&[Signer::new("ES256").jwk("one")]), "no key that can be used"),
    ] {
        provider.set(answer);
        let told = words(&check(&place, None), 1);
        assert!(told.contains(reason) && told.contains(NAME), "{reason} in {told}");
    }
}

#[test]
fn a_user_is_found_by_the_identity_that_the_account_gave_them() {
    let place = Place::new();
    let (account, other) = ("0190a000-0000-7000-8000-000000000001", "0190a000-0000-7000-8000-000000000002");
    let user = |id: &str, account: &str, subject: &str| {
        json!({ "id": format!("0190a000-0000-7000-8000-0000000000{id}"), "account_id": account,
                "email": "mia@example.com", "role": "l1_tech", "identity": { "issuer": NAME, "subject": subject } })
    };
    let people = json!({
        "accounts": [{ "id": account, "name": "N" }, { "id": other, "name": "O" }],
        "users": [user("11", account, "auth0|mia"), user("12", other, "auth0|eve"), user("13", other, "auth0|mia")],
    });
    let mut people = people;
    people["users"][2]["email"] = json!("second@example.com");
    std::fs::write(place.folder.path().join("people.json"), people.to_string()).unwrap();
    let signer = Signer::new("EdDSA");
    std::fs::write(place.folder.path().join("keys.json"), json!({ "keys": [signer.jwk("one")] }).to_string()).unwrap();
    let lines = format!("users = \"identity\"\naccount_id = \"{account}\"");
    settings(&place, "jwks_file = \"keys.json\"", &lines);
    let served = Served::start(&place, &["serve", "--config", "settings.toml", "--provision", "people.json"]);
    let status = |subject: &str| {
        let token = signer.token("one", &claims(subject));
        firstline_testkit::http::Client::new(&served.address(), Some(&token)).get("/api/v1/l1/queue").status
    };
    assert_eq!((status("auth0|mia"), status("auth0|eve"), status("auth0|nobody")), (200, 401, 401));
    let found = object(&check(&place, Some(&signer.token("one", &claims("auth0|mia")))));
    assert_eq!(
        (&found["user"]["account_id"], &found["issuers"][1]["keys_from"]),
        (&json!(account), &json!("keys.json"))
    );
    let told = words(&check(&place, Some(&signer.token("one", &claims("auth0|eve")))), 1);
    assert!(told.contains(account) && told.contains("auth0|eve"), "{told}");
}

#[test]
fn serving_without_an_issuer_or_with_a_useless_key_file_is_refused() {
    let place = Place::new();
    let nobody = place.command(&["serve"]).env("FIRSTLINE__AUTH__HS256_SECRET", "").output().unwrap();
    let told = words(&nobody, 1);
    assert!(told.contains("openssl rand -hex 32") && told.contains("[[auth.issuers]]"), "{told}");
    settings(&place, "jwks_file = \"keys.json\"", "users = \"id\"");
    let serve = ["serve", "--config", "settings.toml"];
    assert!(place.refused(&serve, 1).contains("keys.json"));
    std::fs::write(place.folder.path().join("keys.json"), "{}").unwrap();
    assert!(place.refused(&serve, 1).contains("RFC 7517"));
    // Without a secret of its own the service issues no tokens, provider or not.
    let mut issue = place.command(&["token", "issue", "--config", "settings.toml", "--user"]);
    let issue = issue.arg("0190a000-0000-7000-8000-00000000dead").env("FIRSTLINE__AUTH__HS256_SECRET", "");
    assert!(words(&issue.output().unwrap(), 1).contains("auth.hs256_secret is not set"));
}

#[test]
fn a_new_secret_signs_nobody_out_while_the_old_one_is_set_as_the_previous() {
    let place = Place::new();
    let account = place.account();
    let user = place.user(&account, "mia@example.com");
    let old = text(&place.call(&["token", "issue", "--user", &user])["token"]);
    let newer = "another-2f8e1c5b7a9d4e6f8a1b3c5d7e9f";
    let status = |previous: &str| {
        let file = place.folder.path().join("previous");
        std::fs::write(&file, previous).unwrap();
        let path = if previous.is_empty() { String::new() } else { file.display().to_string() };
        let mut command = place.command(&["serve"]);
        command.env("FIRSTLINE__AUTH__HS256_SECRET", newer);
        command.env("FIRSTLINE__AUTH__HS256_PREVIOUS_SECRET_FILE", path);
        let served = Served::spawn(&mut command);
        firstline_testkit::http::Client::new(&served.address(), Some(&old)).get("/api/v1/l1/queue").status
    };
    assert_eq!((status(firstline_testkit::people::SECRET), status("")), (200, 401));
}
