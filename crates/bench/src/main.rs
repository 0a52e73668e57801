//! Measures the release binary over loopback: `just bench`, or by hand
//! `cargo build --release --bin firstline && cargo run --release -p firstline-bench`.
//!
//! Prints one JSON line a case. Rates are of one run on one machine, where database, service and load share the cores:
//! compare the ratios within a run, not the rates of two. `over_hello` is the rate beside the rate of a route that does
//! nothing (`/livez`, same service, same connections); `over_pgbench` is the rate beside `pgbench -M prepared` running the
//! same statements on the same database. fsync is on.
//!
//! `service_cpu_us` and `database_cpu_us` are the processor time that a request took there: they hardly depend on what else the
//! machine does.
//!
//! With `--beside PATH` the binary of another version does each case in turn with the measured one, on a database of its own in the
//! same cluster, and pgbench is left out. They take turns of a second; `over_beside` is the median of the turns' ratios.
#![expect(clippy::print_stdout, reason = "the figures are its output")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench stops at the first surprise"
)]

mod browser;
mod cases;
mod cpu;
mod load;
mod pgbench;
mod report;
mod stock;
mod suggest;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use firstline_testkit::people::Team;
use firstline_testkit::postgres::{Cluster, ClusterOptions};
use firstline_testkit::service::Service;

/// What is measured, and for how long.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// Seconds a case.
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// Connections at once.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Seconds of life cycles after which resident memory is read.
    #[arg(long, default_value_t = 30)]
    memory_seconds: u64,
    /// The binary to measure.
    #[arg(long, default_value = "target/release/firstline")]
    binary: PathBuf,
    /// Another version's binary to run beside it, case by case, on a database of its own.
    #[arg(long)]
    beside: Option<PathBuf>,
    /// Only this store: `sqlite` or `postgres`.
    #[arg(long)]
    only: Option<String>,
    /// Only this case, by its name in the output; `hello` and `memory` are always measured.
    #[arg(long)]
    case: Option<String>,
    /// Where the databases' files go: a disk, not memory.
    #[arg(long, default_value = "target")]
    folder: PathBuf,
}

impl Options {
    fn wants(&self, store: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == store)
    }

    pub(crate) fn wants_case(&self, case: &str) -> bool {
        self.case.as_deref().is_none_or(|only| only == case)
    }

    fn start_beside(&self, team: &Team, url: impl FnOnce() -> String) -> Option<Service> {
        let start = |binary| Service::start_of_any_version(binary, &url(), std::slice::from_ref(team));
        self.beside.as_deref().map(start)
    }

    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }
}

/// The database of the binary that runs beside the measured one.
pub(crate) const BESIDE: &str = "bench_beside";

fn main() {
    let options = Options::parse();
    assert!(options.binary.exists(), "{} is missing: cargo build --release --bin firstline", options.binary.display());
    println!("{}", report::machine(&options));
    let team = Team::new();
    if options.wants("sqlite") {
        let folder = tempfile::tempdir_in(&options.folder).expect("a folder for the database");
        let url = format!("sqlite://{}", folder.path().join("bench.db").display());
        let service = Service::start(&options.binary, &url, std::slice::from_ref(&team));
        let url = format!("sqlite://{}", folder.path().join("beside.db").display());
        let beside = options.start_beside(&team, || url);
        cases::run("sqlite", &service, beside.as_ref(), &team, &options, None);
    }
    if options.wants("postgres") {
        let parent = std::fs::canonicalize(&options.folder).expect("the folder is there");
        let cluster = Cluster::start(ClusterOptions {
            fsync: true,
            parent: Some(parent),
            settings: vec!["shared_buffers=512MB".to_owned(), "max_wal_size=4GB".to_owned()],
        });
        let url = cluster.create_database(pgbench::DATABASE);
        let service = Service::start(&options.binary, &url, std::slice::from_ref(&team));
        let beside = options.start_beside(&team, || cluster.create_database(BESIDE));
        cases::run("postgres", &service, beside.as_ref(), &team, &options, Some(&cluster));
    }
}
