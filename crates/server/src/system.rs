//! The only place that asks the machine for the present time or for a new id. Everything else is given them.

use firstline_domain::clock::{Clock, Instant};
use firstline_domain::ids::IdSource;
use uuid::Uuid;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is given")]
    fn now(&self) -> Instant {
        chrono::Utc::now()
    }
}

/// UUIDs of version 7: they grow with time, within one process strictly, so indexes stay compact.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct UuidV7;

impl IdSource for UuidV7 {
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_version_7_and_grow() {
        let ids: Vec<Uuid> = (0..1_000).map(|_| UuidV7.new_id()).collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
