//! Proves what Firstline promises: `cargo prove NAME`. Each proof attacks the real binary from outside, over HTTP, with
//! databases and servers of its own on loopback, and ends with one JSON line
//! `{"proof", "seed", "counts", "seconds", "verdict"}`. docs/PROOFS.md says what each shows, and what it does not.
//!
//! Exit status: 0 when every proof that ran held, 1 when one did not, 2 for a call that is not understood.
#![expect(clippy::print_stdout, reason = "the lines are its output")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a proof stops at what it did not foresee, and counts as not held"
)]

mod args;
mod build;
mod env;
mod planted;
mod proof;
mod proofs;
mod proxy;
mod report;
mod rng;
mod route_cases;
mod sabotage;
mod sql;
mod test_database;
mod world;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;
use crate::env::Env;
use crate::proof::Proof;
use crate::proofs::PROOFS;

fn main() -> ExitCode {
    let args = Args::parse();
    if args.name == "list" {
        list();
        return ExitCode::SUCCESS;
    }
    let chosen: Vec<&Proof> = match args.name.as_str() {
        "all" => PROOFS.iter().collect(),
        name => all().filter(|proof| proof.name == name).collect(),
    };
    if chosen.is_empty() {
        eprintln!("error: there is no proof {:?}; `cargo prove list` names them", args.name);
        return ExitCode::from(2);
    }
    let env = Env::new(&args);
    let mut failed: Vec<&str> = Vec::new();
    for proof in &chosen {
        let done = proof.run(&env);
        println!("{}", done.line());
        if !done.verdict.held() {
            failed.push(proof.name);
        }
    }
    if chosen.len() > 1 {
        let names = if failed.is_empty() { "none".to_owned() } else { failed.join(", ") };
        eprintln!("==> {} proofs, seed {}; not held: {names}", chosen.len(), env.seed);
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The proofs of the service, and the one that tests them.
fn all() -> impl Iterator<Item = &'static Proof> {
    PROOFS.iter().chain([&sabotage::PROOF])
}

fn list() {
    for proof in all() {
        println!("{}\n    promise: {}", proof.name, proof.promise);
        for gap in proof.does_not_show {
            println!("    does not show: {gap}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_proof_has_a_name_of_its_own_and_says_what_it_does_not_show() {
        let names: std::collections::HashSet<&str> = all().map(|proof| proof.name).collect();
        assert_eq!(names.len(), all().count());
        assert!(!names.contains("all") && !names.contains("list"));
        assert!(all().all(|proof| !proof.promise.is_empty() && !proof.does_not_show.is_empty()));
    }
}
