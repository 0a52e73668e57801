//! One forgotten account filter: the matrix once more, on a binary whose every statement forgets to compare accounts.

use super::matrix;
use crate::env::Env;
use crate::proof::Proof;
use crate::report::Report;
use crate::test_database::StoreKind;

pub(crate) const PROOF: Proof = Proof {
    name: "two-walls",
    promise: "a query that forgets the account leaks nothing on Postgres",
    does_not_show: &[
        "anything about SQLite and memory: they have the first wall alone, and the bug shows there",
        "a statement that sets another account: no policy that reads a setting can stop that",
    ],
    attack,
};

const BUG: &str = "no-account-filter";

fn attack(env: &Env, report: &Report) {
    for &store in env.stores() {
        let stands = store == StoreKind::Postgres;
        eprintln!("    {store}: must {}", if stands { "hold" } else { "leak" });
        let sabotaged = env.sabotaged(Some(BUG), &[store]);
        let matrix = if stands {
            matrix::PROOF.run_quietly(&sabotaged)
        } else {
            matrix::PROOF.run_until_found(&sabotaged, "leak")
        };
        let as_it_must = if stands { matrix.verdict.held() } else { matrix.verdict.is_broken_by("leak") };
        report.count("matrices", 1);
        report.check(as_it_must, if stands { "second-wall" } else { "no-bug" }, || {
            format!("{store}: the matrix with {BUG} awake ended as {}", matrix.line())
        });
    }
    if env.wants(StoreKind::Postgres) {
        // That the bug reaches Postgres' statements, and that it is row security that holds it back.
        eprintln!("    postgres with row security taken down: must leak");
        let fallen = env.sabotaged(Some(BUG), &[StoreKind::Postgres]).without_row_security();
        let matrix = matrix::PROOF.run_until_found(&fallen, "leak");
        report.count("matrices", 1);
        report.check(matrix.verdict.is_broken_by("leak"), "no-bug", || {
            format!("postgres without row security: the matrix with {BUG} awake ended as {}", matrix.line())
        });
    }
}
