//! Sessions, where they stand, and their events as the `OpenAPI` document describes them.

#![expect(dead_code, reason = "described, never built")]
#![expect(clippy::struct_field_names, reason = "the names are the API's")]

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::schema::{ActingAs, SessionKind, SessionStatus, TicketKind};

/// A walk session.
#[derive(ToSchema)]
pub(crate) struct Session {
    id: Uuid,
    session_kind: SessionKind,
    #[schema(required)]
    flow_id: Option<Uuid>,
    #[schema(required)]
    flow_proposal_id: Option<Uuid>,
    /// The node of the newest step that is not undone.
    #[schema(required)]
    current_node_id: Option<String>,
    /// The steps that are not undone, oldest first.
    walked_path: Vec<Step>,
    /// The notes, with their keys in the order in which they were sent.
    walk_notes: Vec<Map<String, Value>>,
    status: SessionStatus,
    started_at: DateTime<Utc>,
    /// When a step or note last came in; `started_at` before the first.
    last_step_at: DateTime<Utc>,
    #[schema(required)]
    resolved_at: Option<DateTime<Utc>>,
    ticket_id: String,
    ticket_kind: TicketKind,
    /// In what capacity it was started; null for an L1 technician.
    #[schema(required)]
    acting_as: Option<ActingAs>,
    created_by_user_id: Uuid,
    #[schema(required)]
    helpful: Option<bool>,
    #[schema(required)]
    resolution_notes: Option<String>,
    #[schema(required)]
    escalation_reason: Option<String>,
    #[schema(required)]
    escalation_reason_category: Option<String>,
    #[schema(required)]
    escalated_at: Option<DateTime<Utc>>,
    /// The seq of the newest event.
    version: i64,
    /// The version of the flow that is walked, fixed when the walk began; null where the server does not know the tree.
    #[schema(required, minimum = 1)]
    flow_version: Option<u32>,
    /// What to ask or do next, or the end that suggests how to close; null unless the session is active and guided.
    #[schema(required)]
    next_node: Option<NextNode>,
    /// How far the walk is; null unless the session is active and guided.
    #[schema(required)]
    progress: Option<Progress>,
}

/// A walk session without its path and notes.
#[derive(ToSchema)]
pub(crate) struct SessionSummary {
    id: Uuid,
    session_kind: SessionKind,
    #[schema(required)]
    flow_id: Option<Uuid>,
    #[schema(required)]
    flow_proposal_id: Option<Uuid>,
    #[schema(required)]
    current_node_id: Option<String>,
    status: SessionStatus,
    started_at: DateTime<Utc>,
    last_step_at: DateTime<Utc>,
    #[schema(required)]
    resolved_at: Option<DateTime<Utc>>,
    ticket_id: String,
    ticket_kind: TicketKind,
    #[schema(required)]
    acting_as: Option<ActingAs>,
    created_by_user_id: Uuid,
    #[schema(required)]
    helpful: Option<bool>,
    #[schema(required)]
    resolution_notes: Option<String>,
    #[schema(required)]
    escalation_reason: Option<String>,
    #[schema(required)]
    escalation_reason_category: Option<String>,
    #[schema(required)]
    escalated_at: Option<DateTime<Utc>>,
    version: i64,
    /// The version of the flow that is walked, fixed when the walk began; null where the server does not know the tree.
    #[schema(required, minimum = 1)]
    flow_version: Option<u32>,
    /// What to ask or do next, or the end that suggests how to close; null unless the session is active and guided.
    #[schema(required)]
    next_node: Option<NextNode>,
    /// How far the walk is; null unless the session is active and guided.
    #[schema(required)]
    progress: Option<Progress>,
}

/// One answered question.
#[derive(ToSchema)]
pub(crate) struct Step {
    node_id: String,
    question: String,
    answer: String,
    #[schema(required)]
    note: Option<String>,
    answered_at: DateTime<Utc>,
    /// The id of the answer; null unless the walk is guided.
    #[schema(required)]
    answer_id: Option<String>,
    /// The node that the answer leads to; null unless the walk is guided.
    #[schema(required)]
    next_node_id: Option<String>,
}

/// The node that a guided walk stands at.
#[derive(ToSchema)]
pub(crate) struct NextNode {
    /// Its id; those of a sub-flow are named `call/node`.
    id: String,
    kind: NodeKind,
    /// What to ask or to do; of an end the suggested text.
    #[schema(required)]
    text: Option<String>,
    /// How to do it.
    #[schema(required)]
    help: Option<String>,
    /// The suggested kind of reason; of an end that escalates only.
    #[schema(required)]
    reason_category: Option<String>,
    /// The answers that it takes; an instruction has one, an end none.
    answers: Vec<AnswerChoice>,
}

/// What a node asks for.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum NodeKind {
    Question,
    Instruction,
    Resolved,
    Escalate,
}

/// How far a guided walk is.
#[derive(ToSchema)]
pub(crate) struct Progress {
    /// How many steps stand.
    answered: u32,
    /// How many steps the shortest way to an end still takes; 0 at an end.
    shortest_remaining: u32,
}

/// An answer that a node has.
#[derive(ToSchema)]
pub(crate) struct AnswerChoice {
    id: String,
    /// The key that gives it.
    #[schema(minimum = 1, maximum = 9)]
    key: u8,
    label: String,
}

/// One accepted change of a session.
#[derive(ToSchema)]
pub(crate) struct Event {
    /// From 1 without gaps.
    #[schema(minimum = 1)]
    seq: i64,
    kind: EventKind,
    /// The particulars, by kind.
    data: Map<String, Value>,
    /// Who did it; null for the system.
    #[schema(required)]
    actor_user_id: Option<Uuid>,
    #[schema(required)]
    acting_as: Option<ActingAs>,
    at: DateTime<Utc>,
    /// The seq of the event that undid this step; null for what stands.
    #[schema(required)]
    undone_by_seq: Option<i64>,
}

/// What happened.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum EventKind {
    Started,
    StepRecorded,
    StepUndone,
    NotesReplaced,
    Resolved,
    Escalated,
    EscalatedWithoutWalk,
    Abandoned,
}
