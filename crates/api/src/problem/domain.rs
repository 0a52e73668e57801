//! What the domain's errors are in HTTP. No wildcard arms: a new error does not compile until it has its place here.

use std::error::Error;

use firstline_domain::error::{StoreError, WorkspaceError};
use firstline_domain::session::{Refusal, RefusalReason};

use super::{Code, Defect, Problem};
use crate::context::RequestContext;

impl Problem {
    /// The problem that `error` is to the client. What is our fault or the store's is logged here, once.
    pub(crate) fn of_workspace(error: &WorkspaceError, context: &RequestContext) -> Self {
        match error {
            WorkspaceError::SessionNotFound(_) => Self::new(Code::SessionNotFound, error.to_string()),
            WorkspaceError::TicketNotFound(_) => Self::new(Code::TicketNotFound, error.to_string()),
            WorkspaceError::FlowNotFound(_) => Self::new(Code::FlowNotFound, error.to_string()),
            WorkspaceError::FlowProposalNotFound(_) => Self::new(Code::FlowProposalNotFound, error.to_string()),
            WorkspaceError::Refused(refusal) => of_refusal(refusal),
            WorkspaceError::TicketNotOpen(not_open) => Self::new(Code::TicketNotOpen, not_open.to_string()),
            WorkspaceError::Contended(session_id) => {
                tracing::warn!(request_id = context.request_id(), %session_id, "session contended beyond the deadline");
                Self::unavailable(Code::Contended, "Session is being changed by others; try again")
            }
            WorkspaceError::Corrupt { .. } => failed(error, context),
            WorkspaceError::Store(store) => of_store(store, context),
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
        RefusalReason::StepNotCurrent { expected } => return Problem::step_not_current(detail, expected),
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

/// The problem when the caller cannot be looked up.
pub(crate) fn user_lookup_failed(error: &StoreError, context: &RequestContext) -> Problem {
    of_store(error, context)
}

pub(super) fn of_store(error: &StoreError, context: &RequestContext) -> Problem {
    match error {
        StoreError::Unavailable(_) => {
            tracing::warn!(request_id = context.request_id(), cause = chain(error), "store unavailable");
            Problem::unavailable(Code::StoreUnavailable, "The store cannot be reached; try again")
        }
        StoreError::OutcomeUnknown(_) => {
            tracing::warn!(request_id = context.request_id(), cause = chain(error), "outcome of a write unknown");
            Problem::outcome_unknown()
        }
        StoreError::Corrupt { .. } | StoreError::Failed(_) => failed(error, context),
    }
}

pub(super) fn failed(error: &(dyn Error + 'static), context: &RequestContext) -> Problem {
    tracing::error!(request_id = context.request_id(), cause = chain(error), "request failed");
    Problem::internal()
}

/// An error with its sources, outermost first, in one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_names_every_source_once() {
        let error = StoreError::Unavailable("connection refused".into());
        assert_eq!(chain(&error), "store unavailable: connection refused");
    }

    #[test]
    fn neither_a_corrupt_row_nor_a_failure_shows_its_cause() {
        let context = RequestContext::new("r".to_owned());
        for error in [StoreError::corrupt("users", 7, "canary"), StoreError::Failed("canary".into())] {
            let body = of_store(&error, &context).body("r");
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
        let context = RequestContext::new("r".to_owned());
        for (error, code) in table {
            assert_eq!(Problem::of_workspace(&error, &context).code, code, "{error}");
        }
    }
}
