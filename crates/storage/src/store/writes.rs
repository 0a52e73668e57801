//! What both databases bind when they write a session.

use chrono::{DateTime, Utc};
use firstline_domain::account::ActingAs;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::{FlowId, FlowProposalId, UserId};
use firstline_domain::session::{Event, Header, Save, SessionState};
use firstline_domain::text::NodeId;
use uuid::Uuid;

use crate::statement::Statement;
use crate::statements::Text;

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

/// Binds `$1` to `$29` of a text that begins by putting in a session.
pub(crate) fn inserted(text: Text, header: &Header) -> Result<Statement, StoreError> {
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

/// Binds `$1` to `$21` of a text that begins with the compare-and-set.
pub(crate) fn updated(text: Text, save: &Save) -> Result<Statement, StoreError> {
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

/// An event in the columns of its row.
pub(crate) struct EventColumns {
    pub(crate) seq: i64,
    pub(crate) kind: &'static str,
    pub(crate) data: String,
    pub(crate) actor: Option<Uuid>,
    pub(crate) acting_as: Option<&'static str>,
    pub(crate) at: DateTime<Utc>,
}

impl TryFrom<&Event> for EventColumns {
    type Error = StoreError;

    fn try_from(event: &Event) -> Result<Self, StoreError> {
        Ok(Self {
            seq: event.seq,
            kind: event.data.kind().as_str(),
            data: event.data.to_json().map_err(|error| StoreError::Failed(Box::new(error)))?,
            actor: event.actor_user_id.map(UserId::as_uuid),
            acting_as: event.acting_as.map(ActingAs::as_str),
            at: event.at,
        })
    }
}

/// When a save changes its ticket: at its last event.
pub(crate) fn ticket_time(save: &Save) -> DateTime<Utc> {
    save.events.last().map_or(save.header.last_step_at, |event| event.at)
}
