//! What the statistics of a flow cost, to read and to keep, as walks grow: `cargo run -p firstline-storage --example
//! flow_stats_speed -- [WALKS]` (10,000 without). Needs Postgres' programs, as the tests do.
//!
//! Walks of a flow are put into a fresh database, counted in batches by the job's own use case, and the answer is read through the
//! use case after the first hundred walks and after the last. Prints one line a store.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "an example that prints figures and stops at the first surprise"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use firstline_domain::conformance::{Desk, World, walked};
use firstline_domain::flow::walk::CompiledFlow;
use firstline_domain::service::FlowStatistics;
use firstline_storage::{Database, Logins, Purpose, StorageSettings};
use firstline_testkit::postgres::{Cluster, as_owner};

const FEW: usize = 100;
const READS: usize = 400;

#[tokio::main]
async fn main() {
    let many: usize = std::env::args().nth(1).map_or(10_000, |walks| walks.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}", folder.path().join("speed.db").display());
    let postgres = tokio::task::spawn_blocking(|| Cluster::shared().fresh_database()).await.unwrap();
    for url in ["memory:", &file, &postgres] {
        let migrate_url = url.starts_with("postgres").then(|| as_owner(url));
        let logins = Logins { migrate_url, ..Logins::from(url) };
        let database = Database::open(logins, Purpose::Serve, &StorageSettings::default()).await.unwrap();
        database.migrate().await.unwrap();
        measure(&World::of(database.for_worker()), database.kind().as_str(), many).await;
        database.close().await;
    }
}

async fn measure(world: &World, store: &str, many: usize) {
    let desk = world.desk().await;
    let flow = walked::printer_offline(&desk, 1).await.remove(0);
    let statistics =
        FlowStatistics::new(world.sessions.clone(), world.flows.clone(), world.stats.clone(), desk.clock.clone());
    let early = count(&desk, &flow, &statistics, (0, FEW)).await;
    let few = read(&desk, &flow, &statistics).await;
    let mut late = early;
    for before in (FEW..many).step_by(FEW) {
        late = count(&desk, &flow, &statistics, (before, FEW)).await;
    }
    let all = read(&desk, &flow, &statistics).await;
    println!(
        "{store}: an answer after {FEW} walks {:.3} ms, after {many} {:.3} ms, ratio {:.2}; counting a walk among the first \
         {FEW} {:.3} ms, among the last {:.3} ms",
        millis(few),
        millis(all),
        all.as_secs_f64() / few.as_secs_f64(),
        millis(early) / FEW as f64,
        millis(late) / FEW as f64,
    );
}

/// Walks as often as told after so many walks before, and answers how long counting took.
async fn count(
    desk: &Desk,
    flow: &Arc<CompiledFlow>,
    statistics: &FlowStatistics,
    (before, walks): (usize, usize),
) -> Duration {
    for number in 0..walks {
        walked::some_walk(desk, flow, before + number).await;
    }
    let began = Instant::now();
    let folded = statistics.fold(&|error| panic!("{error}")).await.unwrap();
    assert_eq!(folded.walks, walks as u64);
    began.elapsed()
}

/// The median time of an answer.
async fn read(desk: &Desk, flow: &CompiledFlow, statistics: &FlowStatistics) -> Duration {
    let author = walked::author(desk);
    let mut times = Vec::new();
    for _ in 0..READS {
        let began = Instant::now();
        let report = statistics.of_flow(author, flow.flow_id(), None).await.unwrap();
        times.push(began.elapsed());
        assert!(report.staleness.pending_walks == 0 && report.versions.len() == 1);
    }
    times.sort_unstable();
    times.remove(READS / 2)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
