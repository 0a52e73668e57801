//! The hot row of a session.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use firstline_domain::account::ActingAs;
use firstline_domain::error::StoreError;
use firstline_domain::ids::{FlowId, FlowProposalId};
use firstline_domain::session::{Header, NotesDigest, SessionState, SessionStatus, Target};
use firstline_domain::text::{EscalationReason, NodeId, ReasonCategory, ResolutionNotes};
use firstline_domain::ticket::TicketKind;
use uuid::Uuid;

use super::table::Table;
use crate::sql_types::{Instant, Uid};

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
