//! Sessions in JSON.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::flow::tree::AnswerId;
use firstline_domain::flow::walk;
use firstline_domain::ids::FlowId;
use firstline_domain::ids::FlowProposalId;
use firstline_domain::service::{self, ListedView, SessionView};
use firstline_domain::session::{self as domain, SessionState};
use firstline_domain::text::{NodeId, StepNote};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::openapi::schema::{AdditionalProperties, AnyOfBuilder};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::next_node::{NextNode, Progress};
use crate::resources::names::{ActingAs, SessionKind, SessionStatus, TicketKind};
use crate::respond::{Unwritten, json, time};

/// A walk session.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session<'a> {
    #[serde(flatten)]
    target: SessionTarget<'a>,
    /// The steps that are not undone, oldest first.
    walked_path: Vec<Step<'a>>,
    /// The notes. The members of each note keep the order in which they were sent.
    // The JSON text as it is stored: it is not parsed again.
    #[schema(value_type = Vec<Note>)]
    walk_notes: &'a RawValue,
    #[serde(flatten)]
    state: SessionDetails<'a>,
}

/// A walk session without its path and notes.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionSummary<'a> {
    #[serde(flatten)]
    target: SessionTarget<'a>,
    #[serde(flatten)]
    state: SessionDetails<'a>,
}

/// The members of a session before its path.
#[derive(Serialize, ToSchema)]
struct SessionTarget<'a> {
    /// The id of the session.
    id: Uuid,
    /// What is walked: a flow, a flow proposal, or nothing.
    session_kind: SessionKind,
    /// The flow that is walked; null unless the kind is `flow`.
    #[schema(required)]
    flow_id: Option<Uuid>,
    /// The flow proposal that is walked; null unless the kind is `proposal`.
    #[schema(required)]
    flow_proposal_id: Option<Uuid>,
    /// The node of the newest step that is not undone; null before the first step.
    #[schema(required)]
    current_node_id: Option<&'a str>,
}

/// The members of a session after its notes.
#[derive(Serialize, ToSchema)]
struct SessionDetails<'a> {
    /// The state of the session.
    status: SessionStatus,
    /// When the session began.
    #[serde(serialize_with = "time")]
    started_at: DateTime<Utc>,
    /// When the last step or note was saved; `started_at` before the first.
    #[serde(serialize_with = "time")]
    last_step_at: DateTime<Utc>,
    /// When the problem was solved; null unless the status is `resolved`.
    #[serde(serialize_with = "time")]
    #[schema(required)]
    resolved_at: Option<DateTime<Utc>>,
    /// The ticket that the session belongs to.
    ticket_id: Uuid,
    /// Where the ticket is kept.
    ticket_kind: TicketKind,
    /// The capacity in which the session was started; null for an L1 technician.
    #[schema(required)]
    acting_as: Option<ActingAs>,
    /// The user who started the session.
    created_by_user_id: Uuid,
    /// Whether the walk helped; null unless the status is `resolved`.
    #[schema(required)]
    helpful: Option<bool>,
    /// How the problem was solved; null unless the status is `resolved`.
    #[schema(required)]
    resolution_notes: Option<&'a str>,
    /// Why an engineer took over; null unless the status is `escalated`, empty where no reason was given.
    #[schema(required)]
    escalation_reason: Option<&'a str>,
    /// The kind of that reason; null unless the status is `escalated`.
    #[schema(required)]
    escalation_reason_category: Option<&'a str>,
    /// When an engineer took over; null unless the status is `escalated`.
    #[serde(serialize_with = "time")]
    #[schema(required)]
    escalated_at: Option<DateTime<Utc>>,
    /// The number of the newest event.
    #[schema(minimum = 1)]
    version: i64,
    /// The version of the flow that is walked, fixed when the walk began; null unless the walk is guided.
    #[schema(required, minimum = 1)]
    flow_version: Option<u32>,
    /// The question or instruction that comes next, or the end that the walk has reached; null unless the session is
    /// active and guided.
    #[schema(required)]
    next_node: Option<NextNode<'a>>,
    /// How far the walk is; null unless the session is active and guided.
    #[schema(required)]
    progress: Option<Progress>,
}

/// One answered question.
#[derive(Serialize, ToSchema)]
pub(crate) struct Step<'a> {
    /// The node that was answered.
    pub(super) node_id: &'a str,
    /// The question as it was asked.
    pub(super) question: &'a str,
    /// The answer as it was given; in a guided walk its label.
    pub(super) answer: &'a str,
    /// The technician's remark; null where there is none.
    #[schema(required)]
    pub(super) note: Option<&'a str>,
    /// When the step was recorded.
    #[serde(serialize_with = "time")]
    pub(super) answered_at: DateTime<Utc>,
    /// The id of the answer; null unless the walk is guided.
    #[schema(required)]
    pub(super) answer_id: Option<&'a str>,
    /// The node that the answer leads to; null unless the walk is guided.
    #[schema(required)]
    pub(super) next_node_id: Option<&'a str>,
}

/// A note: an object of the client's own making.
pub(crate) enum Note {}

/// A session as a list has it.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum ListedSession<'a> {
    /// Whole.
    Whole(Box<Session<'a>>),
    /// Without its path and notes.
    Summary(Box<SessionSummary<'a>>),
}

/// A walk that has just begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct WalkBegun {
    /// The id of the new session.
    session_id: Uuid,
    /// What is walked: a flow, a flow proposal, or nothing.
    session_kind: SessionKind,
    /// The ticket that the session belongs to.
    ticket_id: Uuid,
    /// Where the ticket is kept.
    ticket_kind: TicketKind,
}

/// The answer with one session.
pub(crate) fn session_response(view: &SessionView) -> Result<HttpResponse, Unwritten> {
    json(&Session::from(view), size_of(&view.session.header, view.walk.as_ref()))
}

/// The answer when a walk has begun.
pub(crate) fn walk_begun_response(begun: &service::WalkBegun) -> Result<HttpResponse, Unwritten> {
    json(&WalkBegun::from(&begun.session.header), 256)
}

/// About how many bytes the JSON of a session has: asked for once instead of grown into.
pub(crate) fn estimate(view: &ListedView) -> usize {
    let (header, walk) = match view {
        ListedView::Whole(view) => (&view.session.header, &view.walk),
        ListedView::Header { header, walk } => (header, walk),
    };
    size_of(header, walk.as_ref())
}

fn size_of(header: &domain::Header, walk: Option<&walk::Walk>) -> usize {
    let node = if walk.is_some() { 1_024 } else { 0 };
    1_024 + usize::try_from(header.text_bytes()).unwrap_or_default() + node
}

impl From<&domain::Header> for WalkBegun {
    fn from(header: &domain::Header) -> Self {
        Self {
            session_id: header.id.as_uuid(),
            session_kind: header.target.kind().into(),
            ticket_id: header.ticket_id.as_uuid(),
            ticket_kind: header.ticket_kind.into(),
        }
    }
}

impl<'a> From<&'a SessionView> for Session<'a> {
    fn from(SessionView { session, walk }: &'a SessionView) -> Self {
        Self {
            target: (&session.header).into(),
            walked_path: session.path.iter().map(Step::from).collect(),
            walk_notes: session.walk_notes.as_raw_json(),
            state: SessionDetails::of(&session.header, walk.as_ref()),
        }
    }
}

impl<'a> SessionSummary<'a> {
    /// `walk` is where the session stands, while it is active and guided.
    pub(crate) fn of(header: &'a domain::Header, walk: Option<&'a walk::Walk>) -> Self {
        Self { target: header.into(), state: SessionDetails::of(header, walk) }
    }
}

impl<'a> From<&'a ListedView> for ListedSession<'a> {
    fn from(view: &'a ListedView) -> Self {
        match view {
            ListedView::Whole(view) => Self::Whole(Box::new(Session::from(view))),
            ListedView::Header { header, walk } => Self::Summary(Box::new(SessionSummary::of(header, walk.as_ref()))),
        }
    }
}

impl PartialSchema for Note {
    fn schema() -> RefOr<Schema> {
        let note = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(true)));
        note.description(Some("A note: any JSON object, without the character U+0000 in any text or key.")).into()
    }
}

impl ToSchema for Note {}

impl PartialSchema for ListedSession<'_> {
    fn schema() -> RefOr<Schema> {
        let schema = AnyOfBuilder::new().description(Some("A session: whole, or without its path and notes."));
        let schema = schema.item(Ref::from_schema_name(Session::name()));
        schema.item(Ref::from_schema_name(SessionSummary::name())).into()
    }
}

impl ToSchema for ListedSession<'_> {
    fn name() -> std::borrow::Cow<'static, str> {
        "ListedSession".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Session::name().into(), Session::schema()));
        schemas.push((SessionSummary::name().into(), SessionSummary::schema()));
        Session::schemas(schemas);
        SessionSummary::schemas(schemas);
    }
}

impl<'a> From<&'a domain::Header> for SessionTarget<'a> {
    fn from(header: &'a domain::Header) -> Self {
        Self {
            id: header.id.as_uuid(),
            session_kind: header.target.kind().into(),
            flow_id: header.target.flow_id().map(FlowId::as_uuid),
            flow_proposal_id: header.target.flow_proposal_id().map(FlowProposalId::as_uuid),
            current_node_id: header.current_node_id.as_ref().map(NodeId::as_str),
        }
    }
}

impl<'a> SessionDetails<'a> {
    fn of(header: &'a domain::Header, walk: Option<&'a walk::Walk>) -> Self {
        let details = Self {
            status: header.state.status().into(),
            started_at: header.started_at,
            last_step_at: header.last_step_at,
            resolved_at: None,
            ticket_id: header.ticket_id.as_uuid(),
            ticket_kind: header.ticket_kind.into(),
            acting_as: header.acting_as.map(ActingAs::from),
            created_by_user_id: header.created_by.as_uuid(),
            helpful: None,
            resolution_notes: None,
            escalation_reason: None,
            escalation_reason_category: None,
            escalated_at: None,
            version: header.version,
            flow_version: header.flow_version.map(VersionNumber::get),
            next_node: walk.and_then(walk::Walk::node).map(NextNode::from),
            progress: walk.map(|walk| walk.progress().into()),
        };
        match &header.state {
            SessionState::Active | SessionState::Abandoned { .. } => details,
            SessionState::Resolved { helpful, resolution_notes, at } => Self {
                helpful: Some(*helpful),
                resolution_notes: Some(resolution_notes.as_str()),
                resolved_at: Some(*at),
                ..details
            },
            SessionState::Escalated { reason, reason_category, at } => Self {
                escalation_reason: Some(reason.as_str()),
                escalation_reason_category: Some(reason_category.as_str()),
                escalated_at: Some(*at),
                ..details
            },
        }
    }
}

impl<'a> From<&'a domain::Step> for Step<'a> {
    fn from(step: &'a domain::Step) -> Self {
        Self {
            node_id: step.node_id.as_str(),
            question: step.question.as_str(),
            answer: step.answer.as_str(),
            note: step.note.as_ref().map(StepNote::as_str),
            answered_at: step.answered_at,
            answer_id: step.answer_id.as_ref().map(AnswerId::as_str),
            next_node_id: step.next_node_id.as_ref().map(NodeId::as_str),
        }
    }
}
