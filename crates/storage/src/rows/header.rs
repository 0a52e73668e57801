//! The hot row of a session: its columns, how it is read and how it is written.
//!
//! Its columns are listed here once for all texts that name them. The parameters of a text that writes the row begin
//! with those of the row; the others follow as `after_inserted!` and `after_updated!` number them.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use firstline_domain::account::ActingAs;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::{FlowId, FlowProposalId};
use firstline_domain::session::{Header, NotesDigest, Save, SessionState, SessionStatus, Target};
use firstline_domain::text::{EscalationReason, NodeId, ReasonCategory, ResolutionNotes};
use firstline_domain::ticket::TicketKind;
use uuid::Uuid;

use super::table::Table;
use crate::sql_types::{Instant, Uid};
use crate::statement::Statement;
use crate::statements::Text as Constant;

/// The columns of the row, each after `$table`.
macro_rules! session_columns {
    ($table:literal) => {
        session_columns!(
            @of $table: account_id, id, created_by_user_id, acting_as, ticket_id, ticket_kind, session_kind, flow_id,
            flow_proposal_id, flow_version, current_node_id, next_node_id, status, helpful, resolution_notes,
            escalation_reason, escalation_reason_category, started_at, last_step_at, resolved_at, escalated_at,
            abandoned_at, version, step_count, undone_count, step_bytes, notes_count, notes_bytes, notes_sha256
        )
    };
    (@of $table:literal: $first:ident $(, $column:ident)*) => {
        concat!($table, stringify!($first) $(, ", ", $table, stringify!($column))*)
    };
}

/// Puts in a row, with `$rest` after the values. [`inserted`] binds them.
macro_rules! insert_session {
    ($rest:expr) => {
        concat!(
            "INSERT INTO walk_sessions (",
            session_columns!(""),
            ") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
              $22, $23, $24, $25, $26, $27, $28, $29",
            $rest
        )
    };
}

/// Calls `$to!` with the parameters after those that [`inserted`] binds: the number of events, their six arrays, and
/// the seven of a new ticket.
macro_rules! after_inserted {
    ($to:ident!($($arguments:tt)*)) => {
        $to!(
            $($arguments)* "$30", "$31", "$32", "$33", "$34", "$35", "$36", "$37", "$38", "$39", "$40", "$41", "$42",
            "$43"
        )
    };
}

/// The compare-and-set: writes what a command can change of a row, if its version is still the expected one. `$gate`
/// stands with the account. [`updated`] binds the parameters.
macro_rules! update_session {
    ($gate:expr) => {
        concat!(
            "UPDATE walk_sessions SET current_node_id = $1, next_node_id = $2, status = $3, helpful = $4, \
              resolution_notes = $5, escalation_reason = $6, escalation_reason_category = $7, last_step_at = $8, \
              resolved_at = $9, escalated_at = $10, abandoned_at = $11, version = $12, step_count = $13, \
              undone_count = $14, step_bytes = $15, notes_count = $16, notes_bytes = $17, notes_sha256 = $18 \
             WHERE account_id = $19 AND id = $20 AND version = $21 AND ",
            $gate,
            " RETURNING account_id, id, ticket_id"
        )
    };
}

/// Calls `$to!` with the account's parameter of `update_session!` and the parameters after those that [`updated`]
/// binds: the number of rows beside the session's, the events' six arrays, the notes, the ticket's status and time,
/// and the proposal.
macro_rules! after_updated {
    ($to:ident!($($arguments:tt)*)) => {
        $to!(
            $($arguments)* "$19", "$22", "$23", "$24", "$25", "$26", "$27", "$28", "$29", "$30", "$31", "$32"
        )
    };
}

#[derive(QueryableByName)]
pub(crate) struct HeaderRow {
    #[diesel(sql_type = Uid)]
    account_id: Uuid,
    #[diesel(sql_type = Uid)]
    id: Uuid,
    #[diesel(sql_type = Uid)]
    created_by_user_id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    acting_as: Option<String>,
    #[diesel(sql_type = Uid)]
    ticket_id: Uuid,
    #[diesel(sql_type = Text)]
    ticket_kind: String,
    #[diesel(sql_type = Text)]
    session_kind: String,
    #[diesel(sql_type = Nullable<Uid>)]
    flow_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Uid>)]
    flow_proposal_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<BigInt>)]
    flow_version: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    current_node_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    next_node_id: Option<String>,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Bool>)]
    helpful: Option<bool>,
    #[diesel(sql_type = Nullable<Text>)]
    resolution_notes: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    escalation_reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    escalation_reason_category: Option<String>,
    #[diesel(sql_type = Instant)]
    started_at: DateTime<Utc>,
    #[diesel(sql_type = Instant)]
    last_step_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Instant>)]
    resolved_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Instant>)]
    escalated_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Instant>)]
    abandoned_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = BigInt)]
    step_count: i64,
    #[diesel(sql_type = BigInt)]
    undone_count: i64,
    #[diesel(sql_type = BigInt)]
    step_bytes: i64,
    #[diesel(sql_type = BigInt)]
    notes_count: i64,
    #[diesel(sql_type = BigInt)]
    notes_bytes: i64,
    #[diesel(sql_type = Text)]
    notes_sha256: String,
}

impl TryFrom<HeaderRow> for Header {
    type Error = StoreError;

    fn try_from(mut row: HeaderRow) -> Result<Self, StoreError> {
        let table = Table("walk_sessions", row.id);
        let state = row.state(&table)?;
        let (flow, proposal) = (row.flow_id.map(FlowId::from), row.flow_proposal_id.map(FlowProposalId::from));
        let target = Target::from_parts(&row.session_kind, flow, proposal)
            .ok_or_else(|| table.corrupt("session_kind and target contradict each other"))?;
        let acting_as = match row.acting_as.as_deref() {
            None => None,
            Some(name) => Some(table.known("acting_as", ActingAs::parse(name))?),
        };
        let node = |column: &str, node: Option<String>| {
            node.map(|node| table.checked(column, NodeId::stored(node))).transpose()
        };
        let flow_version = match row.flow_version {
            None => None,
            Some(number) => Some(table.version("flow_version", number)?),
        };
        Ok(Self {
            id: row.id.into(),
            account_id: row.account_id.into(),
            created_by: row.created_by_user_id.into(),
            acting_as,
            ticket_id: row.ticket_id.into(),
            ticket_kind: table.known("ticket_kind", TicketKind::parse(&row.ticket_kind))?,
            target,
            flow_version,
            current_node_id: node("current_node_id", row.current_node_id)?,
            next_node_id: node("next_node_id", row.next_node_id)?,
            state,
            started_at: row.started_at,
            last_step_at: row.last_step_at,
            step_count: table.count("step_count", row.step_count)?,
            undone_count: table.count("undone_count", row.undone_count)?,
            step_bytes: table.count("step_bytes", row.step_bytes)?,
            notes: NotesDigest {
                count: table.count("notes_count", row.notes_count)?,
                bytes: table.count("notes_bytes", row.notes_bytes)?,
                sha256: row.notes_sha256,
            },
            version: row.version,
        })
    }
}

impl HeaderRow {
    /// The state, if exactly the columns of that state are filled.
    fn state(&mut self, table: &Table) -> Result<SessionState, StoreError> {
        let status = table.known("status", SessionStatus::parse(&self.status))?;
        let resolved = (self.helpful, self.resolution_notes.take(), self.resolved_at);
        let escalated = (self.escalation_reason.take(), self.escalation_reason_category.take(), self.escalated_at);
        match (status, resolved, escalated, self.abandoned_at) {
            (SessionStatus::Active, (None, None, None), (None, None, None), None) => Ok(SessionState::Active),
            (SessionStatus::Resolved, (Some(helpful), Some(notes), Some(at)), (None, None, None), None) => {
                let resolution_notes = table.checked("resolution_notes", ResolutionNotes::stored(notes))?;
                Ok(SessionState::Resolved { helpful, resolution_notes, at })
            }
            (SessionStatus::Escalated, (None, None, None), (Some(reason), Some(category), Some(at)), None) => {
                Ok(SessionState::Escalated {
                    reason: table.checked("escalation_reason", EscalationReason::stored(reason))?,
                    reason_category: table.checked("escalation_reason_category", ReasonCategory::stored(category))?,
                    at,
                })
            }
            (SessionStatus::Abandoned, (None, None, None), (None, None, None), Some(at)) => {
                Ok(SessionState::Abandoned { at })
            }
            _ => Err(table.corrupt("status and the columns of its end contradict each other")),
        }
    }
}

/// The columns of a session's end; those of other ends than its own stay empty.
#[derive(Default)]
struct End<'a> {
    helpful: Option<bool>,
    resolution_notes: Option<&'a str>,
    reason: Option<&'a str>,
    reason_category: Option<&'a str>,
    resolved_at: Option<DateTime<Utc>>,
    escalated_at: Option<DateTime<Utc>>,
    abandoned_at: Option<DateTime<Utc>>,
}

impl<'a> From<&'a SessionState> for End<'a> {
    fn from(state: &'a SessionState) -> Self {
        match state {
            SessionState::Active => Self::default(),
            SessionState::Resolved { helpful, resolution_notes, at } => Self {
                helpful: Some(*helpful),
                resolution_notes: Some(resolution_notes.as_str()),
                resolved_at: Some(*at),
                ..Self::default()
            },
            SessionState::Escalated { reason, reason_category, at } => Self {
                reason: Some(reason.as_str()),
                reason_category: Some(reason_category.as_str()),
                escalated_at: Some(*at),
                ..Self::default()
            },
            SessionState::Abandoned { at } => Self { abandoned_at: Some(*at), ..Self::default() },
        }
    }
}

/// Binds the first parameters of `text`: those of `insert_session!`.
pub(crate) fn inserted(text: Constant, header: &Header) -> Result<Statement, StoreError> {
    let end = End::from(&header.state);
    let statement = Statement::new(text)
        .id(header.account_id.as_uuid())
        .id(header.id.as_uuid())
        .id(header.created_by.as_uuid())
        .maybe_text(header.acting_as.map(ActingAs::as_str))
        .id(header.ticket_id.as_uuid())
        .text(header.ticket_kind.as_str())
        .text(header.target.kind().as_str())
        .id(header.target.flow_id().map(FlowId::as_uuid))
        .id(header.target.flow_proposal_id().map(FlowProposalId::as_uuid))
        .maybe_int(header.flow_version.map(VersionNumber::get));
    let statement = progress(statement, header, &end).at(header.started_at);
    counts(times(statement, header, &end), header)
}

/// Binds the first parameters of `text`: those of `update_session!`.
pub(crate) fn updated(text: Constant, save: &Save) -> Result<Statement, StoreError> {
    let header = &save.header;
    let end = End::from(&header.state);
    let statement = times(progress(Statement::new(text), header, &end), header, &end);
    Ok(counts(statement, header)?.id(header.account_id.as_uuid()).id(header.id.as_uuid()).int(save.expected_version))
}

fn progress(statement: Statement, header: &Header, end: &End<'_>) -> Statement {
    statement
        .maybe_text(header.current_node_id.as_ref().map(NodeId::as_str))
        .maybe_text(header.next_node_id.as_ref().map(NodeId::as_str))
        .text(header.state.status().as_str())
        .bool(end.helpful)
        .maybe_text(end.resolution_notes)
        .maybe_text(end.reason)
        .maybe_text(end.reason_category)
}

fn times(statement: Statement, header: &Header, end: &End<'_>) -> Statement {
    statement.at(header.last_step_at).at(end.resolved_at).at(end.escalated_at).at(end.abandoned_at)
}

fn counts(statement: Statement, header: &Header) -> Result<Statement, StoreError> {
    let bytes = i64::try_from(header.step_bytes).map_err(|error| StoreError::Failed(Box::new(error)))?;
    Ok(statement
        .int(header.version)
        .int(header.step_count)
        .int(header.undone_count)
        .int(bytes)
        .int(header.notes.count)
        .int(header.notes.bytes)
        .text(&header.notes.sha256))
}
