//! Whether the database takes writes, asked on connections of the probe's own: a busy pool says nothing about that.

use std::sync::Arc;

use diesel_async::RunQueryDsl;
use tokio::sync::Mutex;

use super::connect::Connector;
use super::connection::Connection;
use crate::error::DatabaseFailure;
use crate::statements::{LOOKUP_PROBE, WRITE_PROBE};

/// The connections of the probe, one for each side of the wall between accounts.
pub(crate) struct Probe {
    write: Side,
    look_up: Side,
}

/// One side: its statement, its login, and the connection that worked last.
struct Side {
    text: &'static str,
    connector: Arc<Connector>,
    kept: Mutex<Option<Connection>>,
}

impl Probe {
    pub(crate) fn new(service: &Arc<Connector>, lookup: &Arc<Connector>) -> Self {
        let side =
            |text, connector: &Arc<Connector>| Side { text, connector: connector.clone(), kept: Mutex::default() };
        Self { write: side(WRITE_PROBE.postgres, service), look_up: side(LOOKUP_PROBE.postgres, lookup) }
    }

    /// Writes the probe's row as the service, and reads as the login that looks up.
    ///
    /// # Errors
    /// What the database says. The connection is dropped: the next probe makes another.
    pub(crate) async fn run(&self) -> Result<(), DatabaseFailure> {
        self.write.run().await?;
        self.look_up.run().await
    }

    /// Ends the connections.
    pub(crate) async fn close(&self) {
        self.write.kept.lock().await.take();
        self.look_up.kept.lock().await.take();
    }
}

impl Side {
    async fn run(&self) -> Result<(), DatabaseFailure> {
        let mut kept = self.kept.lock().await;
        // A call that is dropped half way takes the connection with it.
        let alive = kept.take().filter(|connection| !connection.is_closed());
        let asked = async {
            let mut connection = match alive {
                Some(connection) => connection,
                None => self.connector.connect_for_statements().await?,
            };
            match diesel::sql_query(self.text).execute(&mut connection.connection).await? {
                1 => Ok(connection),
                _ => Err(DatabaseFailure::from("the table health_probe has lost its row")),
            }
        };
        *kept = Some(self.connector.within_patience(asked).await??);
        Ok(())
    }
}
