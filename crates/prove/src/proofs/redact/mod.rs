//! Customer text, tokens and secrets in every place that a caller or the database can put them, with the log at its most
//! talkative: none of it may be in the log or in the metrics.

mod calls;
mod database;
mod needles;

use firstline_testkit::http::Client;
use firstline_testkit::people::SECRET;

use crate::env::Env;
use crate::proof::Proof;
use crate::report::Report;
use crate::test_database::{StoreKind, TestDatabase};
use crate::world::{Objects, World, marker};
use needles::Needle;

pub(crate) const PROOF: Proof = Proof {
    name: "redact",
    promise: "customer text, tokens and secrets never reach a log or a metric",
    does_not_show: &[
        "ids: they are in the log on purpose, and so is a request id that a client sends",
        "what a core dump, swapped memory or the database's own log holds",
        "failures of SQLite's file: only Postgres is made to fail",
    ],
    attack,
};

fn attack(env: &Env, report: &Report) {
    for (at, &store) in env.stores().iter().enumerate() {
        eprintln!("    on {store}");
        let mut rng = env.rng("canaries");
        let [said, headers, password] = std::array::from_fn(|_| marker(&mut rng));
        // The tests' clusters let any password pass.
        let mut database = TestDatabase::new(store);
        database.url = database.url.replacen('@', &format!(":{password}@"), 1);
        let format = if at % 2 == 0 { "text" } else { "json" };
        let settings = [("FIRSTLINE__LOG__FILTER", "trace"), ("FIRSTLINE__LOG__FORMAT", format)];
        let world = World::start_at(env, store, database, &settings);
        let [ours, theirs] = Objects::of_both(&world, env, 0);
        let caller = calls::Caller::new(&world, &said, &headers);
        caller.every_route(&ours, &theirs, report);
        caller.bad_bodies(&ours, report);
        caller.strange_urls(report);
        caller.no_http(report);
        caller.bad_tokens(report);
        if store == StoreKind::Postgres {
            database::failures(&caller, &world, &ours, report);
        }
        let mut needles = vec![
            Needle::new("what a request said", &said),
            Needle::new("a header", &headers),
            Needle::new("the other account's text", &world.theirs.marker),
            Needle::new("the account's text", &world.ours.marker),
            Needle::new("the secret that signs tokens", SECRET),
            Needle::new("the database's password", &password),
        ];
        for token in caller.tokens() {
            needles.extend(
                token.split('.').filter(|part| part.len() > 30).skip(1).map(|part| Needle::new("a token", part)),
            );
        }
        let log = world.service.log();
        assert!(log.len() > 20_000, "the log was not talkative: {} bytes", log.len());
        let metrics = Client::new(world.service.metrics_address(), None).get("/metrics");
        let metrics = String::from_utf8_lossy(&metrics.body).into_owned();
        assert!(metrics.contains("/api/v1/l1/queue"), "no metrics");
        for needle in &needles {
            for (place, text) in [("log", &log), ("metrics", &metrics)] {
                let found = needle.find(text);
                report.check(found.is_none(), place, || {
                    format!("{store}: {} is in it: {}", needle.name, found.unwrap_or_default())
                });
            }
        }
        report.count("needles", needles.len() as u64);
        report.count("log_kilobytes", log.len() as u64 / 1_024);
    }
}
