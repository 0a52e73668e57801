use firstline_api::ProviderAlgorithm;
use firstline_testkit::signer::Signer;
use serde_json::{Value, json};

use super::*;

const TIMING: Timing = Timing {
    refresh: Duration::from_mins(10),
    floor: Duration::from_secs(10),
    max_age: Duration::from_hours(1),
    removed_grace: Duration::from_mins(5),
    wait: Duration::from_secs(2),
};

fn jwk(id: &str) -> Value {
    Signer::new("EdDSA").jwk(id)
}

fn set(keys: &[&Value]) -> KeySet {
    KeySet::read(json!({ "keys": keys }).to_string().as_bytes(), ProviderAlgorithm::EdDsa).unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn is_found(known: &Known, id: &str, now: Instant) -> bool {
    matches!(known.find(Some(id), now, &TIMING), Found::Key(_))
}

#[test]
fn a_key_that_was_taken_out_counts_for_the_grace_and_no_longer() {
    let (start, old, new) = (Instant::now(), jwk("old"), jwk("new"));
    let known = Known::nothing(start).fetched(set(&[&old]), None, start, &TIMING);
    let rotated = known.fetched(set(&[&new]), None, start + seconds(60), &TIMING);
    assert!(is_found(&rotated, "new", start + seconds(60)) && is_found(&rotated, "old", start + seconds(359)));
    assert!(matches!(rotated.find(Some("old"), start + seconds(360), &TIMING), Found::Absent));
    // Further fetches do not make the time longer, and a key that comes back is there again.
    let later = rotated.fetched(set(&[&new]), None, start + seconds(300), &TIMING);
    assert!(is_found(&later, "old", start + seconds(359)) && !is_found(&later, "old", start + seconds(360)));
    assert!(is_found(
        &later.fetched(set(&[&new, &old]), None, start + seconds(400), &TIMING),
        "old",
        start + seconds(999)
    ));
    let at_once = Timing { removed_grace: Duration::ZERO, ..TIMING };
    assert!(!is_found(&known.fetched(set(&[&new]), None, start, &at_once), "old", start));
}

#[test]
fn a_key_replaced_under_its_name_is_gone_at_once() {
    let (start, first, second) = (Instant::now(), jwk("one"), jwk("one"));
    let known = Known::nothing(start).fetched(set(&[&first]), None, start, &TIMING);
    let Found::Key(before) = known.find(Some("one"), start, &TIMING) else { panic!("no key") };
    let Found::Key(after) = known.fetched(set(&[&second]), None, start, &TIMING).find(Some("one"), start, &TIMING)
    else {
        panic!("no key")
    };
    assert!(!Arc::ptr_eq(&before, &after));
}

#[test]
fn while_the_provider_is_down_the_last_keys_count_until_they_are_too_old() {
    let (start, key) = (Instant::now(), jwk("one"));
    let mut known = Known::nothing(start).fetched(set(&[&key]), None, start, &TIMING);
    for minute in 1..=60 {
        known = known.failed(start + seconds(60 * minute), &TIMING);
    }
    assert!(is_found(&known, "one", start + seconds(3_600)));
    assert!(matches!(known.find(Some("one"), start + seconds(3_601), &TIMING), Found::NoKeys));
    assert!(is_found(
        &known.fetched(set(&[&key]), None, start + seconds(4_000), &TIMING),
        "one",
        start + seconds(4_001)
    ));
}

#[test]
fn failures_are_tried_again_soon_and_then_less_often_but_at_least_as_often_as_usual() {
    let start = Instant::now();
    let mut known = Known::nothing(start);
    assert_eq!(known.due(), start);
    for expected in [10, 20, 40, 80, 160, 320, 600, 600] {
        known = known.failed(start, &TIMING);
        assert_eq!(known.due() - start, seconds(expected));
    }
    assert_eq!(known.fetched(set(&[&jwk("one")]), None, start, &TIMING).failures(), 0);
}

#[test]
fn the_provider_may_ask_for_fetches_sooner_than_usual_within_bounds() {
    let start = Instant::now();
    let due = |age: Option<u64>| {
        Known::nothing(start).fetched(set(&[&jwk("one")]), age.map(seconds), start, &TIMING).due() - start
    };
    assert_eq!([None, Some(86_400), Some(120), Some(0)].map(due), [600, 600, 120, 60].map(seconds));
}
