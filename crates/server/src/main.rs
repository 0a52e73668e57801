//! `firstline`: the L1 workspace as a service, and the calls that administer it.
//!
//! This crate reads settings, wires the stores to the HTTP side and speaks on the command line. It is the only one that
//! knows both sides, and it holds no rule of the first line.

mod cli;
mod database;
mod demo;
mod failure;
mod files;
mod identity;
mod jitter;
mod jobs;
mod listener;
mod log_format;
mod log_writer;
mod outbound_http;
mod output;
mod provision;
mod settings;
mod signals;
mod startup;
mod system;
mod telemetry;
mod values;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

/// A multi-thread runtime around the HTTP server, whose workers have runtimes of their own: applying migrations and the
/// pool of the sweeper need it.
#[tokio::main]
async fn main() -> ExitCode {
    // A usage error ends here, with exit code 2.
    let args = cli::Args::parse();
    let ended = args.run().await;
    telemetry::finish();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::words(format_args!("error: {failure}"));
            ExitCode::FAILURE
        }
    }
}
