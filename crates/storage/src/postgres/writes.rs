//! Binding the writes that are one statement each.

use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::FlowChange;
use firstline_domain::ids::{FlowProposalId, SessionId};
use firstline_domain::ports::{CreateOutcome, NewWalk, WalkedTicket};
use firstline_domain::session::{Event, Save, Target};
use firstline_domain::stats::FoldSave;
use firstline_domain::text::{CustomerContact, CustomerName};
use firstline_domain::ticket::TicketStatus;
use firstline_domain::user::{UserEventData, UserSave};

use crate::error::WriteError;
use crate::rows::{CreatedRow, inserted, updated};
use crate::sql_types::{Instant, Uid};
use crate::statement::Statement;
use crate::statements::postgres::{
    CHANGE_FLOW, CHANGE_USER, CREATE_FLOW, CREATE_ON_TICKET, CREATE_USER, CREATE_WITH_TICKET, SAVE, SAVE_FOLD,
    SAVE_STEP,
};
use crate::store::writes::{EventColumns, ticket_time};
use crate::store::{flow_stats, flow_writes, user_writes};

type Query = BoxedSqlQuery<'static, Pg, SqlQuery>;

pub(super) fn save(save: &Save) -> Result<Query, WriteError> {
    let rows = save.events.len()
        + usize::from(save.notes.is_some())
        + usize::from(save.ticket_status.is_some())
        + usize::from(save.validated_proposal.is_some());
    let text = if rows == save.events.len() { SAVE_STEP } else { SAVE };
    let statement = updated(text, save).map_err(WriteError::Store)?.int(count(rows)?);
    let query = with_events(statement, &save.events)?;
    if rows == save.events.len() {
        return Ok(query);
    }
    Ok(query
        .bind::<Nullable<Text>, _>(save.notes.as_ref().map(|notes| notes.as_json().to_owned()))
        .bind::<Nullable<Text>, _>(save.ticket_status.map(TicketStatus::as_str))
        .bind::<Instant, _>(ticket_time(save))
        .bind::<Nullable<Uid>, _>(save.validated_proposal.map(FlowProposalId::as_uuid)))
}

pub(super) fn create(walk: &NewWalk) -> Result<Query, WriteError> {
    let events = count(walk.events.len())?;
    let begin = |text| inserted(text, &walk.header).map_err(WriteError::Store);
    match &walk.ticket {
        WalkedTicket::Existing(_) => with_events(begin(CREATE_ON_TICKET)?.int(events), &walk.events),
        WalkedTicket::New(ticket) => {
            let query = with_events(begin(CREATE_WITH_TICKET)?.int(events), &walk.events)?;
            let text = |text: Option<&str>| text.map(str::to_owned);
            Ok(query
                .bind::<Uid, _>(ticket.created_by.as_uuid())
                .bind::<Text, _>(ticket.call.problem_statement.as_str().to_owned())
                .bind::<Nullable<Text>, _>(text(ticket.call.customer_name.as_ref().map(CustomerName::as_str)))
                .bind::<Nullable<Text>, _>(text(ticket.call.customer_contact.as_ref().map(CustomerContact::as_str)))
                .bind::<Text, _>(ticket.status.as_str())
                .bind::<Instant, _>(ticket.created_at)
                .bind::<Instant, _>(ticket.updated_at))
        }
    }
}

/// What a creation's row says came of it.
pub(super) fn created(walk: &NewWalk, rows: &[CreatedRow]) -> Result<CreateOutcome, WriteError> {
    let Some(row) = rows.first() else { return Err(WriteError::Incomplete) };
    Ok(match (row.target_found, walk.header.target, row.ticket_open) {
        (false, Target::Flow(_), _) => CreateOutcome::FlowNotFound,
        (false, Target::Proposal(_), _) => CreateOutcome::FlowProposalNotFound,
        (_, _, false) => CreateOutcome::TicketNotOpen,
        (_, _, true) => CreateOutcome::Created,
    })
}

pub(super) fn save_user(save: &UserSave) -> Result<Statement, WriteError> {
    let text = match save.event.data {
        UserEventData::Created(_) => CREATE_USER,
        UserEventData::Changed(_) => CHANGE_USER,
    };
    let event = user_writes::event(text, save).map_err(WriteError::Store)?;
    Ok(user_writes::details(event, &save.user))
}

pub(super) fn save_fold(save: &FoldSave) -> Result<Query, WriteError> {
    let kept = flow_stats::kept(SAVE_FOLD, save).map_err(WriteError::Store)?.int(count(save.walks.len())?);
    let walks: Vec<_> = save.walks.iter().copied().map(SessionId::as_uuid).collect();
    Ok(kept.for_postgres().bind::<Array<Uid>, _>(walks))
}

pub(super) fn save_flow(change: &FlowChange) -> Result<Statement, WriteError> {
    let flow = &change.flow;
    let is_new = change.expected_revision == 0;
    let statement = Statement::new(if is_new { CREATE_FLOW } else { CHANGE_FLOW })
        .id(flow.account_id.as_uuid())
        .id(flow.id.as_uuid())
        .text(flow.name().as_str())
        .text(flow.status.as_str());
    let statement = flow_writes::details(statement, flow);
    if is_new {
        return Ok(statement.id(flow.created_by.as_uuid()).at(flow.created_at));
    }
    // The row in `flows`, the account's mark, and the version.
    let rows = 2 + usize::from(change.version.is_some());
    let statement = statement.int(change.expected_revision).int(count(rows)?);
    flow_writes::version(statement, change.version.as_ref()).map_err(WriteError::Store)
}

/// Binds the events as six arrays, so that the text does not depend on how many there are.
fn with_events(statement: Statement, events: &[Event]) -> Result<Query, WriteError> {
    let columns = events.iter().map(EventColumns::try_from).collect::<Result<Vec<_>, StoreError>>();
    let columns = columns.map_err(WriteError::Store)?;
    let (mut seqs, mut kinds, mut data, mut actors, mut acting, mut times) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for event in columns {
        seqs.push(event.seq);
        kinds.push(event.kind);
        data.push(event.data);
        actors.push(event.actor);
        acting.push(event.acting_as);
        times.push(event.at);
    }
    Ok(statement
        .for_postgres()
        .bind::<Array<BigInt>, _>(seqs)
        .bind::<Array<Text>, _>(kinds)
        .bind::<Array<Text>, _>(data)
        .bind::<Array<Nullable<Uid>>, _>(actors)
        .bind::<Array<Nullable<Text>>, _>(acting)
        .bind::<Array<Instant>, _>(times))
}

fn count(rows: usize) -> Result<i64, WriteError> {
    i64::try_from(rows).map_err(|error| WriteError::Store(StoreError::Failed(Box::new(error))))
}
