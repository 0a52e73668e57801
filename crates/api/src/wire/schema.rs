//! Requests and answers as the `OpenAPI` document describes them. Nothing is read or written through these types: fields
//! are read one by one so that every defect is found, answers are written without copies. Tests compare both with this.

#![expect(dead_code, reason = "described, never built")]

use firstline_domain::ticket as domain;
use serde_json::{Map, Value};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

/// A call that comes in. At most one of `flow_id` and `flow_proposal_id`.
#[derive(ToSchema)]
pub(crate) struct Intake {
    /// What the customer says is wrong. Not blank.
    #[schema(min_length = 1, max_length = 16_384, pattern = r"\S")]
    problem_statement: String,
    /// Who calls. Empty counts as missing.
    #[schema(max_length = 200)]
    customer_name: Option<String>,
    /// How to reach them. Empty counts as missing.
    #[schema(max_length = 320)]
    customer_contact: Option<String>,
    /// The flow to walk, a published one.
    flow_id: Option<Uuid>,
    /// The flow proposal to walk.
    flow_proposal_id: Option<Uuid>,
}

/// What to walk. At most one of both; neither: ad hoc.
#[derive(ToSchema)]
pub(crate) struct Walk {
    /// The flow to walk, a published one.
    flow_id: Option<Uuid>,
    /// The flow proposal to walk.
    flow_proposal_id: Option<Uuid>,
}

/// An answered question.
#[derive(ToSchema)]
pub(crate) struct NewStep {
    /// The node that was answered. Not blank.
    #[schema(min_length = 1, max_length = 128, pattern = r"\S")]
    node_id: String,
    /// The question as it was asked. Not blank. A guided walk needs none and records the flow's own; any other needs it.
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S")]
    question: Option<String>,
    /// The answer as it was given; in a guided walk the id, key or label of an answer of the node. Not blank.
    #[schema(min_length = 1, max_length = 4_096, pattern = r"\S")]
    answer: String,
    /// The technician's remark.
    #[schema(max_length = 16_384)]
    note: Option<String>,
    /// How many steps stood when the session was read: `progress.answered`, which is how long `walked_path` is. With it, a step
    /// counts only if that is so still, also where an answer leads back to its own node.
    answered: Option<u32>,
}

/// Which step to take back.
#[derive(ToSchema)]
pub(crate) struct Undo {
    /// The node of the newest step. With it, of two who undo at once only one takes the step back. Not blank.
    #[schema(min_length = 1, max_length = 128, pattern = r"\S")]
    node_id: Option<String>,
    /// How many steps stood when the session was read, as for a step.
    answered: Option<u32>,
}

/// Notes that replace the session's notes whole.
#[derive(ToSchema)]
pub(crate) struct NewNotes {
    /// At most 262,144 bytes as compact JSON. The order of keys is kept.
    notes: Vec<Map<String, Value>>,
}

/// How a walk ends solved.
#[derive(ToSchema)]
pub(crate) struct Resolve {
    /// Whether the walk was what helped.
    helpful: bool,
    /// How the problem was solved; may be empty.
    #[schema(max_length = 65_536)]
    resolution_notes: String,
}

/// Why an engineer takes over.
#[derive(ToSchema)]
pub(crate) struct Escalate {
    /// The kind of reason. Not blank.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S")]
    reason_category: String,
    /// Why.
    #[schema(max_length = 16_384)]
    reason: Option<String>,
}

/// A call that goes to an engineer at once.
#[derive(ToSchema)]
pub(crate) struct EscalateWithoutWalk {
    /// What the customer says is wrong. Not blank.
    #[schema(min_length = 1, max_length = 16_384, pattern = r"\S")]
    problem_statement: String,
    /// Who calls. Empty counts as missing.
    #[schema(max_length = 200)]
    customer_name: Option<String>,
    /// How to reach them. Empty counts as missing.
    #[schema(max_length = 320)]
    customer_contact: Option<String>,
    /// The kind of reason. Not blank.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S")]
    reason_category: String,
    /// Why.
    #[schema(max_length = 16_384)]
    reason: Option<String>,
}

/// The query of the active sessions.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActiveParams {
    /// Whether the sessions come with `walked_path` and `walk_notes`.
    #[param(default = true, required = false, nullable = false)]
    paths: Option<bool>,
}

/// The query of the queue.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct QueueParams {
    /// Only tickets with this status; empty or missing: all.
    #[param(inline, required = false)]
    status_filter: Option<StatusFilter>,
    /// The most tickets of the page.
    #[param(minimum = 1, maximum = 200, default = 50, required = false)]
    limit: Option<u16>,
    /// Where the page begins: taken from the `Link` header of the page before, with the same `status_filter`.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
}

/// A ticket's status, or the empty text, which no derived enum can hold.
pub(crate) struct StatusFilter;

impl PartialSchema for StatusFilter {
    fn schema() -> RefOr<Schema> {
        let names = std::iter::once("").chain(domain::TicketStatus::ALL.into_iter().map(domain::TicketStatus::as_str));
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for StatusFilter {}

/// The session that a path names.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SessionPath {
    /// The session's id, in any spelling of a UUID.
    session_id: Uuid,
}

/// The query of a session's events.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionEventsParams {
    /// The most events of the page.
    #[param(minimum = 1, maximum = 1000, default = 1000, required = false)]
    limit: Option<u16>,
    /// Where the page begins: taken from the `Link` header of the page before.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
}

/// The ticket that a path names.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TicketPath {
    /// The ticket's id, in any spelling of a UUID.
    ticket_id: Uuid,
}
