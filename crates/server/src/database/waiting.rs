//! Waits at the start for a database that is not there yet: it may be starting beside this process.

use std::time::{Duration, Instant};

use firstline_storage::Database;

use crate::failure::Failure;
use crate::jitter::jittered;

/// The first pause between two looks, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Returns when the database is there and takes connections, after `patience` at the latest. What waiting does not mend
/// (a wrong password, a missing database) is not waited for: the start meets it next.
///
/// # Errors
/// What is still missing after `patience`, and what to do about it.
pub(crate) async fn for_database(database: &Database, patience: Duration) -> Result<(), Failure> {
    let until = Instant::now() + patience;
    let mut pause = FIRST_PAUSE;
    while let Some(missing) = database.to_wait_for().await {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Failure::new(missing.to_string()).remedy(missing.remedy()));
        }
        tracing::warn!(cause = %missing, seconds_left = left.as_secs(), "waiting for the database");
        tokio::time::sleep(jittered(pause).min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    Ok(())
}
