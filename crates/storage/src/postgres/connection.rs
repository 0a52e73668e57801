//! A connection to Postgres.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel_async::AsyncPgConnection;

/// The shortest lifetime of a connection. A statement is planned once a connection, by the statistics of that time:
/// without autovacuum nothing else ends a plan that was made for an empty database.
pub(super) const LIFETIME: Duration = Duration::from_mins(10);

/// A connection that knows when its other end has gone.
pub(crate) struct Connection {
    #[expect(clippy::struct_field_names, reason = "it is the connection, and the rest is about it")]
    pub(super) connection: AsyncPgConnection,
    pub(super) closed: Arc<AtomicBool>,
    /// How old it may become.
    pub(super) lifetime: Duration,
}

impl Connection {
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}
