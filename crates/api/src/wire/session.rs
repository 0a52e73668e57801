//! Sessions in answers. The notes are copied as the JSON text that is stored: neither parsed nor written anew.

use actix_web::HttpResponse;
use firstline_domain::account::ActingAs;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::flow::tree::AnswerId;
use firstline_domain::flow::walk::{Progress, Walk, WalkNode};
use firstline_domain::ids::{FlowId, FlowProposalId, SessionId, TicketId, UserId};
use firstline_domain::service::{ListedView, SessionView, WalkBegun};
use firstline_domain::session::{Header, SessionState, Step};
use firstline_domain::text::{Answer, NodeId, Question, StepNote};
use serde::Serialize;

use super::{Time, append, append_array, append_members};
use crate::observe::json;
use crate::problem::Problem;

/// The first members, up to the path.
#[derive(Serialize)]
struct Head<'a> {
    id: SessionId,
    session_kind: &'static str,
    flow_id: Option<FlowId>,
    flow_proposal_id: Option<FlowProposalId>,
    current_node_id: Option<&'a str>,
}

/// The members after path and notes.
#[derive(Serialize)]
struct Tail<'a> {
    status: &'static str,
    started_at: Time,
    last_step_at: Time,
    resolved_at: Option<Time>,
    ticket_id: TicketId,
    ticket_kind: &'static str,
    acting_as: Option<&'static str>,
    created_by_user_id: UserId,
    helpful: Option<bool>,
    resolution_notes: Option<&'a str>,
    escalation_reason: Option<&'a str>,
    escalation_reason_category: Option<&'a str>,
    escalated_at: Option<Time>,
    version: i64,
    flow_version: Option<VersionNumber>,
    next_node: Option<&'a WalkNode>,
    progress: Option<Progress>,
}

impl<'a> Head<'a> {
    fn of(header: &'a Header) -> Self {
        Self {
            id: header.id,
            session_kind: header.target.kind().as_str(),
            flow_id: header.target.flow_id(),
            flow_proposal_id: header.target.flow_proposal_id(),
            current_node_id: header.current_node_id.as_ref().map(NodeId::as_str),
        }
    }
}

impl<'a> Tail<'a> {
    fn of(header: &'a Header, walk: Option<&'a Walk>) -> Self {
        let tail = Self {
            status: header.state.status().as_str(),
            started_at: Time(header.started_at),
            last_step_at: Time(header.last_step_at),
            resolved_at: None,
            ticket_id: header.ticket_id,
            ticket_kind: header.ticket_kind.as_str(),
            acting_as: header.acting_as.map(ActingAs::as_str),
            created_by_user_id: header.created_by,
            helpful: None,
            resolution_notes: None,
            escalation_reason: None,
            escalation_reason_category: None,
            escalated_at: None,
            version: header.version,
            flow_version: header.flow_version,
            next_node: walk.and_then(Walk::node),
            progress: walk.map(Walk::progress),
        };
        match &header.state {
            SessionState::Active | SessionState::Abandoned { .. } => tail,
            SessionState::Resolved { helpful, resolution_notes, at } => Self {
                helpful: Some(*helpful),
                resolution_notes: Some(resolution_notes.as_str()),
                resolved_at: Some(Time(*at)),
                ..tail
            },
            SessionState::Escalated { reason, reason_category, at } => Self {
                escalation_reason: Some(reason.as_str()),
                escalation_reason_category: Some(reason_category.as_str()),
                escalated_at: Some(Time(*at)),
                ..tail
            },
        }
    }
}

/// A step with its nulls, which a store does without.
#[derive(Serialize)]
struct StepJson<'a> {
    node_id: &'a NodeId,
    question: &'a Question,
    answer: &'a Answer,
    note: Option<&'a StepNote>,
    answered_at: Time,
    answer_id: Option<&'a AnswerId>,
    next_node_id: Option<&'a NodeId>,
}

fn append_step(out: &mut Vec<u8>, step: &Step) -> Result<(), Problem> {
    let step = StepJson {
        node_id: &step.node_id,
        question: &step.question,
        answer: &step.answer,
        note: step.note.as_ref(),
        answered_at: Time(step.answered_at),
        answer_id: step.answer_id.as_ref(),
        next_node_id: step.next_node_id.as_ref(),
    };
    append(out, &step)
}

/// A whole session.
pub(crate) fn append_session(out: &mut Vec<u8>, SessionView { session, walk }: &SessionView) -> Result<(), Problem> {
    append(out, &Head::of(&session.header))?;
    out.pop();
    out.extend_from_slice(b",\"walked_path\":");
    append_array(out, &session.path, append_step)?;
    out.extend_from_slice(b",\"walk_notes\":");
    out.extend_from_slice(session.walk_notes.as_json().as_bytes());
    append_members(out, &Tail::of(&session.header, walk.as_ref()))
}

/// A session without path and notes. `walk` is where it stands, while it is active and guided.
pub(super) fn append_header(out: &mut Vec<u8>, header: &Header, walk: Option<&Walk>) -> Result<(), Problem> {
    append(out, &Head::of(header))?;
    out.pop();
    append_members(out, &Tail::of(header, walk))
}

/// About how many bytes the JSON of a session has: asked for once instead of grown into.
pub(crate) fn estimate(view: &ListedView) -> usize {
    let (header, walk) = match view {
        ListedView::Whole(view) => (&view.session.header, &view.walk),
        ListedView::Header { header, walk } => (header, walk),
    };
    size_of(header, walk.as_ref())
}

fn size_of(header: &Header, walk: Option<&Walk>) -> usize {
    let node = if walk.is_some() { 1_024 } else { 0 };
    1_024 + usize::try_from(header.text_bytes()).unwrap_or_default() + node
}

/// The answer with one session.
pub(crate) fn session_answer(view: &SessionView) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(size_of(&view.session.header, view.walk.as_ref()));
    append_session(&mut out, view)?;
    Ok(json(out))
}

/// The answer with several, each as it was listed: whole, or without path and notes.
pub(crate) fn listed_answer(views: &[ListedView]) -> Result<HttpResponse, Problem> {
    let sizes = views.iter().map(|view| match view {
        ListedView::Whole(_) => estimate(view),
        ListedView::Header { .. } => 2_048,
    });
    let mut out = Vec::with_capacity(2 + sizes.sum::<usize>());
    append_array(&mut out, views, |out, view| match view {
        ListedView::Whole(view) => append_session(out, view),
        ListedView::Header { header, walk } => append_header(out, header, walk.as_ref()),
    })?;
    Ok(json(out))
}

#[derive(Serialize)]
struct Begun {
    session_id: SessionId,
    session_kind: &'static str,
    ticket_id: TicketId,
    ticket_kind: &'static str,
}

/// The answer when a walk has begun.
pub(crate) fn walk_begun_answer(begun: &WalkBegun) -> Result<HttpResponse, Problem> {
    let header = &begun.session.header;
    let begun = Begun {
        session_id: header.id,
        session_kind: header.target.kind().as_str(),
        ticket_id: header.ticket_id,
        ticket_kind: header.ticket_kind.as_str(),
    };
    let mut out = Vec::with_capacity(256);
    append(&mut out, &begun)?;
    Ok(json(out))
}
