//! What the errors of authoring flows are in HTTP. No wildcard arms, for the reason given beside.

use actix_web::http::header::ETAG;
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::FlowRefusal;
use firstline_domain::flow_management::FlowManagementError;

use super::domain::{failed, of_store};
use super::{Code, Problem};
use crate::context::RequestContext;
use crate::wire::flow::etag_of_revision;

impl Problem {
    /// The problem that `error` is to the client. What is our fault or the store's is logged here, once.
    pub(crate) fn of_flow_management(error: FlowManagementError, context: &RequestContext) -> Self {
        match error {
            FlowManagementError::FlowNotFound(_) => Self::new(Code::FlowNotFound, error.to_string()),
            FlowManagementError::VersionNotFound(..) => Self::new(Code::FlowVersionNotFound, error.to_string()),
            FlowManagementError::Refused(refusal) => of_refusal(refusal, context),
            FlowManagementError::Contended(flow_id) => {
                tracing::warn!(request_id = context.request_id(), %flow_id, "flow contended beyond the deadline");
                Self::unavailable(Code::Contended, "The flow is being changed by others; try again")
            }
            // The id is our own, and the account is the caller's.
            FlowManagementError::IdTaken(_) | FlowManagementError::AccountNotFound(_) => failed(&error, context),
            FlowManagementError::Store(store) => of_store(&store, context),
        }
    }

    /// The problem when the store could not do it.
    pub(crate) fn of_store(error: &StoreError, context: &RequestContext) -> Self {
        of_store(error, context)
    }
}

fn of_refusal(refusal: FlowRefusal, context: &RequestContext) -> Problem {
    match refusal {
        FlowRefusal::Stale { actual, .. } => {
            Problem::new(Code::FlowStale, refusal.to_string()).with(ETAG, etag_of_revision(actual))
        }
        FlowRefusal::Archived => Problem::new(Code::FlowArchived, refusal.to_string()),
        FlowRefusal::Defective(report) => Problem::defective_flow(report),
        // The version was looked up as one of this flow.
        FlowRefusal::ForeignVersion | FlowRefusal::Corrupt(_) => failed(&refusal, context),
    }
}
