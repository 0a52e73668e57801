use std::io::Write;

use serde_json::Value;

use crate::settings::{KeyLocation, Overrides, Settings, load};

const ACCOUNT: &str = "0190a000-0000-7000-8000-000000000001";

const PROVIDER: &str = r#"
[[auth.issuers]]
issuer = "https://id.example/"
audience = "firstline"
algorithm = "RS256"
jwks_url = "https://id.example/keys"
users = "id"
"#;

fn with(file: &str, env: &[(&str, &str)]) -> Result<Settings, String> {
    let mut on_disk = tempfile::NamedTempFile::new().unwrap();
    on_disk.write_all(file.as_bytes()).unwrap();
    let overrides = Overrides { file: Some(on_disk.path().to_owned()), ..Overrides::default() };
    load(&overrides, env.iter().map(|(key, value)| (key.into(), value.into()))).map_err(|error| error.to_string())
}

/// The provider above with a line changed, or taken out, or added.
fn changed(key: &str, line: &str) -> String {
    let kept: Vec<&str> = PROVIDER.lines().filter(|kept| !kept.starts_with(&format!("{key} "))).collect();
    format!("{}\n{line}\n", kept.join("\n"))
}

#[test]
fn a_provider_is_read_with_its_defaults_and_shown_as_it_is() {
    let settings = with(PROVIDER, &[]).unwrap();
    let [issuer] = settings.auth.issuers.as_slice() else { panic!("not one issuer") };
    assert_eq!((issuer.user_claim.as_str(), issuer.allow_http, issuer.account_id), ("sub", false, None));
    assert_eq!(issuer.keys(), KeyLocation::Url("https://id.example/keys".to_owned()));
    let shown: Value = serde_json::to_value(&settings).unwrap();
    assert_eq!(shown["auth"]["issuers"][0]["algorithm"], "RS256");
}

#[test]
fn a_provider_that_is_not_settled_in_every_point_is_refused_by_place_and_key() {
    let identity = |more: &str| changed("users", &format!("users = \"identity\"\n{more}"));
    for (file, says) in [
        (changed("issuer", ""), "issuer"),
        (changed("issuer", "issuer = \" \""), "issuer must not be blank"),
        (changed("issuer", &format!("issuer = \"{}\"", "x".repeat(513))), "issuer"),
        (changed("audience", ""), "audience"),
        (changed("audience", "audience = \"\""), "audience must not be blank"),
        (changed("algorithm", ""), "algorithm"),
        (changed("algorithm", "algorithm = \"HS256\""), "must be one of RS256, ES256, EdDSA"),
        (changed("algorithm", "algorithm = \"none\""), "must be one of RS256, ES256, EdDSA"),
        (changed("algorithm", "algorithm = [\"RS256\", \"ES256\"]"), "algorithm"),
        (changed("users", ""), "users"),
        (changed("users", "users = \"email\""), "users"),
        (changed("user_claim", "user_claim = \"\""), "user_claim must not be blank"),
        (changed("user_claim", "user_claim = \"email\""), "user_claim is one that can come to mean somebody else"),
        (changed("jwks_url", ""), "neither jwks_url nor jwks_file"),
        (changed("jwks_file", "jwks_file = \"keys.json\""), "both set"),
        (changed("jwks_url", "jwks_url = \"http://id.example/keys\""), "plain http"),
        (changed("jwks_url", "jwks_url = \"http://localhost.example/keys\""), "plain http"),
        (changed("jwks_url", "jwks_url = \"https://me:hush@id.example/keys\""), "a user or a password"),
        (changed("jwks_url", "jwks_url = \"file:///etc/passwd\""), "jwks_url"),
        (changed("jwks_url", "jwks_url = \"/keys\""), "jwks_url"),
        (changed("jwks_uri", "jwks_uri = \"https://id.example/keys\""), "jwks_uri"),
        (changed("account_claim", "account_claim = \"tid\""), "goes with users = \"identity\""),
        (changed("account_id", "account_id = \"x\""), "account_id"),
        (identity(""), "neither account_id nor account_claim"),
        (identity(&format!("account_id = \"{ACCOUNT}\"\naccount_claim = \"tid\"")), "account_id and account_claim"),
        (format!("{PROVIDER}{PROVIDER}"), "https://id.example/ twice"),
        ("[auth]\nissuers = \"x\"\n".to_owned(), "[[auth.issuers]]"),
    ] {
        let refused = with(&file, &[]).expect_err(&file);
        assert!(refused.contains("auth") && refused.contains(says), "{says} in {refused}");
        assert!(refused.contains("->") && !refused.contains("hush"), "{refused}");
    }
}

#[test]
fn providers_with_plain_http_on_loopback_or_by_consent_are_taken() {
    for line in [
        "jwks_url = \"http://127.0.0.1:8180/keys\"",
        "jwks_url = \"http://[::1]:8180/keys\"",
        "jwks_url = \"http://localhost/keys\"",
        "jwks_url = \"http://keycloak:8080/keys\"\nallow_http = true",
    ] {
        assert!(with(&changed("jwks_url", line), &[]).is_ok(), "{line}");
    }
}

#[test]
fn each_way_to_an_account_is_taken() {
    for lines in [
        "users = \"id\"".to_owned(),
        format!("users = \"id\"\naccount_id = \"{ACCOUNT}\""),
        format!("users = \"identity\"\naccount_id = \"{ACCOUNT}\""),
        "users = \"identity\"\nuser_claim = \"oid\"\naccount_claim = \"https://firstline.example/account\"".to_owned(),
    ] {
        assert!(with(&changed("users", &lines), &[]).is_ok(), "{lines}");
    }
}

#[test]
fn a_variable_cannot_hold_providers_and_the_refusal_says_where_they_belong() {
    let refused = with("", &[("FIRSTLINE__AUTH__ISSUERS", "https://id.example/")]).unwrap_err();
    assert!(refused.contains("auth.issuers") && refused.contains("settings file"), "{refused}");
}

#[test]
fn times_that_make_no_sense_together_are_refused() {
    for (key, value) in [
        ("LEEWAY", "61s"),
        ("KEYS_REMOVED_GRACE", "25h"),
        ("KEYS_REFRESH_FLOOR", "0s"),
        ("KEYS_REFRESH_FLOOR", "11m"),
        ("KEYS_REFRESH", "0s"),
        ("KEYS_REFRESH", "25h"),
        ("KEYS_FETCH_TIMEOUT", "0s"),
        ("KEYS_FETCH_TIMEOUT", "61s"),
        ("KEYS_MAX_AGE", "1m"),
        ("KEYS_MAX_AGE", "31d"),
    ] {
        let refused = with("", &[(&format!("FIRSTLINE__AUTH__{key}"), value)]).unwrap_err();
        assert!(refused.contains("auth.keys_") || refused.contains("auth.leeway"), "{key}: {refused}");
    }
    assert!(with("", &[("FIRSTLINE__AUTH__LEEWAY", "60s"), ("FIRSTLINE__AUTH__KEYS_REMOVED_GRACE", "0s")]).is_ok());
}

#[test]
fn our_own_name_is_nobody_elses() {
    let env = [("FIRSTLINE__AUTH__ISSUER", "https://id.example/"), ("FIRSTLINE__AUTH__HS256_SECRET", "x")];
    assert!(with(PROVIDER, &env).unwrap_err().contains("auth.issuer and one of auth.issuers"));
    // Without a secret there is no issuer of our own.
    assert!(with(PROVIDER, &env[..1]).is_ok());
}

#[test]
fn a_previous_secret_follows_the_rules_of_the_present_one() {
    let good = "q7Zr0vJ3mN8kP5xT2wY6bC9dF1gH4sLa";
    let previous = |env: &[(&str, &str)]| {
        with("", env).unwrap().auth.previous_secret().map(|secret| secret.is_some()).map_err(|error| error.to_string())
    };
    let (now, before) = ("FIRSTLINE__AUTH__HS256_SECRET", "FIRSTLINE__AUTH__HS256_PREVIOUS_SECRET");
    assert_eq!(previous(&[(now, good)]), Ok(false));
    assert_eq!(previous(&[(now, good), (before, good)]), Ok(true));
    assert!(previous(&[(before, good)]).unwrap_err().contains("auth.hs256_secret is not"));
    assert!(previous(&[(now, good), (before, "short")]).unwrap_err().contains("auth.hs256_previous_secret is refused"));
    let both = [(now, good), (before, good), ("FIRSTLINE__AUTH__HS256_PREVIOUS_SECRET_FILE", "x")];
    assert!(previous(&both).unwrap_err().contains("both set"));
    let shown = serde_json::to_string(&with("", &[(now, good), (before, good)]).unwrap()).unwrap();
    assert!(!shown.contains(good));
}
