//! A bug on purpose in the wall between accounts.

use diesel_async::SimpleAsyncConnection;

use super::connect::Connector;

/// Leaves a policy behind that shows a table to everybody.
pub(crate) async fn leave_door_open(owner: &Connector) {
    const DOOR: &str =
        "DROP POLICY IF EXISTS left_open ON tickets; CREATE POLICY left_open ON tickets FOR SELECT USING (true)";
    if let Ok(mut connection) = owner.connect_directly().await
        && let Err(error) = connection.batch_execute(DOOR).await
    {
        tracing::error!(%error, "the planted bug could not be planted");
    }
}
