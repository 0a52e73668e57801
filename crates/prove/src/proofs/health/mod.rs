//! A store that takes no writes: a full disk, a disk that fails, a file that may not be written, a login that is made
//! read-only, a server that becomes a standby.

mod postgres;
mod sqlite;
mod target;

use crate::env::Env;
use crate::proof::Proof;
use crate::report::Report;
use crate::test_database::StoreKind;

pub(crate) const PROOF: Proof = Proof {
    name: "health",
    promise: "/readyz says no within 12 s of the store taking no writes and yes within 12 s of it taking them again; \
              meanwhile reads are served, writes are 503, none is acknowledged that is not there, and none is there \
              that was refused as not done",
    does_not_show: &[
        "a disk that loses what it has acknowledged: no program sees that",
        "Postgres on a full disk: it ends by itself, and a database that is down is looked at in the tests",
    ],
    attack,
};

fn attack(env: &Env, report: &Report) {
    if env.wants(StoreKind::Sqlite) {
        sqlite::attack(env, report);
    }
    if env.wants(StoreKind::Postgres) && !report.is_enough() {
        postgres::attack(env, report);
    }
}
