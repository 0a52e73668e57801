//! Why a command is refused: the session's state, the command, and the reason. Knows nothing of HTTP.

use super::command::CommandName;
use super::state::SessionStatus;
use crate::flow::walk::Choice;
use crate::text::NodeId;

/// A command that the state machine refused. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// Where the session stood.
    pub state: SessionStatus,
    /// What was asked.
    pub command: CommandName,
    /// Why it was refused.
    pub reason: RefusalReason,
}

/// The reason of a [`Refusal`]. The messages are meant for the client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusalReason {
    /// The walk has ended.
    #[error("Session not active (status={})", .status.as_str())]
    SessionNotActive {
        /// How it has ended.
        status: SessionStatus,
    },
    /// An ad hoc session has no flow to step through.
    #[error("Ad hoc sessions have no steps; use notes")]
    AdhocSession,
    /// The question is missing, and the tree that it stands in is not known.
    #[error("A step of this session needs its question: the flow's tree is not known here")]
    QuestionMissing,
    /// The step names another node than the walk stands at, or the undo another than was answered last.
    #[error("That node is not the current one")]
    StepNotCurrent {
        /// The node that can be named.
        expected: NodeId,
    },
    /// The node that the walk stands at does not have that answer; an end has none.
    #[error("{}", unknown_answer(.answers))]
    AnswerUnknown {
        /// The answers that it has.
        answers: Vec<Choice>,
    },
    /// The walk has another number of steps than the caller has read: another request came first.
    #[error("The walk has moved on: {answered} steps stand now; read the session")]
    WalkMovedOn {
        /// How many steps stand.
        answered: u32,
    },
    /// There is no step that could be taken back.
    #[error("Nothing to undo: the session has no step, or all are undone")]
    NothingToUndo,
    /// The notes are larger than a session keeps.
    #[error("Notes too large ({bytes} bytes as compact JSON, at most {max})")]
    NotesTooLarge {
        /// The size of the refused notes.
        bytes: usize,
        /// The most that a session keeps.
        max: usize,
    },
    /// The session has as many steps as it may have.
    #[error("Step limit reached (at most {max} steps a session)")]
    StepLimitReached {
        /// The most steps.
        max: u32,
    },
    /// The session would hold more step text than it may.
    #[error("Session too large (at most {max} bytes of step text)")]
    SessionTooLarge {
        /// The most bytes of step text.
        max: u64,
    },
    /// The session was touched after all.
    #[error("Session not idle")]
    NotIdle,
}

fn unknown_answer(answers: &[Choice]) -> &'static str {
    if answers.is_empty() {
        "The walk has reached an end, which takes no answer: resolve or escalate the session, or undo the last step"
    } else {
        "The node has no such answer: give one of its answers, by id, key or label"
    }
}
