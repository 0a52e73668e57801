//! The query of statistics as the `OpenAPI` document describes it.

#![expect(dead_code, reason = "described, never built")]

use utoipa::IntoParams;

/// The query of the statistics.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FlowStatsParams {
    /// Only this version; one that no walk was counted of gives an empty list.
    #[param(minimum = 1)]
    version: Option<u32>,
}
