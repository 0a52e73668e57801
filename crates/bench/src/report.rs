//! The lines that are printed.

use serde_json::{Value, json};

use crate::load::Outcome;
use crate::options::Options;

/// The first line: on what, and how, was measured.
pub(crate) fn machine(options: &Options) -> Value {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.lines().next().unwrap_or("unknown").split_whitespace().nth(1).unwrap_or("0").to_owned();
    json!({
        "machine": cpu.trim_start_matches([' ', '\t', ':']),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory_gb": memory.parse::<f64>().unwrap_or(0.0) / 1_048_576.0,
        "connections": options.connections, "seconds": options.seconds, "fsync": true,
    })
}

/// What another version made of a case.
pub(crate) struct Beside {
    pub(crate) outcome: Outcome,
    /// The median of the ratios of the turns: the measured rate over its.
    pub(crate) ratio: f64,
}

/// One case, and what the other version made of it.
pub(crate) fn case(
    store: &str,
    case: &str,
    (outcome, beside): (&Outcome, Option<&Beside>),
    hello: &Outcome,
    pgbench: Option<f64>,
) -> Value {
    let mut line = json!({
        "store": store, "case": case, "per_second": outcome.rate().round(),
        "p50_ms": rounded(outcome.percentile(50)), "p99_ms": rounded(outcome.percentile(99)),
        "over_hello": rounded(outcome.rate() / hello.rate()),
        "over_pgbench": pgbench.map(|base| rounded(outcome.rate() / base)),
    });
    for (who, time) in [("service_cpu_us", outcome.cpu.service), ("database_cpu_us", outcome.cpu.database)] {
        line[who] = rounded(outcome.cost(time)).into();
    }
    if let Some(beside) = beside {
        let other = &beside.outcome;
        for (who, time) in
            [("beside_service_cpu_us", other.cpu.service), ("beside_database_cpu_us", other.cpu.database)]
        {
            line[who] = rounded(other.cost(time)).into();
        }
        line["beside_per_second"] = beside.outcome.rate().round().into();
        line["over_beside"] = rounded(beside.ratio).into();
    }
    line
}

/// What the service holds in memory now.
pub(crate) fn memory(store: &str, pid: u32, seconds: u64) -> Value {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the service runs");
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
    let kilobytes: f64 = resident.split_whitespace().next().unwrap().parse().unwrap();
    json!({ "store": store, "case": "memory", "after_seconds_of_load": seconds, "resident_mb": rounded(kilobytes / 1_024.0) })
}

pub(crate) fn rounded(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}
