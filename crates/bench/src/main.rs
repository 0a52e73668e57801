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
mod options;
mod pgbench;
mod report;
mod stock;
mod suggest;

use clap::Parser;
use firstline_testkit::people::Team;
use firstline_testkit::postgres::{Cluster, ClusterOptions};
use firstline_testkit::service::Service;
use options::{BESIDE, Options};

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
