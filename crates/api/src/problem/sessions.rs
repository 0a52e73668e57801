//! Maps errors of sessions, tickets and the store to problems. No wildcard arms, so that a new error must be mapped.

use firstline_domain::error::StoreError;
use firstline_domain::service::WorkspaceError;
use firstline_domain::session::{Refusal, RefusalReason};

use super::body::Defect;
use super::code::Code;
use super::core::Problem;
use super::incident::{Incident, chain};
use crate::respond::Unwritten;

impl From<WorkspaceError> for Problem {
    fn from(error: WorkspaceError) -> Self {
        match error {
            WorkspaceError::SessionNotFound(_) => Self::new(Code::SessionNotFound, error.to_string()),
            WorkspaceError::TicketNotFound(_) => Self::new(Code::TicketNotFound, error.to_string()),
            WorkspaceError::FlowNotFound(_) => Self::new(Code::FlowNotFound, error.to_string()),
            WorkspaceError::FlowProposalNotFound(_) => Self::new(Code::FlowProposalNotFound, error.to_string()),
            WorkspaceError::Refused(refusal) => of_refusal(&refusal),
            WorkspaceError::TicketNotOpen(not_open) => Self::new(Code::TicketNotOpen, not_open.to_string()),
            WorkspaceError::Contended(session_id) => {
                Self::unavailable(Code::Contended, "Session is being changed by others; try again")
                    .because(Incident::SessionContended(session_id.as_uuid()))
            }
            WorkspaceError::Corrupt { .. } => Self::failed(&error),
            WorkspaceError::Store(store) => store.into(),
        }
    }
}

fn of_refusal(refusal: &Refusal) -> Problem {
    let detail = refusal.to_string();
    let code = match &refusal.reason {
        RefusalReason::SessionNotActive { .. } => Code::SessionNotActive,
        RefusalReason::AdhocSession => Code::AdhocSession,
        // A defect of the request, which only the session tells.
        RefusalReason::QuestionMissing => {
            return Problem::invalid(vec![Defect { pointer: "/question".to_owned(), detail: "is required".into() }]);
        }
        RefusalReason::StepNotCurrent { expected } => {
            return Problem::step_not_current(format!("{detail}: expected_node_id names it"), expected);
        }
        RefusalReason::AnswerUnknown { answers } => return Problem::answer_unknown(detail, answers),
        RefusalReason::WalkMovedOn { .. } => Code::WalkMovedOn,
        RefusalReason::NothingToUndo => Code::NothingToUndo,
        RefusalReason::NotesTooLarge { .. } => Code::NotesTooLarge,
        RefusalReason::StepLimitReached { .. } => Code::StepLimitReached,
        RefusalReason::SessionTooLarge { .. } => Code::SessionTooLarge,
        RefusalReason::NotIdle => Code::SessionNotIdle,
    };
    Problem::new(code, detail)
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                Self::unavailable(Code::StoreUnavailable, "The store cannot be reached; try again")
                    .because(Incident::StoreUnavailable(chain(&error)))
            }
            StoreError::OutcomeUnknown(_) => Self::outcome_unknown().because(Incident::OutcomeUnknown(chain(&error))),
            StoreError::Corrupt { .. } | StoreError::Failed(_) => Self::failed(&error),
        }
    }
}

impl From<Unwritten> for Problem {
    fn from(error: Unwritten) -> Self {
        Self::failed(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_corrupt_row_nor_a_failure_shows_its_cause() {
        for error in [StoreError::corrupt("users", 7, "canary"), StoreError::Failed("canary".into())] {
            let body = Problem::from(error).body("r");
            assert!(!String::from_utf8(body).unwrap().contains("canary"));
        }
    }

    #[test]
    fn every_error_of_the_use_cases_has_its_code() {
        use firstline_domain::session::{CommandName, SessionStatus};
        use firstline_domain::text::NodeId;
        use firstline_domain::ticket::{TicketNotOpen, TicketStatus};
        use uuid::Uuid;
        let refused = |reason| Refusal { state: SessionStatus::Active, command: CommandName::Step, reason }.into();
        let node = NodeId::new("n").unwrap();
        let table: [(WorkspaceError, Code); 20] = [
            (WorkspaceError::SessionNotFound(Uuid::nil().into()), Code::SessionNotFound),
            (WorkspaceError::TicketNotFound(Uuid::nil().into()), Code::TicketNotFound),
            (WorkspaceError::FlowNotFound(Uuid::nil().into()), Code::FlowNotFound),
            (WorkspaceError::FlowProposalNotFound(Uuid::nil().into()), Code::FlowProposalNotFound),
            (refused(RefusalReason::SessionNotActive { status: SessionStatus::Resolved }), Code::SessionNotActive),
            (refused(RefusalReason::AdhocSession), Code::AdhocSession),
            (refused(RefusalReason::QuestionMissing), Code::InvalidRequest),
            (refused(RefusalReason::StepNotCurrent { expected: node }), Code::StepNotCurrent),
            (refused(RefusalReason::AnswerUnknown { answers: Vec::new() }), Code::AnswerUnknown),
            (refused(RefusalReason::WalkMovedOn { answered: 2 }), Code::WalkMovedOn),
            (refused(RefusalReason::NothingToUndo), Code::NothingToUndo),
            (refused(RefusalReason::NotesTooLarge { bytes: 2, max: 1 }), Code::NotesTooLarge),
            (refused(RefusalReason::StepLimitReached { max: 1 }), Code::StepLimitReached),
            (refused(RefusalReason::SessionTooLarge { max: 1 }), Code::SessionTooLarge),
            (refused(RefusalReason::NotIdle), Code::SessionNotIdle),
            (TicketNotOpen { status: TicketStatus::Open }.into(), Code::TicketNotOpen),
            (WorkspaceError::Contended(Uuid::nil().into()), Code::Contended),
            (StoreError::Unavailable("x".into()).into(), Code::StoreUnavailable),
            (StoreError::OutcomeUnknown("x".into()).into(), Code::OutcomeUnknown),
            (StoreError::Failed("x".into()).into(), Code::Internal),
        ];
        for (error, code) in table {
            let text = error.to_string();
            assert_eq!(Problem::from(error).code, code, "{text}");
        }
    }
}
