//! Keys change under load, while somebody invents names of keys: no good token is refused, the provider is left in
//! peace, and a key that is gone does not count for ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use firstline_testkit::http::Client;
use firstline_testkit::people::now;
use firstline_testkit::provider::{Provider, keys};
use firstline_testkit::service::Service;
use firstline_testkit::signer::Signer;
use serde_json::json;

use super::forger::API;
use super::stage::{PATH, People, entry, name, serve};
use crate::env::Env;
use crate::report::Report;

const ALGORITHM: &str = "ES256";
const FLOOR: Duration = Duration::from_millis(500);
const GRACE: Duration = Duration::from_secs(3);
const CALLERS: usize = 4;

/// One key of the provider, and a token that was signed with it.
#[derive(Clone)]
struct Current {
    jwk: serde_json::Value,
    token: String,
}

pub(super) fn attack(env: &Env, url: &str, report: &Report) {
    let people = People::new(&mut env.rng("jwt rotation"));
    let first = current(&people, 0);
    let provider = Provider::start(keys(std::slice::from_ref(&first.jwk)));
    // The service fetches while it starts: the time in which fetches are counted begins before.
    let began = Instant::now();
    let service = start(env, url, &people, &provider);
    // Shown in the final line also where there is none.
    report.count("false_401", 0);
    let good: RwLock<Vec<String>> = RwLock::new(vec![first.token.clone()]);
    let stop = Arc::new(AtomicBool::new(false));
    let last = std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            let (client, good, stop) = (Client::new(service.address(), None), &good, Arc::clone(&stop));
            scope.spawn(move || call_on(&client, good, &stop, report));
        }
        let (client, stop_junk) = (Client::new(service.address(), None), Arc::clone(&stop));
        let people = &people;
        scope.spawn(move || invent(&client, people, &stop_junk, report));
        let stopped = StopAtEnd(stop);
        let last = rotate(env, people, &provider, &good, first, report);
        drop(stopped);
        last
    });
    let fetches = provider.fetches().len();
    let allowed = 1 + usize::try_from(began.elapsed().as_millis() / FLOOR.as_millis()).expect("a count");
    report.count("fetches", fetches as u64);
    report.check(fetches <= allowed, "fetches", || format!("{fetches} fetches where the floor allows {allowed}"));
    gone_after_the_grace(&service, &people, &provider, &last, report);
}

/// Ends the callers also when the thread that rotates panics.
struct StopAtEnd(Arc<AtomicBool>);

impl Drop for StopAtEnd {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn start(env: &Env, url: &str, people: &People, provider: &Provider) -> Service {
    let settings = entry(&name("turning"), ALGORITHM, &provider.url(), "users = \"id\"");
    let (floor, grace) = (format!("{}ms", FLOOR.as_millis()), format!("{}s", GRACE.as_secs()));
    let times = [
        ("FIRSTLINE__AUTH__KEYS_REFRESH_FLOOR", floor.as_str()),
        ("FIRSTLINE__AUTH__KEYS_REMOVED_GRACE", grace.as_str()),
    ];
    serve(env, url, people, &settings, &times)
}

fn current(people: &People, number: usize) -> Current {
    let (signer, id) = (Signer::new(ALGORITHM), format!("key-{number}"));
    let claims = json!({ "iss": name("turning"), "aud": API, "sub": people.technician, "exp": now() + 3_600 });
    Current { jwk: signer.jwk(&id), token: signer.token(&id, &claims) }
}

/// Publishes each new key and signs with it in the same moment, takes the old one out a little later, and uses its tokens
/// a little longer still. Gives back the last key but one, which is taken out, and the last.
fn rotate(
    env: &Env,
    people: &People,
    provider: &Provider,
    good: &RwLock<Vec<String>>,
    first: Current,
    report: &Report,
) -> [Current; 2] {
    let set = |tokens: Vec<String>| *good.write().unwrap_or_else(PoisonError::into_inner) = tokens;
    let (mut before, mut old) = (first.clone(), first);
    std::thread::sleep(Duration::from_millis(300));
    for number in 1..=env.size(4, 60) {
        let new = current(people, number);
        provider.set(keys(&[old.jwk.clone(), new.jwk.clone()]));
        set(vec![old.token.clone(), new.token.clone()]);
        std::thread::sleep(Duration::from_millis(700));
        provider.set(keys(std::slice::from_ref(&new.jwk)));
        std::thread::sleep(Duration::from_millis(900));
        set(vec![new.token.clone()]);
        report.count("rotations", 1);
        (before, old) = (old, new);
        std::thread::sleep(Duration::from_millis(200));
    }
    [before, old]
}

fn status(client: &Client, token: &str) -> u16 {
    client.send("GET", PATH, &[("authorization", &format!("Bearer {token}"))], None).status
}

/// Calls with good tokens, the one and the other.
fn call_on(client: &Client, good: &RwLock<Vec<String>>, stop: &AtomicBool, report: &Report) {
    let mut turn = 0_usize;
    while !stop.load(Ordering::SeqCst) {
        let token = {
            let good = good.read().unwrap_or_else(PoisonError::into_inner);
            good[turn % good.len()].clone()
        };
        turn += 1;
        report.count("good_under_rotation", 1);
        match status(client, &token) {
            200 => {}
            401 => {
                report.count("false_401", 1);
                report.finding("false-401", "a good token was refused while keys changed");
            }
            other => report.finding("status", format_args!("{other} for a good token while keys changed")),
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Calls with tokens of keys that there are not.
fn invent(client: &Client, people: &People, stop: &AtomicBool, report: &Report) {
    let signer = Signer::new(ALGORITHM);
    let claims = json!({ "iss": name("turning"), "aud": API, "sub": people.technician, "exp": now() + 3_600 });
    for number in 0_u64.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        report.count("invented", 1);
        let status = status(client, &signer.token(&format!("invented-{number}"), &claims));
        report.check(status == 401, if status == 200 { "passed" } else { "status" }, || {
            format!("{status} for a token of a key that there is not")
        });
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The key that was taken out last counts no more once the grace is over, and the one that is published does.
fn gone_after_the_grace(
    service: &Service,
    people: &People,
    provider: &Provider,
    [gone, kept]: &[Current; 2],
    report: &Report,
) {
    let client = Client::new(service.address(), None);
    let wake = current(people, usize::MAX);
    provider.set(keys(&[kept.jwk.clone(), wake.jwk.clone()]));
    report.check(status(&client, &wake.token) == 200, "control", || "the newest key is not known".to_owned());
    std::thread::sleep(GRACE + FLOOR);
    report
        .check(status(&client, &gone.token) == 401, "passed", || "a key counts that was taken out long ago".to_owned());
    report.check(status(&client, &kept.token) == 200, "control", || "a published key does not count".to_owned());
}
