//! What a walk shows of a node.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::flow::tree::{AnswerId, AnswerKey};
use crate::text::{Answer, EscalationSuggestion, HelpText, NodeId, Question, ReasonCategory, ResolutionSuggestion};

/// A node of a walk. Nodes of a sub-flow are named `call/node`, nested ones `call/call/node`.
///
/// In JSON: `id`, `kind` (`question`, `instruction`, `resolved`, `escalate`), `text`, `help`, `reason_category` and
/// `answers`, of which each has `id`, `key` and `label`; what a node does not have is null, or an empty list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkNode {
    /// Its name in the walk.
    pub id: NodeId,
    /// What it shows.
    pub content: Content,
}

/// What a node shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A question or an instruction: a step answers it.
    Ask {
        /// Which of the two.
        kind: AskKind,
        /// What to ask, or to do.
        prompt: Question,
        /// How.
        help: Option<HelpText>,
        /// The answers; an instruction has the one that confirms it, with the id `done` and the key 1.
        answers: Vec<Choice>,
    },
    /// An end: how to resolve is suggested.
    Resolved {
        /// The resolution text.
        text: ResolutionSuggestion,
    },
    /// An end: to escalate is suggested.
    Escalate {
        /// The kind of reason.
        reason_category: ReasonCategory,
        /// The reason.
        text: Option<EscalationSuggestion>,
    },
}

/// What a step is to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AskKind {
    /// Ask the customer, or look.
    Question,
    /// Do something and confirm it.
    Instruction,
}

/// An answer that a node has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Its id.
    pub id: AnswerId,
    /// The key that gives it.
    pub key: AnswerKey,
    /// What it says.
    pub label: Answer,
}

impl WalkNode {
    /// The kind's name in JSON.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match &self.content {
            Content::Ask { kind: AskKind::Question, .. } => "question",
            Content::Ask { kind: AskKind::Instruction, .. } => "instruction",
            Content::Resolved { .. } => "resolved",
            Content::Escalate { .. } => "escalate",
        }
    }

    /// The prompt, instruction, resolution or reason.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Ask { prompt, .. } => Some(prompt.as_str()),
            Content::Resolved { text } => Some(text.as_str()),
            Content::Escalate { text, .. } => text.as_ref().map(EscalationSuggestion::as_str),
        }
    }

    /// The help text.
    #[must_use]
    pub const fn help(&self) -> Option<&HelpText> {
        match &self.content {
            Content::Ask { help, .. } => help.as_ref(),
            Content::Resolved { .. } | Content::Escalate { .. } => None,
        }
    }

    /// The answers; none at an end.
    #[must_use]
    pub fn answers(&self) -> &[Choice] {
        match &self.content {
            Content::Ask { answers, .. } => answers,
            Content::Resolved { .. } | Content::Escalate { .. } => &[],
        }
    }

    /// The suggested category of an escalation.
    #[must_use]
    pub const fn reason_category(&self) -> Option<&ReasonCategory> {
        match &self.content {
            Content::Escalate { reason_category, .. } => Some(reason_category),
            Content::Ask { .. } | Content::Resolved { .. } => None,
        }
    }

    /// Whether the walk ends here: no step leads on.
    #[must_use]
    pub const fn is_end(&self) -> bool {
        matches!(self.content, Content::Resolved { .. } | Content::Escalate { .. })
    }
}

impl Serialize for WalkNode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("WalkNode", 6)?;
        object.serialize_field("id", &self.id)?;
        object.serialize_field("kind", self.kind())?;
        object.serialize_field("text", &self.text())?;
        object.serialize_field("help", &self.help())?;
        object.serialize_field("reason_category", &self.reason_category())?;
        object.serialize_field("answers", self.answers())?;
        object.end()
    }
}
