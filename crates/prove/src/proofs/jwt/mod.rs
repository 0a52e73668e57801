//! No forged, stale or foreign token ever passes, all are refused alike, and nobody notices a change of keys.

mod cases;
mod forger;
mod rotation;
mod stage;

use std::collections::BTreeSet;

use firstline_testkit::http::Answer;

use crate::env::Env;
use crate::proof::Proof;
use crate::report::Report;
use crate::test_database::TestDatabase;
use cases::Case;
use stage::{PATH, Stage};

pub(crate) const PROOF: Proof = Proof {
    name: "jwt",
    promise: "forged, stale or foreign tokens never pass, and all get one answer; a change of keys goes unnoticed",
    does_not_show: &[
        "that the signature algorithms themselves hold, or how long a refusal takes",
        "keys by HTTPS: the provider is on loopback without TLS (crates/server/tests/cli/sign_in_tls.rs has that)",
        "a provider that signs with a key before it publishes it, or twice within the floor between fetches",
        "tokens that were stolen: whoever has a good one is let in until it expires",
    ],
    attack,
};

/// The kinds of forgery that there are to be at the least.
const LEAST_KINDS: usize = 40;

fn attack(env: &Env, report: &Report) {
    for store in env.stores() {
        let database = TestDatabase::new(*store);
        let stage = Stage::start(env, &database.url);
        controls(&stage, report);
        let cases = cases::all(&stage, env);
        let kinds: BTreeSet<&str> = cases.iter().map(|case| case.kind.as_str()).collect();
        report.check(kinds.len() >= LEAST_KINDS, "control", || format!("only {} kinds of forgery", kinds.len()));
        if store == &env.stores()[0] {
            report.count("kinds", kinds.len() as u64);
        }
        let refusal = Refusal::of(&call(&stage, &[("authorization", "Bearer x")]));
        for case in &cases {
            if report.is_enough() {
                return;
            }
            judge(&stage, report, &refusal, case);
        }
        controls(&stage, report);
    }
    if let Some(store) = env.stores().first() {
        rotation::attack(env, &TestDatabase::new(*store).url, report);
    }
}

/// A refusal without what differs from one request to the next.
#[derive(PartialEq, Eq)]
struct Refusal(String);

impl Refusal {
    fn of(answer: &Answer) -> Self {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let json: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
        Self(body.replace(json["request_id"].as_str().unwrap_or("(no request id)"), "ID"))
    }
}

fn call(stage: &Stage, headers: &[(&str, &str)]) -> Answer {
    stage.client().send("GET", PATH, headers, None)
}

fn judge(stage: &Stage, report: &Report, refusal: &Refusal, case: &Case) {
    report.count("forged", 1);
    let headers: Vec<(&str, &str)> = case.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = stage.client().send("GET", &format!("{PATH}{}", case.query), &headers, None);
    match answer.status {
        401 => {
            report.count("refused", 1);
            report.check(Refusal::of(&answer) == *refusal, "told-apart", || format!("{case}: {answer}"));
            let challenge = answer.header("www-authenticate");
            report.check(challenge.starts_with("Bearer"), "told-apart", || format!("{case}: {challenge:?}"));
        }
        200 | 403 => report.finding("passed", format_args!("{case}: {answer}")),
        _ => report.finding("status", format_args!("{case}: {answer}")),
    }
}

/// Good tokens of every issuer are let in: a service that refuses everything would hold all the rest.
fn controls(stage: &Stage, report: &Report) {
    for forger in stage.forgers() {
        let token = forger.good();
        let answer = call(stage, &[("authorization", &format!("Bearer {token}"))]);
        report.count("good", 1);
        report.check(answer.status == 200, "control", || format!("a good token of {}: {answer}", forger.label));
    }
}
