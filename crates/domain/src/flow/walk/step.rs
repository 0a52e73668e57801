//! One guided step: what the technician sends, what is recorded of it, and what follows.

use std::sync::Arc;

use serde::Serialize;

use super::compiled::CompiledFlow;
use super::node::{Choice, Content, WalkNode};
use crate::text::{Answer, NodeId, Question, composed};

/// A step as it comes in: the node that was shown, and its answer by id, key or label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuidedStep {
    /// The node that was answered.
    pub node_id: NodeId,
    /// The answer's id, else its key, else its label, exactly.
    pub answer: Answer,
}

/// What is recorded of a guided step: the node's own words, not the client's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuidedAnswer {
    /// The node that was answered.
    pub node_id: NodeId,
    /// Its prompt.
    pub question: Question,
    /// The answer that was meant.
    pub choice: Choice,
    /// The node that follows.
    pub next: NodeId,
}

/// Why a step does not fit the flow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// The step answers another node than the walk stands at.
    #[error("the walk stands at another node: answer that one")]
    StepNotCurrent {
        /// The node that the walk stands at.
        expected: NodeId,
    },
    /// The node does not have that answer; at an end it has none.
    #[error("the node has no such answer: give one of its answers by id, key or label")]
    AnswerUnknown {
        /// The answers that it has.
        answers: Vec<Choice>,
    },
    /// The version has no node of the name that the walk is said to stand at: the session does not belong to it.
    #[error("the flow version has no such node")]
    NodeUnknown,
}

/// How far a walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// How many steps were taken.
    pub answered: u32,
    /// How many steps the shortest way to an end still takes; 0 at an end.
    pub shortest_remaining: u32,
}

impl CompiledFlow {
    /// Decides a step where the walk stands at `current`.
    ///
    /// # Errors
    /// [`StepRefused`] with what would fit.
    pub fn answer(&self, current: &NodeId, step: &GuidedStep) -> Result<GuidedAnswer, StepRefused> {
        let at = self.position(current).and_then(|at| self.nodes.get(at)).ok_or(StepRefused::NodeUnknown)?;
        if step.node_id != *current {
            return Err(StepRefused::StepNotCurrent { expected: current.clone() });
        }
        let unknown = || StepRefused::AnswerUnknown { answers: at.node.answers().to_vec() };
        let Content::Ask { prompt, answers, .. } = &at.node.content else { return Err(unknown()) };
        let chosen = meant(answers, step.answer.as_str()).ok_or_else(unknown)?;
        let choice = answers.get(chosen).ok_or_else(unknown)?.clone();
        let next = at.next.get(chosen).and_then(|next| self.nodes.get(*next)).ok_or(StepRefused::NodeUnknown)?;
        let (question, next) = (prompt.clone(), next.node.id.clone());
        Ok(GuidedAnswer { node_id: current.clone(), question, choice, next })
    }
}

/// The answer that `text` means: by id, then by key, then by exact label. A label with composed letters is meant by
/// decomposed ones too; the first of a version that has both.
fn meant(answers: &[Choice], text: &str) -> Option<usize> {
    let by_id = answers.iter().position(|choice| choice.id.as_str() == text);
    let by_key = || answers.iter().position(|choice| choice.key.is_written(text));
    let by_label = || answers.iter().position(|choice| choice.label.as_str() == text);
    let composed_label = || answers.iter().position(|choice| composed(choice.label.as_str()) == composed(text));
    by_id.or_else(by_key).or_else(by_label).or_else(composed_label)
}

/// A walk of one version: where it stands and how many steps it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    flow: Arc<CompiledFlow>,
    current: NodeId,
    answered: u32,
}

impl Walk {
    /// A walk that begins. `None` for a version without a root, which no compiled version is.
    #[must_use]
    pub fn begin(flow: Arc<CompiledFlow>) -> Option<Self> {
        let current = flow.root()?.id.clone();
        Some(Self { flow, current, answered: 0 })
    }

    /// A walk that stands at `current` after `answered` steps; `None` when the version has no such node.
    #[must_use]
    pub fn resume(flow: Arc<CompiledFlow>, current: NodeId, answered: u32) -> Option<Self> {
        flow.position(&current)?;
        Some(Self { flow, current, answered })
    }

    /// A walk that took the recorded steps, each a node and the label of its answer; `None` when they are no walk of
    /// this version. With the last step left out it is the walk before that step: so one is taken back.
    #[must_use]
    pub fn retrace<'a>(
        flow: Arc<CompiledFlow>,
        steps: impl IntoIterator<Item = (&'a NodeId, &'a Answer)>,
    ) -> Option<Self> {
        let mut walk = Self::begin(flow)?;
        for (node_id, answer) in steps {
            if *node_id != walk.current {
                return None;
            }
            walk.current = walk.flow.follow(node_id, answer)?.id.clone();
            walk.answered += 1;
        }
        Some(walk)
    }

    /// The version that is walked.
    #[must_use]
    pub const fn flow(&self) -> &Arc<CompiledFlow> {
        &self.flow
    }

    /// The node that it stands at.
    #[must_use]
    pub fn node(&self) -> Option<&WalkNode> {
        self.flow.node(&self.current)
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let shortest_remaining = self.flow.remaining(&self.current).unwrap_or(0);
        Progress { answered: self.answered, shortest_remaining }
    }

    /// Takes a step.
    ///
    /// # Errors
    /// [`StepRefused`] with what would fit; the walk then stands where it stood.
    pub fn take(&mut self, step: &GuidedStep) -> Result<GuidedAnswer, StepRefused> {
        let answer = self.flow.answer(&self.current, step)?;
        self.current = answer.next.clone();
        self.answered += 1;
        Ok(answer)
    }
}
