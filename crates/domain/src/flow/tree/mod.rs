//! A decision tree as its author writes it: nodes with ids of their own, and where each answer leads.
//!
//! A [`Tree`] is well formed: every text, id and key keeps its own rule. Whether its nodes fit together is asked of
//! [`check`](crate::flow::check::check), because a draft may be saved while it still has gaps.

mod ids;
mod language;

use crate::ids::FlowId;
use crate::text::{
    Answer, EscalationSuggestion, FlowDescription, HelpText, Keyword, Name, Question, ReasonCategory,
    ResolutionSuggestion,
};

pub use ids::{AnswerId, AnswerKey, IdDefect, LocalNodeId, MAX_ID_CHARS};
pub use language::Language;

/// A flow as its author writes it: what it is called and found by, and its nodes in the author's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// What people call the flow.
    pub name: Name,
    /// What it is for, in a sentence or two.
    pub description: Option<FlowDescription>,
    /// Words that a customer may use for the problem, for suggestions.
    pub keywords: Vec<Keyword>,
    /// The language that it is written in; `None` counts as English.
    pub language: Option<Language>,
    /// The node that a walk begins with.
    pub root: LocalNodeId,
    /// The nodes, in the author's order.
    pub nodes: Vec<Node>,
}

/// One node of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its id within the tree; it stays the same from version to version.
    pub id: LocalNodeId,
    /// What it does.
    pub body: NodeBody,
}

/// What a node does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeBody {
    /// Asks something; each answer leads on.
    Question {
        /// What to ask.
        prompt: Question,
        /// How to find out, for a technician who asks it for the first time.
        help: Option<HelpText>,
        /// The answers, in the order in which they are shown.
        answers: Vec<AnswerOption>,
    },
    /// Has something done, then goes on.
    Instruction {
        /// What to do.
        text: Question,
        /// How to do it, for a technician who does it for the first time.
        help: Option<HelpText>,
        /// What the button says that confirms it.
        done: Answer,
        /// The node that follows.
        next: LocalNodeId,
    },
    /// Runs another published flow, then goes on.
    SubFlow {
        /// That flow.
        flow: FlowId,
        /// The node that follows, whichever end the other flow came to.
        next: LocalNodeId,
    },
    /// An end: the problem is solved.
    Resolved {
        /// The resolution text that is suggested.
        text: ResolutionSuggestion,
    },
    /// An end: an engineer should take over.
    Escalate {
        /// The kind of reason that is suggested.
        reason_category: ReasonCategory,
        /// The reason that is suggested.
        text: Option<EscalationSuggestion>,
    },
}

/// One answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerOption {
    /// Its id within the question.
    pub id: AnswerId,
    /// What it says.
    pub label: Answer,
    /// The key that gives it.
    pub key: AnswerKey,
    /// The node that it leads to.
    pub next: LocalNodeId,
}

impl NodeBody {
    /// The kind's name in JSON.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Question { .. } => "question",
            Self::Instruction { .. } => "instruction",
            Self::SubFlow { .. } => "sub_flow",
            Self::Resolved { .. } => "resolved",
            Self::Escalate { .. } => "escalate",
        }
    }

    /// The nodes that it leads to, in order; none for an end.
    pub fn targets(&self) -> impl Iterator<Item = &LocalNodeId> {
        let (answers, next) = match self {
            Self::Question { answers, .. } => (answers.as_slice(), None),
            Self::Instruction { next, .. } | Self::SubFlow { next, .. } => (Default::default(), Some(next)),
            Self::Resolved { .. } | Self::Escalate { .. } => (Default::default(), None),
        };
        answers.iter().map(|answer| &answer.next).chain(next)
    }
}

impl Tree {
    /// The first node with that id.
    #[must_use]
    pub fn node(&self, id: &LocalNodeId) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// The flows that its sub-flow nodes run, each once, in the order of the nodes.
    #[must_use]
    pub fn calls(&self) -> Vec<FlowId> {
        let mut seen = std::collections::HashSet::new();
        let called = self.nodes.iter().filter_map(|node| match node.body {
            NodeBody::SubFlow { flow, .. } => Some(flow),
            _ => None,
        });
        called.filter(|flow| seen.insert(*flow)).collect()
    }
}
