//! Events of a session in JSON: one type a kind.

use chrono::{DateTime, Utc};
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::FlowId;
use firstline_domain::ids::FlowProposalId;
use firstline_domain::service::EventView;
use firstline_domain::session::NotesDigest;
use firstline_domain::session::{self as domain, EventData, event};
use firstline_domain::text::NodeId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::session::Step;
use crate::resources::literal::literals;
use crate::resources::names::{ActingAs, SessionKind, TicketKind};
use crate::respond::time;

/// Makes the types of the events, which differ in kind and particulars, and the type of any of them.
macro_rules! events {
    ($($(#[doc = $doc:literal])+ $kind:literal $variant:ident: $name:ident($data:ident $(<$life:lifetime>)?);)+) => {
        /// The kinds.
        mod kind {
            super::literals! { $($variant = $kind;)+ }
        }

        /// An accepted change of a session, by its `kind`.
        #[derive(Serialize, ToSchema)]
        #[serde(untagged)]
        #[schema(discriminator(property_name = "kind", mapping(
            $(($kind = concat!("#/components/schemas/", stringify!($name)))),+
        )))]
        pub(crate) enum Event<'a> {
            $($variant($name $(<$life>)?),)+
        }

        $(
            $(#[doc = $doc])+
            #[derive(Serialize, ToSchema)]
            pub(crate) struct $name $(<$life>)? {
                /// The number of the event in its session, from 1 without gaps.
                #[schema(minimum = 1)]
                seq: i64,
                #[schema(inline)]
                kind: kind::$variant,
                /// The details of the event.
                data: $data $(<$life>)?,
                /// The user who caused the event; null for the system.
                #[schema(required)]
                actor_user_id: Option<Uuid>,
                /// The capacity in which the user acted; null for an L1 technician and for the system.
                #[schema(required)]
                acting_as: Option<ActingAs>,
                /// When it happened.
                #[serde(serialize_with = "time")]
                at: DateTime<Utc>,
                /// The number of the event that undid this step; null where nothing undid it.
                #[schema(required, minimum = 1)]
                undone_by_seq: Option<i64>,
            }

            impl $(<$life>)? $name $(<$life>)? {
                fn of(EventView { event, undone_by_seq }: &EventView, data: $data $(<$life>)?) -> Self {
                    Self {
                        seq: event.seq,
                        kind: kind::$variant,
                        data,
                        actor_user_id: event.actor_user_id.map(|id| id.as_uuid()),
                        acting_as: event.acting_as.map(ActingAs::from),
                        at: event.at,
                        undone_by_seq: *undone_by_seq,
                    }
                }
            }
        )+
    };
}

events! {
    /// The session began. Always the first event.
    "started" Started: StartedEvent(SessionStarted<'a>);
    /// A question was answered.
    "step_recorded" StepRecorded: StepRecordedEvent(RecordedStep<'a>);
    /// The newest step that still stood was undone.
    "step_undone" StepUndone: StepUndoneEvent(UndoneStep<'a>);
    /// The notes were replaced. Their text is not part of the event.
    "notes_replaced" NotesReplaced: NotesReplacedEvent(ReplacedNotes<'a>);
    /// The walk ended with the problem solved.
    "resolved" Resolved: ResolvedEvent(Resolution<'a>);
    /// The walk ended, and an engineer took over.
    "escalated" Escalated: EscalatedEvent(Escalation<'a>);
    /// The call went to an engineer without a walk.
    "escalated_without_walk" EscalatedWithoutWalk: EscalatedWithoutWalkEvent(Escalation<'a>);
    /// The walk ended because nothing was saved in it for too long.
    "abandoned" Abandoned: AbandonedEvent(Abandonment);
}

/// How a session began.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionStarted<'a> {
    /// What is walked: a flow, a flow proposal, or nothing.
    session_kind: SessionKind,
    /// The flow that is walked; null unless the kind is `flow`.
    #[schema(required)]
    flow_id: Option<Uuid>,
    /// The flow proposal that is walked; null unless the kind is `proposal`.
    #[schema(required)]
    flow_proposal_id: Option<Uuid>,
    /// The version of the flow that is walked; null unless the walk is guided.
    #[schema(required, minimum = 1)]
    flow_version: Option<u32>,
    /// The node that the walk begins at; null unless the walk is guided.
    #[schema(required)]
    next_node_id: Option<&'a str>,
    /// The ticket that the session belongs to.
    ticket_id: Uuid,
    /// Where the ticket is kept.
    ticket_kind: TicketKind,
    /// The user who started the session.
    created_by_user_id: Uuid,
}

/// The step that was recorded.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordedStep<'a> {
    /// The node that was answered.
    node_id: &'a str,
    /// The question as it was asked.
    question: &'a str,
    /// The answer as it was given; in a guided walk its label.
    answer: &'a str,
    /// The technician's remark; null where there is none.
    #[schema(required)]
    note: Option<&'a str>,
    /// When the step was recorded.
    #[serde(serialize_with = "time")]
    answered_at: DateTime<Utc>,
    /// The id of the answer; missing unless the walk is guided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answer_id: Option<&'a str>,
    /// The node that the answer leads to; missing unless the walk is guided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_node_id: Option<&'a str>,
}

/// The step that was undone.
#[derive(Serialize, ToSchema)]
pub(crate) struct UndoneStep<'a> {
    /// The node that the step had answered.
    node_id: &'a str,
}

/// What an event keeps of notes: their size and a digest, not their text.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReplacedNotes<'a> {
    /// The number of notes.
    #[schema(maximum = 87_381)]
    count: u32,
    /// Their size in bytes, as compact JSON.
    #[schema(maximum = 262_144)]
    bytes: u32,
    /// SHA-256 of those bytes, in lower-case hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: &'a str,
}

/// How a walk ended solved.
#[derive(Serialize, ToSchema)]
pub(crate) struct Resolution<'a> {
    /// Whether the walk helped.
    helpful: bool,
    /// How the problem was solved; may be empty.
    resolution_notes: &'a str,
}

/// Why an engineer took over.
#[derive(Serialize, ToSchema)]
pub(crate) struct Escalation<'a> {
    /// Why an engineer took over; empty where no reason was given.
    reason: &'a str,
    /// The kind of reason.
    reason_category: &'a str,
}

/// The details of an abandoned session: there are none.
#[derive(Serialize, ToSchema)]
pub(crate) struct Abandonment {}

impl<'a> From<&'a EventView> for Event<'a> {
    fn from(view: &'a EventView) -> Self {
        match &view.event.data {
            EventData::Started(started) => Self::Started(StartedEvent::of(view, started.into())),
            EventData::StepRecorded(step) => Self::StepRecorded(StepRecordedEvent::of(view, step.into())),
            EventData::StepUndone(undone) => {
                let data = UndoneStep { node_id: undone.node_id.as_str() };
                Self::StepUndone(StepUndoneEvent::of(view, data))
            }
            EventData::NotesReplaced(digest) => Self::NotesReplaced(NotesReplacedEvent::of(view, digest.into())),
            EventData::Resolved(resolved) => Self::Resolved(ResolvedEvent::of(view, resolved.into())),
            EventData::Escalated(escalated) => Self::Escalated(EscalatedEvent::of(view, escalated.into())),
            EventData::EscalatedWithoutWalk(escalated) => {
                Self::EscalatedWithoutWalk(EscalatedWithoutWalkEvent::of(view, escalated.into()))
            }
            EventData::Abandoned => Self::Abandoned(AbandonedEvent::of(view, Abandonment {})),
        }
    }
}

impl<'a> From<&'a domain::Started> for SessionStarted<'a> {
    fn from(started: &'a domain::Started) -> Self {
        Self {
            session_kind: started.target.kind().into(),
            flow_id: started.target.flow_id().map(FlowId::as_uuid),
            flow_proposal_id: started.target.flow_proposal_id().map(FlowProposalId::as_uuid),
            flow_version: started.flow_version.map(VersionNumber::get),
            next_node_id: started.next_node_id.as_ref().map(NodeId::as_str),
            ticket_id: started.ticket_id.as_uuid(),
            ticket_kind: started.ticket_kind.into(),
            created_by_user_id: started.created_by.as_uuid(),
        }
    }
}

impl<'a> From<&'a domain::Step> for RecordedStep<'a> {
    fn from(step: &'a domain::Step) -> Self {
        let Step { node_id, question, answer, note, answered_at, answer_id, next_node_id } = step.into();
        Self { node_id, question, answer, note, answered_at, answer_id, next_node_id }
    }
}

impl<'a> From<&'a NotesDigest> for ReplacedNotes<'a> {
    fn from(NotesDigest { count, bytes, sha256 }: &'a NotesDigest) -> Self {
        Self { count: *count, bytes: *bytes, sha256 }
    }
}

impl<'a> From<&'a event::Resolved> for Resolution<'a> {
    fn from(resolved: &'a event::Resolved) -> Self {
        Self { helpful: resolved.helpful, resolution_notes: resolved.resolution_notes.as_str() }
    }
}

impl<'a> From<&'a event::Escalated> for Escalation<'a> {
    fn from(escalated: &'a event::Escalated) -> Self {
        Self { reason: escalated.reason.as_str(), reason_category: escalated.reason_category.as_str() }
    }
}
