//! Where a guided walk stands, in JSON.

use firstline_domain::flow::walk;
use firstline_domain::text::{HelpText, ReasonCategory};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::AnswerChoice;

/// The node that a guided walk stands at.
#[derive(Serialize, ToSchema)]
pub(crate) struct NextNode<'a> {
    /// The id of the node. A node of a sub-flow is named `call/node`.
    id: &'a str,
    /// What the node asks for.
    kind: NodeKind,
    /// The question or instruction; of an end the suggested text, null where there is none.
    #[schema(required)]
    text: Option<&'a str>,
    /// How to carry it out; null where the flow has no help for it.
    #[schema(required)]
    help: Option<&'a str>,
    /// The suggested kind of reason; null unless the node is an end that escalates.
    #[schema(required)]
    reason_category: Option<&'a str>,
    /// The answers that the node takes; an instruction has one, an end none.
    answers: Vec<AnswerChoice<'a>>,
}

/// What a node asks for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum NodeKind {
    Question,
    Instruction,
    Resolved,
    Escalate,
}

/// How far a guided walk is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Progress {
    /// The number of steps that are not undone.
    #[schema(maximum = 2_000)]
    answered: u32,
    /// The number of steps that the shortest way to an end still takes; 0 at an end.
    #[schema(maximum = 500)]
    shortest_remaining: u32,
}

impl<'a> From<&'a walk::WalkNode> for NextNode<'a> {
    fn from(node: &'a walk::WalkNode) -> Self {
        Self {
            id: node.id.as_str(),
            kind: (&node.content).into(),
            text: node.text(),
            help: node.help().map(HelpText::as_str),
            reason_category: node.reason_category().map(ReasonCategory::as_str),
            answers: node.answers().iter().map(AnswerChoice::from).collect(),
        }
    }
}

impl From<&walk::Content> for NodeKind {
    fn from(content: &walk::Content) -> Self {
        match content {
            walk::Content::Ask { kind: walk::AskKind::Question, .. } => Self::Question,
            walk::Content::Ask { kind: walk::AskKind::Instruction, .. } => Self::Instruction,
            walk::Content::Resolved { .. } => Self::Resolved,
            walk::Content::Escalate { .. } => Self::Escalate,
        }
    }
}

impl From<walk::Progress> for Progress {
    fn from(walk::Progress { answered, shortest_remaining }: walk::Progress) -> Self {
        Self { answered, shortest_remaining }
    }
}
