//! Flows as the `OpenAPI` document describes them; see [`schema`](super::schema).

#![expect(dead_code, reason = "described, never built")]

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::flow_document_schema::{FlowDocument, example_document};

/// Where a flow stands in its life: `draft` is still being written, `published` can be walked, `archived` can no more.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum FlowStatus {
    Draft,
    Published,
    Archived,
}

/// Where a flow's tree lives: `authored` is written here, `external` is registered and its tree lives elsewhere.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum FlowTree {
    Authored,
    External,
}

/// A flow in a list.
#[derive(ToSchema)]
#[schema(example = json!({
    "id": "0199c0de-0000-7000-8000-000000000001", "name": "Printer offline", "status": "published", "tree": "authored",
    "latest_version": 3,
}))]
pub(crate) struct FlowRow {
    id: Uuid,
    name: String,
    status: FlowStatus,
    tree: FlowTree,
    /// Its newest published version; null where there is none.
    #[schema(required, minimum = 1)]
    latest_version: Option<u32>,
}

/// A flow. What only who authors flows may see is null for others.
#[derive(ToSchema)]
#[schema(example = example_flow)]
pub(crate) struct Flow {
    id: Uuid,
    name: String,
    status: FlowStatus,
    tree: FlowTree,
    /// Counts every change, from 1; what the `ETag` says.
    #[schema(required, minimum = 1)]
    revision: Option<i64>,
    /// Its newest published version; null where there is none. New walks of a published flow take it.
    #[schema(required, minimum = 1)]
    latest_version: Option<u32>,
    #[schema(required)]
    created_by_user_id: Option<Uuid>,
    #[schema(required)]
    created_at: Option<DateTime<Utc>>,
    #[schema(required)]
    updated_at: Option<DateTime<Utc>>,
    /// The tree that is being worked on; null for who does not author flows, and for a registered flow.
    #[schema(required)]
    draft: Option<FlowDraft>,
}

/// The tree that is being worked on.
#[derive(ToSchema)]
pub(crate) struct FlowDraft {
    document: FlowDocument,
    /// The version that it began as, if one was restored and not edited since.
    #[schema(required, minimum = 1)]
    restored_from_version: Option<u32>,
    edited_by_user_id: Uuid,
    edited_at: DateTime<Utc>,
}

/// A published version in a list. It never changes.
#[derive(ToSchema)]
pub(crate) struct FlowVersionRow {
    flow_id: Uuid,
    #[schema(minimum = 1)]
    version: u32,
    published_by_user_id: Uuid,
    published_at: DateTime<Utc>,
}

/// A published version. It never changes.
#[derive(ToSchema)]
pub(crate) struct FlowVersion {
    flow_id: Uuid,
    #[schema(minimum = 1)]
    version: u32,
    published_by_user_id: Uuid,
    published_at: DateTime<Utc>,
    /// The versions of the sub-flows that it runs.
    pins: Vec<FlowPin>,
    document: FlowDocument,
}

/// The version of a sub-flow that a version runs, whatever is published later.
#[derive(ToSchema)]
pub(crate) struct FlowPin {
    flow_id: Uuid,
    #[schema(minimum = 1)]
    version: u32,
}

/// Which version is to become the draft again.
#[derive(ToSchema)]
#[schema(example = json!({ "version": 2 }))]
pub(crate) struct RestoreFlow {
    #[schema(minimum = 1)]
    version: u32,
}

/// What is wrong with a draft.
#[derive(ToSchema)]
#[schema(example = json!({
    "flow_id": "0199c0de-0000-7000-8000-000000000001", "revision": 4, "publishable": false,
    "errors": [{
        "pointer": "/nodes/0/answers/1/next",
        "detail": "`reboot` is no node of the flow: add the node, or lead elsewhere",
        "code": "target_missing", "node_id": "power",
    }],
    "warnings": [], "left_out": 0,
}))]
pub(crate) struct FlowReport {
    flow_id: Uuid,
    /// The revision that was looked at.
    #[schema(minimum = 1)]
    revision: i64,
    /// Whether there is no error.
    publishable: bool,
    /// What keeps the flow from being published, in the order of the document, at most 1,000.
    errors: Vec<FlowDefect>,
    /// What could be better, in the order of the document, at most 1,000.
    warnings: Vec<FlowDefect>,
    /// How many more there are.
    left_out: usize,
}

/// One thing that is wrong with a flow.
#[derive(ToSchema)]
pub(crate) struct FlowDefect {
    /// A JSON pointer into the document; empty for the whole of it.
    pointer: String,
    /// What is wrong and what to do about it, for people.
    detail: String,
    /// What is wrong, for programs; `docs/FLOWS.md` lists the codes.
    code: String,
    /// The node that it is about.
    #[schema(required)]
    node_id: Option<String>,
}

/// What differs between two versions.
#[derive(ToSchema)]
#[schema(example = json!({
    "flow_id": "0199c0de-0000-7000-8000-000000000001", "from": 1, "to": "draft",
    "flow": [{ "field": "/name", "before": "Printer", "after": "Printer offline" }],
    "nodes": [
        { "change": "changed", "node_id": "power",
            "fields": [{ "field": "/prompt", "before": "On?", "after": "Is it on?" }] },
        { "change": "added", "node_id": "restart" },
    ],
    "reordered": false,
}))]
pub(crate) struct FlowDiff {
    flow_id: Uuid,
    /// The older one: a version's number, or `draft`.
    #[schema(value_type = Value)]
    from: Value,
    /// The newer one: a version's number, or `draft`.
    #[schema(value_type = Value)]
    to: Value,
    /// The fields of the flow itself that differ.
    flow: Vec<FlowFieldChange>,
    /// The nodes that are new, changed or no more.
    nodes: Vec<FlowNodeChange>,
    /// Whether the nodes that both have stand in another order.
    reordered: bool,
}

/// A field that differs.
#[derive(ToSchema)]
pub(crate) struct FlowFieldChange {
    /// A JSON pointer within the flow or the node; an answer stands under its id, as `/answers/yes/label`.
    field: String,
    /// What it was; null when it was not there.
    before: Value,
    /// What it is; null when it is no more.
    after: Value,
}

/// What happened to a node.
#[derive(ToSchema)]
pub(crate) struct FlowNodeChange {
    change: FlowNodeChangeKind,
    node_id: String,
    /// The fields that differ, of a changed node.
    #[schema(nullable = false)]
    fields: Option<Vec<FlowFieldChange>>,
}

/// Whether a node is new, changed or no more.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum FlowNodeChangeKind {
    Added,
    Removed,
    Changed,
}

/// A flow that may be what the customer's problem needs.
#[derive(ToSchema)]
#[schema(example = json!({
    "flow_id": "0199c0de-0000-7000-8000-000000000001", "flow_version": 3, "name": "Printer offline", "score": 7.25,
    "matched_words": ["printer", "offline"],
}))]
pub(crate) struct Suggestion {
    flow_id: Uuid,
    /// The published version that was looked at.
    #[schema(minimum = 1)]
    flow_version: u32,
    name: String,
    /// How well it fits: above 0, comparable within one answer only.
    score: f64,
    /// The words of the statement that it was found by, in their order.
    matched_words: Vec<String>,
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

fn example_flow() -> Value {
    json!({
        "id": "0199c0de-0000-7000-8000-000000000001", "name": "Printer offline", "status": "published",
        "tree": "authored", "revision": 4, "latest_version": 3,
        "created_by_user_id": "0199c0de-0000-7000-8000-0000000000aa",
        "created_at": "2026-01-31T09:30:00.000000Z", "updated_at": "2026-02-01T10:00:00.000000Z",
        "draft": {
            "document": example_document(), "restored_from_version": null,
            "edited_by_user_id": "0199c0de-0000-7000-8000-0000000000aa", "edited_at": "2026-02-01T10:00:00.000000Z",
        },
    })
}
