//! Users lose what they may do, again and again, under load, by one replica; their next request goes to the other.

mod cycle;
mod desk;
mod load;

use std::sync::atomic::{AtomicBool, Ordering};

use firstline_testkit::service::Service;

use crate::env::Env;
use crate::proof::Proof;
use crate::report::Report;
use crate::test_database::{StoreKind, TestDatabase};
use desk::Desk;

pub(crate) const PROOF: Proof = Proof {
    name: "revoke",
    promise: "a demoted or removed user is refused on the next request, on every replica",
    does_not_show: &[
        "what becomes of a request that is on its way while the user is demoted: either is right",
        "replicas of the database itself: all of the service's read from the one that is written",
        "a user who is deleted: there is no deleting, who leaves is deactivated",
    ],
    attack,
};

/// How many users lose and regain what they may do at the same time; half of them share an account, and so a version.
const DESKS: usize = 6;

fn attack(env: &Env, report: &Report) {
    if !env.wants(StoreKind::Postgres) {
        report.count("not_postgres", 1);
        return;
    }
    let database = TestDatabase::new(StoreKind::Postgres);
    let desks = Desk::some(DESKS, &mut env.rng("people"));
    let entries = Desk::provision(&desks);
    let replicas: [Service; 2] = std::array::from_fn(|_| env.service(&database.url, &entries, &[]));
    let addresses = [replicas[0].address(), replicas[1].address()];
    let (changes, over) = (env.size(1_000, 20_000), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let load: Vec<_> =
            desks.iter().map(|desk| scope.spawn(|| load::keep_working(desk, addresses, &over, report))).collect();
        let cycles: Vec<_> = desks
            .iter()
            .enumerate()
            .map(|(at, desk)| {
                let (mut rng, share) = (env.rng(&format!("desk {at}")), changes.div_ceil(DESKS));
                scope.spawn(move || cycle::run(desk, addresses, share, &mut rng, report))
            })
            .collect();
        // The others end in any case, so that a panic is told and not waited for.
        let ended: Vec<_> = cycles.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        over.store(true, Ordering::Release);
        let loads: Vec<_> = load.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        assert!(ended.iter().chain(&loads).all(Result::is_ok), "a thread of the proof has panicked");
    });
}
