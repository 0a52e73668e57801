//! Maps errors of flow authoring to problems. No wildcard arms, so that a new error must be mapped.

use actix_web::http::header::ETAG;
use firstline_domain::flow::authored::FlowRefusal;
use firstline_domain::service::FlowManagementError;

use super::code::Code;
use super::core::Problem;
use super::incident::Incident;
use crate::respond::etag_of_revision;

impl From<FlowManagementError> for Problem {
    fn from(error: FlowManagementError) -> Self {
        match error {
            FlowManagementError::FlowNotFound(_) => Self::new(Code::FlowNotFound, error.to_string()),
            FlowManagementError::VersionNotFound(..) => Self::new(Code::FlowVersionNotFound, error.to_string()),
            FlowManagementError::Refused(refusal) => of_refusal(refusal),
            FlowManagementError::Contended(flow_id) => {
                Self::unavailable(Code::Contended, "The flow is being changed by others; try again")
                    .because(Incident::FlowContended(flow_id.as_uuid()))
            }
            // The id is our own, and the account is the caller's.
            FlowManagementError::IdTaken(_) | FlowManagementError::AccountNotFound(_) => Self::failed(&error),
            FlowManagementError::Store(store) => store.into(),
        }
    }
}

fn of_refusal(refusal: FlowRefusal) -> Problem {
    match refusal {
        FlowRefusal::Stale { actual, .. } => {
            Problem::new(Code::FlowStale, refusal.to_string()).with(ETAG, etag_of_revision(actual))
        }
        FlowRefusal::Archived => Problem::new(Code::FlowArchived, refusal.to_string()),
        FlowRefusal::Defective(report) => Problem::defective_flow(report),
        // The version was looked up as one of this flow.
        FlowRefusal::ForeignVersion | FlowRefusal::Corrupt(_) => Problem::failed(&refusal),
    }
}
