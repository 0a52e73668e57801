//! How much processor time a process has taken. Unlike a rate it hardly depends on what else the machine does.

use std::ops::{Add, Sub};
use std::time::Duration;

/// A tick of the kernel's accounts, which are kept in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// The processor time of the service and of its database's connections, until now or between two moments.
#[derive(Clone, Copy)]
pub(crate) struct Cpu {
    pub(crate) service: Duration,
    pub(crate) database: Duration,
}

impl Cpu {
    pub(crate) const NONE: Self = Self { service: Duration::ZERO, database: Duration::ZERO };

    /// What the process `service` and the connections to the database `name` have taken until now.
    pub(crate) fn now(service: u32, name: Option<&str>) -> Self {
        let connections = name.map(connections).unwrap_or_default();
        Self { service: taken(service), database: connections.into_iter().map(taken).sum() }
    }
}

impl Add for Cpu {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { service: self.service + other.service, database: self.database + other.database }
    }
}

impl Sub for Cpu {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        // A connection that has ended since takes its account with it.
        Self {
            service: self.service.saturating_sub(earlier.service),
            database: self.database.saturating_sub(earlier.database),
        }
    }
}

/// The processes of Postgres that serve the database: they are titled `postgres: USER DATABASE ADDRESS …`.
fn connections(database: &str) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok()));
    ids.filter(|id| {
        let title = std::fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
        title.starts_with("postgres: ") && title.split([' ', '\0']).nth(2) == Some(database)
    })
    .collect()
}

/// User's and system's time of a process; none for one that has ended.
fn taken(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name, in brackets, may have anything in it.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<u32>().ok()).map(|ticks| TICK * ticks).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_accounted_for() {
        let before = Cpu::now(std::process::id(), None);
        let began = std::time::Instant::now();
        while began.elapsed() < Duration::from_millis(300) {
            std::hint::spin_loop();
        }
        let taken = Cpu::now(std::process::id(), None) - before;
        assert!(taken.service > Duration::ZERO && taken.service < Duration::from_secs(5), "{:?}", taken.service);
    }
}
