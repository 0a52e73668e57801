use std::io::Write;

use firstline_testkit::provider::{Answer, Provider, keys};
use firstline_testkit::signer::Signer;
use serde_json::{Value, json};

use super::*;
use crate::settings::IssuerSettings;

const TIMING: Timing = Timing {
    refresh: Duration::from_mins(10),
    floor: Duration::from_millis(50),
    max_age: Duration::from_mins(10),
    removed_grace: Duration::from_mins(5),
    wait: Duration::from_secs(2),
};

fn jwk(id: &str) -> Value {
    Signer::new("EdDSA").jwk(id)
}

fn started(place: &str, at: &str, timing: Timing) -> (CachedKeys, Refresher) {
    let mut issuer = json!({ "issuer": "i", "audience": "a", "algorithm": "EdDSA", "users": "id" });
    issuer[place] = at.into();
    let issuer: IssuerSettings = serde_json::from_value(issuer).unwrap();
    let fetcher = Fetcher::new(&issuer, Duration::from_secs(5));
    CachedKeys::start("i".to_owned(), fetcher, Known::nothing(Instant::now()), timing)
}

fn source(provider: &Provider, timing: Timing) -> (CachedKeys, Refresher) {
    started("jwks_url", &provider.url(), timing)
}

async fn look(source: &CachedKeys, id: &str) -> Result<usize, NoKey> {
    source.keys(Some(id)).await.map(|keys| keys.len())
}

fn is_unavailable(result: Result<usize, NoKey>) -> bool {
    matches!(result, Err(NoKey::Unavailable { .. }))
}

#[tokio::test]
async fn a_new_key_is_fetched_the_moment_a_token_names_it_and_the_old_one_stays() {
    let (old, new) = (jwk("old"), jwk("new"));
    let provider = Provider::start(keys(std::slice::from_ref(&old)));
    let (source, _refresher) = source(&provider, TIMING);
    assert_eq!(look(&source, "old").await, Ok(1));
    provider.set(keys(&[old, new.clone()]));
    assert_eq!(look(&source, "new").await, Ok(1));
    provider.set(keys(&[new]));
    assert_eq!(look(&source, "other").await, Err(NoKey::Unknown));
    assert_eq!(look(&source, "old").await, Ok(1));
    assert_eq!(provider.fetches().len(), 3);
}

#[tokio::test]
async fn a_storm_of_unknown_keys_makes_no_more_fetches_than_the_floor_allows() {
    let provider = Provider::start(keys(&[jwk("one")]));
    let floor = Duration::from_millis(300);
    let (source, _refresher) = source(&provider, Timing { floor, wait: Duration::from_millis(20), ..TIMING });
    assert_eq!(look(&source, "one").await, Ok(1));
    let (begun, mut asked) = (Instant::now(), 0_u32);
    while begun.elapsed() < Duration::from_millis(1_400) {
        let result = look(&source, &format!("junk-{asked}")).await;
        assert_eq!(result, Err(NoKey::Unknown));
        assert_eq!(look(&source, "one").await, Ok(1));
        asked += 1;
    }
    let fetches = provider.fetches();
    let allowed = 1 + usize::try_from(begun.elapsed().as_millis() / floor.as_millis()).unwrap();
    assert!(asked > 20, "{asked} asked");
    assert!((2..=allowed + 1).contains(&fetches.len()), "{} fetches", fetches.len());
    // Measured at the provider, where a fetch arrives a little later than it began.
    let slack = Duration::from_millis(60);
    assert!(fetches.windows(2).all(|pair| pair[1] - pair[0] + slack >= floor), "{fetches:?}");
}

#[tokio::test]
async fn a_key_that_is_published_right_after_a_fetch_is_waited_for() {
    let (old, new) = (jwk("old"), jwk("new"));
    let provider = Provider::start(keys(std::slice::from_ref(&old)));
    let floor = Duration::from_millis(600);
    let (source, _refresher) = source(&provider, Timing { floor, ..TIMING });
    assert_eq!(look(&source, "old").await, Ok(1));
    // Somebody invents names, which makes every fetch that the floor allows.
    assert_eq!(look(&source, "junk").await, Err(NoKey::Unknown));
    provider.set(keys(&[old, new]));
    let asked = Instant::now();
    assert_eq!(look(&source, "new").await, Ok(1));
    assert!(asked.elapsed() < TIMING.wait, "{:?}", asked.elapsed());
    assert_eq!(provider.fetches().len(), 3);
}

#[tokio::test]
async fn any_number_of_requests_share_one_fetch() {
    let provider =
        Provider::start(Answer::Slow(Duration::from_millis(200), json!({ "keys": [jwk("one")] }).to_string()));
    let (source, _refresher) = source(&provider, TIMING);
    let source = Arc::new(source);
    let all: Vec<_> = (0..100)
        .map(|_| {
            let source = Arc::clone(&source);
            tokio::spawn(async move { look(&source, "one").await })
        })
        .collect();
    for one in all {
        assert_eq!(one.await.unwrap(), Ok(1));
    }
    assert_eq!(provider.fetches().len(), 1);
}

#[tokio::test]
async fn a_slow_provider_holds_a_request_no_longer_than_the_wait() {
    let provider = Provider::start(Answer::Slow(Duration::from_secs(4), String::new()));
    let wait = Duration::from_millis(200);
    let (source, _refresher) = source(&provider, Timing { wait, ..TIMING });
    let asked = Instant::now();
    assert!(is_unavailable(look(&source, "one").await));
    assert!(asked.elapsed() >= wait && asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_provider_that_is_down_at_the_start_is_asked_until_it_answers() {
    let provider = Provider::start(Answer::Down);
    let (source, _refresher) = source(&provider, TIMING);
    assert!(is_unavailable(look(&source, "one").await));
    provider.set(keys(&[jwk("one")]));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(look(&source, "one").await, Ok(1));
}

#[tokio::test]
async fn every_answer_that_is_no_key_set_leaves_the_last_keys_in_use() {
    let one = jwk("one");
    let provider = Provider::start(keys(std::slice::from_ref(&one)));
    let elsewhere = Provider::start(keys(&[jwk("two")]));
    let (source, _refresher) = source(&provider, TIMING);
    assert_eq!(look(&source, "one").await, Ok(1));
    let large = format!("{{\"keys\":[{one}],\"pad\":\"{}\"}}", "x".repeat(2 << 20));
    for broken in [
        Answer::Down,
        Answer::Status(500, String::new()),
        Answer::Status(302, format!("location: {}", elsewhere.url())),
        Answer::Body("<html>".to_owned()),
        Answer::Body("{}".to_owned()),
        // Sets of which nothing can be used: they say no more than none at all.
        Answer::Body(json!({ "keys": [] }).to_string()),
        keys(&[Signer::new("ES256").jwk("one")]),
        keys(&[jwk("two"), jwk("two")]),
        keys(&[json!({ "kty": "oct", "kid": "two", "k": "AAAA" })]),
        keys(&[json!("two"), Value::Null]),
        Answer::Body(large),
    ] {
        provider.set(broken);
        // Whether the token is of a newer key cannot be known: neither good nor bad.
        assert!(is_unavailable(look(&source, "two").await));
        assert_eq!(look(&source, "one").await, Ok(1));
    }
    assert_eq!(elsewhere.fetches().len(), 0);
    provider.set(keys(&[one]));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(look(&source, "two").await, Err(NoKey::Unknown));
}

#[tokio::test]
async fn keys_that_have_not_been_confirmed_for_too_long_are_not_believed() {
    let provider = Provider::start(keys(&[jwk("one")]));
    let timing = Timing { max_age: Duration::from_millis(300), refresh: Duration::from_millis(100), ..TIMING };
    let (source, _refresher) = source(&provider, timing);
    assert_eq!(look(&source, "one").await, Ok(1));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(look(&source, "one").await, Ok(1));
    provider.set(Answer::Down);
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(is_unavailable(look(&source, "one").await));
}

#[tokio::test]
async fn a_key_file_that_changes_is_read_again() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{}", json!({ "keys": [jwk("one")] })).unwrap();
    let (source, _refresher) = started("jwks_file", file.path().to_str().unwrap(), TIMING);
    assert_eq!(look(&source, "one").await, Ok(1));
    std::fs::write(file.path(), json!({ "keys": [jwk("two")] }).to_string()).unwrap();
    assert_eq!(look(&source, "two").await, Ok(1));
}

fn fetcher(place: &str, at: &str, timeout: Duration) -> Fetcher {
    let mut issuer = json!({ "issuer": "i", "audience": "a", "algorithm": "EdDSA", "users": "id" });
    issuer[place] = at.into();
    let issuer: IssuerSettings = serde_json::from_value(issuer).unwrap();
    Fetcher::new(&issuer, timeout)
}

#[tokio::test]
async fn what_is_no_regular_file_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("keys.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let begun = Instant::now();
    for place in [pipe.to_str().unwrap(), folder.path().to_str().unwrap(), "/dev/zero"] {
        let refused = fetcher("jwks_file", place, Duration::from_secs(20)).fetch().await.unwrap_err();
        assert!(matches!(refused, FetchError::NoFile), "{place}: {refused}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    // A link to a file is as good as the file: that is how Kubernetes hands secrets over.
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    std::fs::write(&file, json!({ "keys": [jwk("one")] }).to_string()).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert!(fetcher("jwks_file", link.to_str().unwrap(), Duration::from_secs(20)).fetch().await.is_ok());
}

#[tokio::test]
async fn a_fetch_that_hangs_is_given_up_and_not_joined_by_others() {
    let provider = Provider::start(Answer::Slow(Duration::from_mins(1), String::new()));
    let hanging = fetcher("jwks_url", &provider.url(), Duration::from_mins(1));
    // The time is the caller's here, as it is the fetcher's own for a file system that does not answer.
    assert!(timeout_at((Instant::now() + Duration::from_millis(300)).into(), hanging.fetch()).await.is_err());
    assert!(matches!(hanging.fetch().await, Err(FetchError::StillHangs)));
    assert_eq!(provider.fetches().len(), 1);
}

#[tokio::test]
async fn the_scheme_of_a_url_counts_in_whatever_case() {
    let provider = Provider::start(keys(&[jwk("one")]));
    let shouted = provider.url().replace("http://", "HTTP://");
    assert!(fetcher("jwks_url", &shouted, Duration::from_secs(5)).fetch().await.is_ok());
    // No TLS is spoken there; what matters is that it is tried.
    let shouted = provider.url().replace("http://", "HTTPS://");
    let refused = fetcher("jwks_url", &shouted, Duration::from_secs(5)).fetch().await.unwrap_err();
    assert!(matches!(refused, FetchError::Reach(_)), "{refused}");
}
