//! Flows as the `OpenAPI` document describes them; see [`schema`](super::schema).

#![expect(dead_code, reason = "described, never built")]

use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::resources::names::FlowStatus;

/// Which version is to become the draft again.
#[derive(ToSchema)]
#[schema(example = json!({ "version": 2 }))]
pub(crate) struct RestoreFlow {
    #[schema(minimum = 1)]
    version: u32,
}

/// The flow that a path names.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct FlowPath {
    /// The flow's id, in any spelling of a UUID.
    flow_id: Uuid,
}

/// The version that a path names.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct FlowVersionPath {
    /// The flow's id, in any spelling of a UUID.
    flow_id: Uuid,
    /// The version's number.
    #[param(minimum = 1)]
    version: u32,
}

/// The condition of a change.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct IfMatch {
    /// The `ETag` of the flow as it was read: if it has changed since, nothing happens and the answer is 412. Missing
    /// or `*`: whatever the flow is by now.
    #[param(rename = "If-Match", required = false, nullable = false, example = "\"4\"")]
    if_match: Option<String>,
}

/// The query of the flows.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FlowsParams {
    /// Only flows with this status. The first line sees published ones alone, whatever stands here.
    #[param(inline, required = false, nullable = false)]
    status: Option<FlowStatus>,
    /// The most flows of the page.
    #[param(minimum = 1, maximum = 200, default = 50, required = false)]
    limit: Option<u16>,
    /// Where the page begins: taken from the `Link` header of the page before, with the same filter.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
}

/// The query of a flow's versions.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FlowVersionsParams {
    /// The most versions of the page.
    #[param(minimum = 1, maximum = 200, default = 50, required = false)]
    limit: Option<u16>,
    /// Where the page begins: taken from the `Link` header of the page before.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
}

/// The query of an export.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportParams {
    /// The canonical document, or a Mermaid flowchart.
    #[param(inline, required = false, nullable = false)]
    format: Option<ExportFormat>,
}

/// What a flow is exported as.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", default = "json")]
pub(crate) enum ExportFormat {
    Json,
    Mermaid,
}

/// The query of a difference.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiffParams {
    /// The older one: a version's number, or `draft`.
    #[param(pattern = "^([1-9][0-9]*|draft)$", example = "1")]
    from: String,
    /// The newer one: a version's number, or `draft`.
    #[param(pattern = "^([1-9][0-9]*|draft)$", example = "draft")]
    to: String,
}

/// The query of suggestions.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SuggestParams {
    /// What the customer says is wrong. Not blank.
    #[param(min_length = 1, max_length = 16_384, pattern = r"\S", example = "outlook hangs since this morning")]
    q: String,
    /// The most flows of the answer.
    #[param(minimum = 1, maximum = 20, default = 5, required = false)]
    limit: Option<u8>,
}

/// What flows are to be suggested for.
#[derive(ToSchema)]
#[schema(example = json!({ "q": "outlook hangs since this morning", "limit": 5 }))]
pub(crate) struct SuggestQuestion {
    /// What the customer says is wrong. Not blank.
    #[schema(min_length = 1, max_length = 16_384, pattern = r"\S")]
    q: String,
    /// The most flows of the answer.
    #[schema(minimum = 1, maximum = 20, default = 5)]
    limit: Option<u8>,
}
