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
mod place;
mod planted;
mod proof;
mod proofs;
mod report;
mod rng;
mod rows;
mod sql;
mod tap;
mod world;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;
use crate::env::Env;
use crate::proof::{PROOFS, Proof};

fn main() -> ExitCode {
    let args = Args::parse();
    if args.name == "list" {
        list();
        return ExitCode::SUCCESS;
    }
    let chosen: Vec<&Proof> = PROOFS.iter().filter(|proof| args.chooses(proof)).collect();
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

fn list() {
    for proof in PROOFS {
        println!("{}\n    promise: {}", proof.name, proof.promise);
        for gap in proof.does_not_show {
            println!("    does not show: {gap}");
        }
    }
}
