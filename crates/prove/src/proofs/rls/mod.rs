//! Row security on Postgres, from below: what the catalogue says, what hostile SQL gets as the service's own login, what
//! keys tell, what aborted requests leave on pooled connections, and whether the service starts without the wall.

mod catalogue;
mod hostile;
mod inside;
mod keys;
mod pool;
mod startup;
mod tables;

use firstline_testkit::postgres::as_superuser;

use crate::env::Env;
use crate::proof::Proof;
use crate::report::Report;
use crate::sql::Sql;
use crate::test_database::StoreKind;
use crate::world::{Objects, World};

pub(crate) const PROOF: Proof = Proof {
    name: "rls",
    promise: "row security on Postgres cannot be got around by configuration, and no pooled connection carries an account over",
    does_not_show: &[
        "SQL that sets another account by hand: no policy that reads a setting can stop that, so it is left out on purpose",
        "that nothing is told of all accounts together: planner statistics (EXPLAIN, pg_class.reltuples) count every account's rows",
        "that users' ids are secret: who signs in is looked up by the id alone, so it is unique across accounts, and a taken one tells",
        "`database.wall = \"set_role\"`, which gives hostile SQL its login's rights back",
    ],
    attack,
};

fn attack(env: &Env, report: &Report) {
    if !env.wants(StoreKind::Postgres) {
        report.count("not_postgres", 1);
        return;
    }
    let world = World::start(env, StoreKind::Postgres, &[]);
    let _objects = Objects::of_both(&world, env, 2);
    tables::fill(&world);
    world.database.run_sql("ANALYZE");
    let superuser = Sql::connect(&as_superuser(&world.database.url));
    let tables = tables::walled(&superuser, &world, report);
    let service = Sql::connect(&world.database.url);
    hostile::attack(&service, &world, &tables, report);
    if report.is_enough() {
        return;
    }
    inside::attack(&service, &world, &tables, report);
    keys::attack(&service, &superuser, &world, &tables, report);
    // After the attacks, so that what one of them has changed shows as well.
    catalogue::look(&superuser, &world, &tables, report);
    pool::attack(env, report);
    if report.is_enough() {
        return;
    }
    startup::attack(env, report);
}
