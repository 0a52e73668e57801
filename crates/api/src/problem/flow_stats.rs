//! What the errors of the statistics of flows are in HTTP. No wildcard arms, for the reason given beside.

use firstline_domain::flow_stats::FlowStatsError;

use super::domain::{failed, of_store};
use super::{Code, Problem};
use crate::context::RequestContext;

impl Problem {
    /// The problem that `error` is to the client. What is our fault or the store's is logged here, once.
    pub(crate) fn of_flow_stats(error: &FlowStatsError, context: &RequestContext) -> Self {
        match error {
            FlowStatsError::FlowNotFound(_) => Self::new(Code::FlowNotFound, error.to_string()),
            // The job's, which no request leads to.
            FlowStatsError::Unfoldable { .. } => failed(error, context),
            FlowStatsError::Store(store) => of_store(store, context),
        }
    }
}
