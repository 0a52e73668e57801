//! The writes that are decided first and then saved, inside a savepoint of the writer's transaction.

use diesel::{RunQueryDsl, SqliteConnection};
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::{AccountId, SessionId};
use firstline_domain::ports::{CreateOutcome, NewWalk, WalkedTicket};
use firstline_domain::session::{Event, Header, Save, Target};
use firstline_domain::stats::FoldSave;
use firstline_domain::text::{CustomerContact, CustomerName};
use firstline_domain::ticket::Ticket;
use firstline_domain::user::{UserEventData, UserSave};

use super::connection::failure;
use crate::error::WriteError;
use crate::rows::{IdRow, Row, WrittenRow, inserted, updated};
use crate::statement::Statement;
use crate::statements::sqlite as text;
use crate::store::writes::{EventColumns, ticket_time};
use crate::store::{flow_stats, user_writes};

/// Writes a save; false when the stored version is not the expected one.
pub(super) fn save(connection: &mut SqliteConnection, save: &Save) -> Result<bool, WriteError> {
    let header = &save.header;
    let updated = updated(text::UPDATE_SESSION, save).map_err(WriteError::Store)?;
    if rows::<IdRow>(connection, updated)?.is_empty() {
        return Ok(false);
    }
    events(connection, header.account_id, header.id, &save.events)?;
    if let Some(notes) = &save.notes {
        let put = Statement::new(text::PUT_NOTES)
            .id(header.account_id.as_uuid())
            .id(header.id.as_uuid())
            .text(notes.as_json());
        exactly_one(connection, put)?;
    }
    if let Some(status) = save.ticket_status {
        let update = Statement::new(text::UPDATE_TICKET)
            .text(status.as_str())
            .at(ticket_time(save))
            .id(header.account_id.as_uuid())
            .id(header.ticket_id.as_uuid());
        exactly_one(connection, update)?;
    }
    if let Some(proposal) = save.validated_proposal {
        let validate = Statement::new(text::VALIDATE_PROPOSAL).id(header.account_id.as_uuid()).id(proposal.as_uuid());
        exactly_one(connection, validate)?;
    }
    Ok(true)
}

/// Writes a new walk, or says why not before anything is written.
pub(super) fn create(connection: &mut SqliteConnection, walk: &NewWalk) -> Result<CreateOutcome, WriteError> {
    let header = &walk.header;
    if let Some(missing) = target_missing(connection, header)? {
        return Ok(missing);
    }
    match &walk.ticket {
        WalkedTicket::New(ticket) => exactly_one(connection, new_ticket(ticket))?,
        WalkedTicket::Existing(id) => {
            let open = Statement::new(text::OPEN_TICKET).id(header.account_id.as_uuid()).id(id.as_uuid());
            if rows::<WrittenRow>(connection, open)?.is_empty() {
                return Ok(CreateOutcome::TicketNotOpen);
            }
        }
    }
    rows::<IdRow>(connection, inserted(text::INSERT_SESSION, header).map_err(WriteError::Store)?)?;
    events(connection, header.account_id, header.id, &walk.events)?;
    Ok(CreateOutcome::Created)
}

/// Writes a change of a user with its event; false when the directory's version is not the expected one.
pub(super) fn save_user(connection: &mut SqliteConnection, save: &UserSave) -> Result<bool, WriteError> {
    let (account_id, id) = (save.user.account_id.as_uuid(), save.user.id.as_uuid());
    let version = Statement::new(text::DIRECTORY_VERSION).id(account_id).int(save.expected_version);
    if rows::<WrittenRow>(connection, version)?.is_empty() {
        return Ok(false);
    }
    let user = match save.event.data {
        UserEventData::Created(_) => {
            user_writes::details(Statement::new(text::INSERT_USER).id(account_id).id(id), &save.user)
        }
        UserEventData::Changed(_) => {
            user_writes::details(Statement::new(text::UPDATE_USER), &save.user).id(account_id).id(id)
        }
    };
    exactly_one(connection, user)?;
    exactly_one(connection, user_writes::event(text::INSERT_USER_EVENT, save).map_err(WriteError::Store)?)?;
    Ok(true)
}

/// Writes statistics and marks the walks in them; false when somebody else came first.
pub(super) fn save_fold(connection: &mut SqliteConnection, save: &FoldSave) -> Result<bool, WriteError> {
    let (account_id, flow_id, version) = (save.account_id.as_uuid(), save.flow_id.as_uuid(), save.version.get());
    for id in &save.walks {
        let walk = Statement::new(text::UNFOLDED_WALK).id(account_id).id(flow_id).int(version).id(id.as_uuid());
        if rows::<WrittenRow>(connection, walk)?.is_empty() {
            return Ok(false);
        }
    }
    let kept = flow_stats::kept(text::PUT_FLOW_STATS, save).map_err(WriteError::Store)?;
    if kept.for_sqlite().execute(connection).map_err(failure)? == 0 {
        return Ok(false);
    }
    for id in &save.walks {
        exactly_one(connection, Statement::new(text::MARK_FOLDED).id(account_id).id(id.as_uuid()))?;
    }
    Ok(true)
}

fn target_missing(connection: &mut SqliteConnection, header: &Header) -> Result<Option<CreateOutcome>, WriteError> {
    let account_id = header.account_id.as_uuid();
    let (look_up, missing) = match header.target {
        Target::Adhoc => return Ok(None),
        Target::Flow(id) => {
            let version = header.flow_version.map(VersionNumber::get);
            let look_up = Statement::new(text::WALKABLE_FLOW).id(account_id).id(id.as_uuid()).maybe_int(version);
            (look_up, CreateOutcome::FlowNotFound)
        }
        Target::Proposal(id) => {
            let look_up = Statement::new(text::WALKABLE_PROPOSAL).id(account_id).id(id.as_uuid());
            (look_up, CreateOutcome::FlowProposalNotFound)
        }
    };
    let found = rows::<WrittenRow>(connection, look_up)?;
    Ok(found.is_empty().then_some(missing))
}

fn new_ticket(ticket: &Ticket) -> Statement {
    Statement::new(text::INSERT_TICKET)
        .id(ticket.account_id.as_uuid())
        .id(ticket.id.as_uuid())
        .id(ticket.created_by.as_uuid())
        .text(ticket.call.problem_statement.as_str())
        .maybe_text(ticket.call.customer_name.as_ref().map(CustomerName::as_str))
        .maybe_text(ticket.call.customer_contact.as_ref().map(CustomerContact::as_str))
        .text(ticket.status.as_str())
        .at(ticket.created_at)
        .at(ticket.updated_at)
}

fn events(
    connection: &mut SqliteConnection,
    account_id: AccountId,
    session_id: SessionId,
    events: &[Event],
) -> Result<(), WriteError> {
    for event in events {
        let columns = EventColumns::try_from(event).map_err(WriteError::Store)?;
        let insert = Statement::new(text::INSERT_EVENT)
            .id(account_id.as_uuid())
            .id(session_id.as_uuid())
            .int(columns.seq)
            .text(columns.kind)
            .text(&columns.data)
            .id(columns.actor)
            .maybe_text(columns.acting_as)
            .at(columns.at);
        exactly_one(connection, insert)?;
    }
    Ok(())
}

pub(super) fn rows<R: Row>(connection: &mut SqliteConnection, statement: Statement) -> Result<Vec<R>, WriteError> {
    statement.for_sqlite().load::<R>(connection).map_err(failure)
}

/// Runs a text without parameters and answers how many rows it changed.
pub(super) fn changed(connection: &mut SqliteConnection, text: &str) -> Result<usize, WriteError> {
    diesel::sql_query(text).execute(connection).map_err(failure)
}

/// Runs a statement that must write one row: a missing one means that what belongs to the session is not there.
pub(super) fn exactly_one(connection: &mut SqliteConnection, statement: Statement) -> Result<(), WriteError> {
    match statement.for_sqlite().execute(connection).map_err(failure)? {
        1 => Ok(()),
        _ => Err(WriteError::Incomplete),
    }
}
