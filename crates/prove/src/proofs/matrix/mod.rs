//! Every route of the service's table × everybody who may call × own, foreign, random and malformed ids, on every store.

mod access;
mod cells;
mod methods;
mod snapshot;

use crate::env::Env;
use crate::proof::Proof;
use crate::report::Report;
use crate::world::{Objects, World};

pub(crate) const PROOF: Proof = Proof {
    name: "matrix",
    promise: "nobody ever sees, changes or learns of another account's data, on any route",
    does_not_show: &[
        "anything about timing: how long an answer takes is not measured",
        "walks of an open ticket in memory: no other process can sweep there, so there is no open ticket",
        "what happens while a user's role changes: that is `revoke`",
    ],
    attack,
};

/// More than there are people who may begin a walk.
const OPEN_TICKETS: usize = 12;

fn attack(env: &Env, report: &Report) {
    for &store in env.stores() {
        eprintln!("    on {store}");
        let world = World::start(env, store, &[]);
        let [mut ours, theirs] = Objects::of_both(&world, env, OPEN_TICKETS);
        world.prepare_wall(env);
        let before = snapshot::Snapshot::take(&world, &theirs);
        let kept = snapshot::kept(&world, &ours);
        let matrix = cells::Matrix::new(env, &world, &before, report);
        for route in firstline_api::routes() {
            if report.is_enough() {
                return;
            }
            matrix.run(route, &mut ours, &theirs);
            methods::run(&matrix, route, &ours, &theirs);
            let after = snapshot::Snapshot::take(&world, &theirs);
            report.check(before == after, "changed", || {
                format!(
                    "{store}: {} {} changed another account's data: {}",
                    route.method,
                    route.template,
                    before.difference(&after)
                )
            });
        }
        report.check(snapshot::kept(&world, &ours) == kept, "changed", || {
            format!("{store}: callers who were refused changed an object of their account")
        });
        report.count("stores", 1);
    }
}
