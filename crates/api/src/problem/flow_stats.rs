//! Maps errors of flow statistics to problems. No wildcard arms, so that a new error must be mapped.

use firstline_domain::service::FlowStatsError;

use super::code::Code;
use super::core::Problem;

impl From<FlowStatsError> for Problem {
    fn from(error: FlowStatsError) -> Self {
        match error {
            FlowStatsError::FlowNotFound(_) => Self::new(Code::FlowNotFound, error.to_string()),
            // The job's, which no request leads to.
            FlowStatsError::Unfoldable { .. } => Self::failed(&error),
            FlowStatsError::Store(store) => store.into(),
        }
    }
}
