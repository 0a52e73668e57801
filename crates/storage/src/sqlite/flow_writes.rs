//! Writing an authored flow with its version, inside a savepoint of the writer's transaction.

use diesel::SqliteConnection;
use firstline_domain::flow::authored::FlowChange;

use super::writes::{exactly_one, rows};
use crate::error::WriteError;
use crate::rows::IdRow;
use crate::statement::Statement;
use crate::statements::sqlite as text;
use crate::store::flow_writes::{details, version};

/// Writes a change; false when the stored revision is not the expected one.
pub(super) fn save(connection: &mut SqliteConnection, change: &FlowChange) -> Result<bool, WriteError> {
    let flow = &change.flow;
    let (account_id, id) = (flow.account_id.as_uuid(), flow.id.as_uuid());
    let (name, status) = (flow.name().as_str(), flow.status.as_str());
    if change.expected_revision == 0 {
        let insert = Statement::new(text::INSERT_FLOW).id(account_id).id(id).text(name).text(status);
        if rows::<IdRow>(connection, insert)?.is_empty() {
            return Ok(false);
        }
        let authored = details(Statement::new(text::INSERT_AUTHORED).id(account_id).id(id), flow);
        exactly_one(connection, authored.id(flow.created_by.as_uuid()).at(flow.created_at))?;
    } else {
        let update = details(Statement::new(text::UPDATE_AUTHORED), flow);
        if rows::<IdRow>(connection, update.id(account_id).id(id).int(change.expected_revision))?.is_empty() {
            return Ok(false);
        }
        let update = Statement::new(text::UPDATE_FLOW).text(name).text(status).id(account_id).id(id);
        exactly_one(connection, update)?;
    }
    if let Some(published) = &change.version {
        let insert = Statement::new(text::INSERT_VERSION).id(account_id).id(id);
        exactly_one(connection, version(insert, Some(published)).map_err(WriteError::Store)?)?;
    }
    exactly_one(connection, Statement::new(text::COUNT_CHANGE).id(account_id))?;
    Ok(true)
}
