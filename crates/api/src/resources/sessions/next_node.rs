//! Where a guided walk stands, in JSON.

use firstline_domain::flow::walk;
use firstline_domain::text::{HelpText, ReasonCategory};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::AnswerChoice;

/// The node that a guided walk stands at.
#[derive(Serialize, ToSchema)]
pub(crate) struct NextNode<'a> {
    /// Its id; those of a sub-flow are named `call/node`.
    id: &'a str,
    kind: NodeKind,
    /// What to ask or to do; of an end the suggested text.
    #[schema(required)]
    text: Option<&'a str>,
    /// How to do it.
    #[schema(required)]
    help: Option<&'a str>,
    /// The suggested kind of reason; of an end that escalates only.
    #[schema(required)]
    reason_category: Option<&'a str>,
    /// The answers that it takes; an instruction has one, an end none.
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
    /// How many steps stand.
    answered: u32,
    /// How many steps the shortest way to an end still takes; 0 at an end.
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
