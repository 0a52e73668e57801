//! What requests about walk sessions say.

use std::borrow::Cow;

use firstline_domain::ids::SessionId;
use firstline_domain::paging::SessionEventLimit;
use firstline_domain::service;
use firstline_domain::session::{Command, Notes, NulInNotes, Target, WalkRequest};
use firstline_domain::text::{
    Answer, CustomerContact, CustomerName, EscalationReason, NodeId, ProblemStatement, Question, ReasonCategory,
    ResolutionNotes, StepNote,
};
use firstline_domain::ticket::CallDetails;
use serde_json::Value;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::session::Note;
use crate::input::described::Components;
use crate::input::{Described, JsonValue, Member, ParamValue, Reader, Shared, params, request, texts};
use crate::paging::List;

params! {
    /// The session that a path names.
    pub(crate) struct SessionPath in Path {
        /// The session's id, in any spelling of a UUID.
        session_id: SessionId,
    }

    /// The query of the active sessions.
    pub(crate) struct ActiveParams in Query {
        /// Whether the sessions come with `walked_path` and `walk_notes`.
        paths: Option<DefaultTrue>,
    }
}

request! {
    /// Who calls, and what about.
    pub(crate) struct Caller {
        /// What the customer says is wrong. Not blank.
        problem_statement: ProblemStatement,
        /// The name of the caller. Empty counts as missing.
        customer_name: Option<CustomerName>,
        /// How to reach the caller. Empty counts as missing.
        customer_contact: Option<CustomerContact>,
    }

    /// A call that comes in. At most one of `flow_id` and `flow_proposal_id` may be given; with neither the walk is ad
    /// hoc.
    pub(crate) struct Intake {
        caller: Shared<Caller>,
        target: Target,
    }

    /// What to walk. At most one of `flow_id` and `flow_proposal_id` may be given; with neither the walk is ad hoc.
    pub(crate) struct Walk {
        target: Target,
    }

    /// An answered question.
    pub(crate) struct NewStep {
        /// The node that was answered. Not blank.
        node_id: NodeId,
        /// The question as it was asked. Not blank. Required, unless the walk is guided: a guided walk records the
        /// flow's own question.
        question: UnlessGuided,
        /// The answer as it was given; in a guided walk the id, key or label of an answer of the node. Not blank.
        answer: Answer,
        /// The technician's remark.
        note: Option<StepNote>,
        /// The number of steps that the caller last saw: `progress.answered`, or the length of `walked_path`. If given,
        /// the step is refused where another number of steps stands, even if the walk stands at the same node again.
        answered: Option<u32>,
    }

    /// Which step to undo.
    pub(crate) struct Undo {
        /// The node of the newest step. Not blank. If given, of two simultaneous requests only one undoes the step.
        node_id: Option<NodeId>,
        /// The number of steps that the caller last saw, as for a step.
        answered: Option<u32>,
    }

    /// Notes that replace all of the session's notes.
    pub(crate) struct NewNotes {
        /// At most 262,144 bytes as compact JSON. The members of each note keep their order.
        notes: Notes,
    }

    /// How the problem was solved.
    pub(crate) struct Resolve {
        /// Whether the walk helped.
        helpful: bool,
        /// How the problem was solved; may be empty.
        resolution_notes: ResolutionNotes,
    }

    /// Why an engineer takes over.
    pub(crate) struct Escalate {
        /// The kind of reason. Not blank.
        reason_category: ReasonCategory,
        /// Why. Missing counts as empty.
        reason: Option<EscalationReason>,
    }

    /// A call that goes to an engineer without a walk.
    pub(crate) struct EscalateWithoutWalk {
        caller: Shared<Caller>,
        escalation: Shared<Escalate>,
    }
}

texts! {
    Answer;
    CustomerContact missing if |value| value == "";
    CustomerName missing if |value| value == "";
    EscalationReason;
    NodeId;
    ProblemStatement;
    Question;
    ReasonCategory;
    ResolutionNotes;
    StepNote;
}

impl Member for Target {
    fn read(reader: &mut Reader<'_, '_>, _name: &'static str) -> Option<Self> {
        let (flow, proposal) = (reader.get("flow_id"), reader.get("flow_proposal_id"));
        let both = flow.is_some() && proposal.is_some();
        let flow = flow.map(|value| Uuid::take(reader, "flow_id", value));
        let proposal = proposal.map(|value| Uuid::take(reader, "flow_proposal_id", value));
        if both {
            return reader.refuse("flow_proposal_id", "must not be given together with flow_id".into());
        }
        match (flow, proposal) {
            (Some(id), _) => id.map(|id| Self::Flow(id.into())),
            (None, Some(id)) => id.map(|id| Self::Proposal(id.into())),
            (None, None) => Some(Self::Adhoc),
        }
    }

    fn describe(object: ObjectBuilder, _name: &'static str, _lines: &[&str]) -> ObjectBuilder {
        let flow = "The flow to walk; it must be published.";
        let object = <Option<Uuid> as Member>::describe(object, "flow_id", &[flow]);
        <Option<Uuid> as Member>::describe(object, "flow_proposal_id", &["The flow proposal to walk."])
    }

    fn components(_components: &mut Components) {}
}

/// The text of a question, which only a guided walk does without: whether it is one, the session tells later.
pub(crate) struct UnlessGuided(Option<Question>);

impl Member for UnlessGuided {
    fn read(reader: &mut Reader<'_, '_>, name: &'static str) -> Option<Self> {
        let question = <Option<Question> as Member>::read(reader, name)?;
        if question.is_none() {
            let pointer = reader.at().member(name).pointer();
            reader.dialect().add_possible(pointer, "is required, unless the walk is guided");
        }
        Some(Self(question))
    }

    fn describe(object: ObjectBuilder, name: &'static str, lines: &[&str]) -> ObjectBuilder {
        <Option<Question> as Member>::describe(object, name, lines)
    }

    fn components(_components: &mut Components) {}
}

impl Described for Notes {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(Ref::from_schema_name(Note::name())).into()
    }

    fn components(components: &mut Components) {
        components.push((Note::name().into(), <Note as PartialSchema>::schema()));
    }
}

impl JsonValue for Notes {
    fn take<'v>(reader: &mut Reader<'v, '_>, name: &'static str, value: &'v Value) -> Option<Self> {
        let Value::Array(items) = value else {
            return reader.refuse(name, "must be an array of objects".into());
        };
        let mut objects = 0;
        reader.each(name, items, |item, at, invalid| {
            if item.is_object() {
                objects += 1;
            } else {
                invalid.add(at.pointer(), "must be an object");
            }
            true
        });
        if objects < items.len() {
            return None;
        }
        let nul = |nul: NulInNotes| {
            let pointer = format!("{}{}", reader.at().member(name).pointer(), nul.pointer);
            reader.dialect().add(pointer, nul.to_string());
        };
        Self::of_objects(items).map_err(nul).ok()
    }
}

/// A switch that is on when nothing is said.
pub(crate) struct DefaultTrue(pub(crate) bool);

impl Described for DefaultTrue {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).default(Some(true.into())).into()
    }
}

impl ParamValue for DefaultTrue {
    fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        <bool as ParamValue>::parse(text).map(Self)
    }
}

/// The events of a session, as their cursors know them.
pub(crate) struct SessionEvents;

impl List for SessionEvents {
    const NAME: &'static str = "session events";
    const ROWS: &'static str = "events";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this session's events";
    const SAME: &'static str = "";
    type Query = ();
    type Filter = SessionId;
    type Limit = SessionEventLimit;
    type Key = i64;

    fn is_place(seq: &i64) -> bool {
        *seq >= 1
    }
}

impl From<Caller> for CallDetails {
    fn from(caller: Caller) -> Self {
        let Caller { problem_statement, customer_name, customer_contact } = caller;
        Self { problem_statement, customer_name, customer_contact }
    }
}

impl From<Intake> for service::Intake {
    fn from(Intake { caller: Shared(caller), target }: Intake) -> Self {
        Self { call: caller.into(), walk: target.into() }
    }
}

impl From<Walk> for WalkRequest {
    fn from(Walk { target }: Walk) -> Self {
        target.into()
    }
}

impl From<EscalateWithoutWalk> for service::EscalateWithoutWalk {
    fn from(EscalateWithoutWalk { caller: Shared(caller), escalation: Shared(why) }: EscalateWithoutWalk) -> Self {
        let reason = why.reason.unwrap_or_else(EscalationReason::none_given);
        Self { call: caller.into(), reason, reason_category: why.reason_category }
    }
}

impl From<NewStep> for Command {
    fn from(step: NewStep) -> Self {
        let NewStep { node_id, question: UnlessGuided(question), answer, note, answered } = step;
        Self::Step { node_id, question, answer, note, answered }
    }
}

impl From<Undo> for Command {
    fn from(Undo { node_id, answered }: Undo) -> Self {
        Self::Undo { node_id, answered }
    }
}

impl From<NewNotes> for Command {
    fn from(NewNotes { notes }: NewNotes) -> Self {
        Self::ReplaceNotes { notes }
    }
}

impl From<Resolve> for Command {
    fn from(Resolve { helpful, resolution_notes }: Resolve) -> Self {
        Self::Resolve { helpful, resolution_notes }
    }
}

/// A missing reason is the empty one.
impl From<Escalate> for Command {
    fn from(Escalate { reason_category, reason }: Escalate) -> Self {
        Self::Escalate { reason: reason.unwrap_or_else(EscalationReason::none_given), reason_category }
    }
}
