//! That the proofs can fail: each planted bug is woken, and the proof that guards against it must go red, by a finding of
//! the kind that the bug leads to; on the same binary with every bug asleep it must be green.

use std::collections::BTreeSet;

use crate::env::Env;
use crate::planted::{PLANTED, Planted};
use crate::proof::Proof;
use crate::proofs::PROOFS;
use crate::report::Report;
use crate::test_database::StoreKind;

pub(crate) const PROOF: Proof = Proof {
    name: "sabotage",
    promise: "the proofs can fail: each catches the bugs that are planted for it",
    does_not_show: &[
        "that a proof catches every bug of its kind: it catches these",
        "anything about the release binary, which has no planted bug in it",
    ],
    attack,
};

fn attack(env: &Env, report: &Report) {
    let woken: Vec<&Planted> = PLANTED.iter().filter(|planted| env.wakes(planted.bug)).collect();
    let proofs: BTreeSet<&str> = woken.iter().map(|planted| planted.proof).collect();
    for name in proofs {
        eprintln!("==> control: {name} with every bug asleep");
        let control = named(name).run_quietly(&env.sabotaged(None, &StoreKind::ALL));
        eprintln!("    {}", control.line());
        report.count("controls", 1);
        report.check(control.verdict.held(), "control", || format!("{name} is not green: {:?}", control.verdict));
    }
    for planted in woken {
        eprintln!("==> planted: {} ({}), which {} must catch", planted.bug, planted.what, planted.proof);
        report.count("planted", 1);
        let caught =
            planted.stores.iter().filter(|store| env.wants(**store)).all(|store| catches(env, planted, *store, report));
        report.count("caught", caught.into());
    }
}

fn catches(env: &Env, planted: &Planted, store: StoreKind, report: &Report) -> bool {
    let done = named(planted.proof).run_until_found(&env.sabotaged(Some(planted.bug), &[store]), planted.finding);
    eprintln!("    {}", done.line());
    let caught = done.verdict.is_broken_by(planted.finding);
    report.check(caught, "missed", || {
        let Planted { bug, finding, proof, .. } = planted;
        format!("{bug} on {store} was not caught by a {finding} finding of {proof}: {:?}", done.verdict)
    });
    caught
}

/// The proof of this name.
fn named(name: &str) -> &'static Proof {
    PROOFS.iter().find(|proof| proof.name == name).unwrap_or_else(|| panic!("there is no proof {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_planted_bug_names_a_proof_that_there_is() {
        for planted in PLANTED {
            assert!(PROOFS.iter().any(|proof| proof.name == planted.proof), "{}", planted.bug);
            assert!(!planted.stores.is_empty() && !planted.finding.is_empty(), "{}", planted.bug);
        }
    }
}
