//! Sign-in by tokens of identity providers, seen from outside.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use firstline_testkit::http::Answer as Heard;
use firstline_testkit::people::{Team, now, token};
use firstline_testkit::postgres::Cluster;
use firstline_testkit::provider::{Answer, Provider, keys};
use firstline_testkit::service::Service;
use firstline_testkit::signer::Signer;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::site::binary;

const NAME: &str = "https://id.example/";

fn claims(user: Uuid) -> Value {
    json!({ "iss": NAME, "aud": "https://firstline.example", "sub": user, "exp": now() + 600 })
}

/// A service that believes itself and `provider`.
fn service(url: &str, team: &Team, algorithm: &str, provider: &Provider, environment: &[(&str, &str)]) -> Service {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("settings.toml");
    let settings = format!(
        "[[auth.issuers]]\nissuer = \"{NAME}\"\naudience = \"https://firstline.example\"\nalgorithm = \"{algorithm}\"\n\
         jwks_url = \"{}\"\nusers = \"id\"\n",
        provider.url()
    );
    std::fs::write(&file, settings).unwrap();
    let mut environment = environment.to_vec();
    environment.push(("FIRSTLINE_CONFIG", file.to_str().unwrap()));
    Service::start_with(binary(), url, std::slice::from_ref(team), &environment)
}

fn call(service: &Service, token: &str) -> Heard {
    service.client(token).get("/api/v1/l1/sessions/active")
}

fn both_count(url: &str) {
    let team = Team::new();
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let (signer, stranger) = (Signer::new(algorithm), Signer::new(algorithm));
        let provider = Provider::start(keys(&[signer.jwk("one")]));
        let service = service(url, &team, algorithm, &provider, &[]);
        call(&service, &signer.token("one", &claims(team.technician))).expect(200);
        call(&service, &token(team.technician)).expect(200);
        assert_eq!(call(&service, &signer.token("one", &claims(team.engineer))).problem(403), "l1_access_required");
        for refused in [
            signer.token("one", &claims(team.inactive)),
            signer.token("one", &claims(Uuid::now_v7())),
            signer.token("two", &claims(team.technician)),
            stranger.token("one", &claims(team.technician)),
        ] {
            assert_eq!(call(&service, &refused).problem(401), "unauthenticated");
        }
    }
}

#[test]
fn tokens_of_a_provider_and_our_own_count_beside_each_other_in_memory() {
    both_count("memory:");
}

#[test]
fn tokens_of_a_provider_and_our_own_count_beside_each_other_on_postgres() {
    both_count(&Cluster::shared().fresh_database());
}

#[test]
fn a_provider_that_is_down_at_the_start_holds_up_only_its_own_tokens() {
    let (team, signer) = (Team::new(), Signer::new("EdDSA"));
    let provider = Provider::start(Answer::Down);
    let soon = [("FIRSTLINE__AUTH__KEYS_REFRESH_FLOOR", "200ms")];
    let service = service("memory:", &team, "EdDSA", &provider, &soon);
    let good = signer.token("one", &claims(team.technician));
    let answer = call(&service, &good);
    assert_eq!(answer.problem(503), "identity_provider_unavailable");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    call(&service, &token(team.technician)).expect(200);
    provider.set(keys(&[signer.jwk("one")]));
    let deadline = Instant::now() + Duration::from_secs(10);
    while call(&service, &good).status != 200 {
        assert!(Instant::now() < deadline, "the keys did not come:\n{}", service.log());
    }
    // Down again: what is known stays known.
    provider.set(Answer::Down);
    call(&service, &good).expect(200);
    assert!(!service.log().contains(&good), "a token in the log");
}

#[test]
fn a_service_may_believe_a_provider_alone() {
    let (team, signer) = (Team::new(), Signer::new("ES256"));
    let provider = Provider::start(keys(&[signer.jwk("one")]));
    let without = [("FIRSTLINE__AUTH__HS256_SECRET", "")];
    let service = service("memory:", &team, "ES256", &provider, &without);
    call(&service, &signer.token("one", &claims(team.technician))).expect(200);
    assert_eq!(call(&service, &token(team.technician)).problem(401), "unauthenticated");
}
