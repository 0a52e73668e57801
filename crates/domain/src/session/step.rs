//! One answered question.

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::flow::tree::AnswerId;
use crate::text::{Answer, NodeId, Question, StepNote};

/// One answered question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The node that was answered.
    pub node_id: NodeId,
    /// The question: of a guided step the node's own words, else as it was asked.
    pub question: Question,
    /// The answer: of a guided step the label of the answer that was meant, else as it was given.
    pub answer: Answer,
    /// The technician's remark.
    #[serde(default)]
    pub note: Option<StepNote>,
    /// When: the time of the step's event. RFC 3339, UTC, microseconds.
    #[serde(with = "crate::clock::rfc3339_micros")]
    pub answered_at: Instant,
    /// Of a guided step, the id of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_id: Option<AnswerId>,
    /// Of a guided step, the node that the answer leads to: so a history tells where its walk stood without the flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_node_id: Option<NodeId>,
}

impl Step {
    /// How many bytes of text the step adds to its session.
    #[must_use]
    pub fn text_bytes(&self) -> u64 {
        let note = self.note.as_ref().map_or(0, |note| note.as_str().len());
        let bytes = self.node_id.as_str().len() + self.question.as_str().len() + self.answer.as_str().len() + note;
        bytes as u64
    }
}
