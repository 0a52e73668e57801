//! The shape of a tree: which node leads where. It can be made from a document with gaps too, so that one check finds
//! what is wrong with the texts and what is wrong with the ways.

use crate::flow::tree::{AnswerId, AnswerKey, AnswerOption, NodeBody, Tree};
use crate::ids::FlowId;
use crate::text::Answer;

/// The shape of a whole document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outline {
    /// The root, as the document writes it.
    pub(crate) root: Option<String>,
    /// The nodes by their index in the document.
    pub(crate) nodes: Vec<OutlineNode>,
}

/// The shape of a node. `None` stands for what could not be read; that is a defect already.
#[derive(Debug, Clone)]
pub(crate) struct OutlineNode {
    /// Its id, as the document writes it.
    pub(crate) id: Option<String>,
    /// Where it leads.
    pub(crate) ways: Ways,
}

/// Where a node leads.
#[derive(Debug, Clone)]
pub(crate) enum Ways {
    /// A question's answers.
    Question(Vec<OutlineAnswer>),
    /// An instruction's next node.
    Onward(Option<String>),
    /// A sub-flow and the node after it.
    Call { flow: Option<FlowId>, next: Option<String> },
    /// An end.
    End,
    /// It could not be read.
    Unknown,
}

/// The shape of an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutlineAnswer {
    pub(crate) id: Option<AnswerId>,
    pub(crate) label: Option<Answer>,
    pub(crate) key: Option<AnswerKey>,
    pub(crate) next: Option<String>,
}

impl Outline {
    /// The shape of a tree.
    pub(crate) fn of(tree: &Tree) -> Self {
        let nodes = tree.nodes.iter().map(|node| OutlineNode {
            id: Some(node.id.as_str().to_owned()),
            ways: match &node.body {
                NodeBody::Question { answers, .. } => Ways::Question(answers.iter().map(OutlineAnswer::of).collect()),
                NodeBody::Instruction { next, .. } => Ways::Onward(Some(next.as_str().to_owned())),
                NodeBody::SubFlow { flow, next } => {
                    Ways::Call { flow: Some(*flow), next: Some(next.as_str().to_owned()) }
                }
                NodeBody::Resolved { .. } | NodeBody::Escalate { .. } => Ways::End,
            },
        });
        Self { root: Some(tree.root.as_str().to_owned()), nodes: nodes.collect() }
    }
}

impl OutlineAnswer {
    fn of(answer: &AnswerOption) -> Self {
        Self {
            id: Some(answer.id.clone()),
            label: Some(answer.label.clone()),
            key: Some(answer.key),
            next: Some(answer.next.as_str().to_owned()),
        }
    }
}

impl Ways {
    /// Every way with the place of its target below the node's; `None` where the target could not be read.
    pub(crate) fn targets(&self) -> Vec<(WayPlace, Option<&str>)> {
        match self {
            Self::Question(answers) => {
                let ways = answers.iter().enumerate();
                ways.map(|(index, answer)| (WayPlace::Answer(index), answer.next.as_deref())).collect()
            }
            Self::Onward(next) | Self::Call { next, .. } => vec![(WayPlace::Next, next.as_deref())],
            Self::End | Self::Unknown => Vec::new(),
        }
    }
}

/// Which way out of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayPlace {
    /// The answer with that index.
    Answer(usize),
    /// The only one.
    Next,
}
