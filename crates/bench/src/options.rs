//! What is measured, and for how long.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use firstline_testkit::people::Team;
use firstline_testkit::service::Service;

/// The command line.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// Seconds a case.
    #[arg(long, default_value_t = 5)]
    pub(crate) seconds: u32,
    /// Connections at once.
    #[arg(long, default_value_t = 16)]
    pub(crate) connections: usize,
    /// Seconds of life cycles after which resident memory is read.
    #[arg(long, default_value_t = 30)]
    pub(crate) memory_seconds: u64,
    /// The binary to measure.
    #[arg(long, default_value = "target/release/firstline")]
    pub(crate) binary: PathBuf,
    /// Another version's binary to run beside it, case by case, on a database of its own.
    #[arg(long)]
    pub(crate) beside: Option<PathBuf>,
    /// Only this store: `sqlite` or `postgres`.
    #[arg(long)]
    pub(crate) only: Option<String>,
    /// Only this case, by its name in the output; `hello` and `memory` are always measured.
    #[arg(long)]
    pub(crate) case: Option<String>,
    /// Where the databases' files go: a disk, not memory.
    #[arg(long, default_value = "target")]
    pub(crate) folder: PathBuf,
}

impl Options {
    pub(crate) fn wants(&self, store: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == store)
    }

    pub(crate) fn wants_case(&self, case: &str) -> bool {
        self.case.as_deref().is_none_or(|only| only == case)
    }

    pub(crate) fn start_beside(&self, team: &Team, url: impl FnOnce() -> String) -> Option<Service> {
        let start = |binary| Service::start_of_any_version(binary, &url(), std::slice::from_ref(team));
        self.beside.as_deref().map(start)
    }

    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }
}

/// The database of the binary that runs beside the measured one.
pub(crate) const BESIDE: &str = "bench_beside";
