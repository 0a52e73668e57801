//! What a step and its undoing lead to.

use super::command::Command;
use super::event::{EventData, StepUndone};
use super::evolve::CorruptHistory;
use super::refusal::RefusalReason;
use super::state::{Header, MAX_STEP_BYTES, MAX_STEPS, Target};
use super::step::Step;
use crate::clock::Instant;
use crate::flow::walk::{CompiledFlow, GuidedStep, StepRefused};
use crate::text::{Answer, NodeId, Question, StepNote};

/// Why there is no event.
pub(super) enum Denied {
    /// A rule says no.
    Refused(RefusalReason),
    /// Session and flow do not belong together.
    Corrupt(CorruptHistory),
}

impl From<RefusalReason> for Denied {
    fn from(reason: RefusalReason) -> Self {
        Self::Refused(reason)
    }
}

/// A step as it comes in.
pub(super) struct NewStep {
    pub(super) node_id: NodeId,
    pub(super) question: Option<Question>,
    pub(super) answer: Answer,
    pub(super) note: Option<StepNote>,
    pub(super) answered: Option<u32>,
}

/// What a request lacks before it is looked at where the session stands: a field that this session's steps need.
pub(super) fn lacks(header: &Header, command: &Command) -> Option<RefusalReason> {
    match command {
        Command::Step { question: None, .. } if header.flow_version.is_none() => Some(RefusalReason::QuestionMissing),
        _ => None,
    }
}

/// Records a step: in a guided walk one that answers the node that the walk stands at, in the flow's own words.
pub(super) fn record(
    header: &Header,
    guide: Option<&CompiledFlow>,
    step: NewStep,
    at: Instant,
) -> Result<EventData, Denied> {
    not_ad_hoc(header)?;
    let NewStep { node_id, question, answer, note, answered } = step;
    let step = if header.flow_version.is_some() {
        guided(header, guide, &GuidedStep { node_id, answer }, note, at)?
    } else {
        let question = question.ok_or(RefusalReason::QuestionMissing)?;
        Step { node_id, question, answer, note, answered_at: at, answer_id: None, next_node_id: None }
    };
    stands_as_read(header, answered)?;
    if header.step_count >= MAX_STEPS {
        return Err(RefusalReason::StepLimitReached { max: MAX_STEPS }.into());
    }
    if header.step_bytes + step.text_bytes() > MAX_STEP_BYTES {
        return Err(RefusalReason::SessionTooLarge { max: MAX_STEP_BYTES }.into());
    }
    Ok(EventData::StepRecorded(step))
}

fn guided(
    header: &Header,
    guide: Option<&CompiledFlow>,
    step: &GuidedStep,
    note: Option<StepNote>,
    at: Instant,
) -> Result<Step, Denied> {
    let its_own = |flow: &&CompiledFlow| {
        header.target == Target::Flow(flow.flow_id()) && header.flow_version == Some(flow.version())
    };
    let stands_at = guide.filter(its_own).zip(header.next_node_id.as_ref());
    let (flow, current) = stands_at.ok_or(Denied::Corrupt(CorruptHistory::OffItsFlow))?;
    let taken = flow.answer(current, step).map_err(|refused| match refused {
        StepRefused::StepNotCurrent { expected } => RefusalReason::StepNotCurrent { expected }.into(),
        StepRefused::AnswerUnknown { answers } => RefusalReason::AnswerUnknown { answers }.into(),
        StepRefused::NodeUnknown => Denied::Corrupt(CorruptHistory::OffItsFlow),
    })?;
    Ok(Step {
        node_id: taken.node_id,
        question: taken.question,
        answer: taken.choice.label,
        note,
        answered_at: at,
        answer_id: Some(taken.choice.id),
        next_node_id: Some(taken.next),
    })
}

/// Takes the newest step back, if it is the one that is meant.
pub(super) fn undo(header: &Header, meant: Option<&NodeId>, answered: Option<u32>) -> Result<EventData, Denied> {
    not_ad_hoc(header)?;
    let newest = header.current_node_id.as_ref().ok_or(RefusalReason::NothingToUndo)?;
    if meant.is_some_and(|meant| meant != newest) {
        return Err(RefusalReason::StepNotCurrent { expected: newest.clone() }.into());
    }
    stands_as_read(header, answered)?;
    Ok(EventData::StepUndone(StepUndone { node_id: newest.clone() }))
}

/// Refuses who has read another number of steps than stand now, if they say which.
fn stands_as_read(header: &Header, answered: Option<u32>) -> Result<(), Denied> {
    let now = header.answered();
    if answered.is_some_and(|answered| answered != now) {
        return Err(RefusalReason::WalkMovedOn { answered: now }.into());
    }
    Ok(())
}

fn not_ad_hoc(header: &Header) -> Result<(), Denied> {
    match header.target {
        Target::Adhoc => Err(RefusalReason::AdhocSession.into()),
        Target::Flow(_) | Target::Proposal(_) => Ok(()),
    }
}
