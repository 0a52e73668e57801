//! What walks tell of flows, as the `OpenAPI` document describes it; see [`schema`](super::schema).

#![expect(dead_code, reason = "described, never built")]

use chrono::{DateTime, Utc};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What walks tell of a flow, and how far that is behind them. Only walks that have ended are counted.
#[derive(ToSchema)]
#[schema(example = json!({
    "flow_id": "0199c0de-0000-7000-8000-000000000001", "counted_until": "2026-01-31T09:30:00.000000Z",
    "behind_seconds": 12.5, "pending_walks": 1, "more_versions": false,
    "versions": [{
        "version": 2, "walks": 1, "helpful_rate": 1.0, "undo_rate": 0.5, "median_seconds": 31.743,
        "ended": { "resolved_helpful": 1, "resolved_not_helpful": 0, "escalated": 0, "abandoned": 0 },
        "nodes": [
            { "node_id": "fixed", "visits": 1, "walks": 1, "answers": [], "undone": 0, "undo_rate": null,
              "median_seconds": null, "helpful_rate": 1.0,
              "ended": { "resolved_helpful": 1, "resolved_not_helpful": 0, "escalated": 0, "abandoned": 0 } },
            { "node_id": "power", "visits": 2, "walks": 1, "answers": [{ "answer_id": "no", "count": 1 }], "undone": 1,
              "undo_rate": 0.5, "median_seconds": 12.543, "helpful_rate": null,
              "ended": { "resolved_helpful": 0, "resolved_not_helpful": 0, "escalated": 0, "abandoned": 0 } },
        ],
    }],
}))]
pub(crate) struct FlowStats {
    flow_id: Uuid,
    /// Every walk of the flow that ended before is counted.
    counted_until: DateTime<Utc>,
    /// How long ago that is; 0 when every ended walk is counted.
    #[schema(minimum = 0)]
    behind_seconds: f64,
    /// How many ended walks are not counted, at most 1,000 even if there are more.
    #[schema(maximum = 1000)]
    pending_walks: u64,
    /// Whether there are older versions than those listed; `version` asks for one.
    more_versions: bool,
    /// The versions of which any walk was counted, the newest first, at most ten.
    #[schema(max_items = 10)]
    versions: Vec<FlowVersionStats>,
}

/// What walks tell of a version.
#[derive(ToSchema)]
pub(crate) struct FlowVersionStats {
    #[schema(minimum = 1)]
    version: u32,
    /// How many walks were counted.
    walks: u64,
    ended: FlowEnds,
    /// The share of the resolved walks that were resolved as helpful; null if none was resolved.
    #[schema(required, minimum = 0, maximum = 1)]
    helpful_rate: Option<f64>,
    /// The share of all answers that were undone; null if none was given.
    #[schema(required, minimum = 0, maximum = 1)]
    undo_rate: Option<f64>,
    /// The lower median, from a walk's beginning to its end, abandoned ones left out; at most 1/32 off.
    #[schema(required, minimum = 0)]
    median_seconds: Option<f64>,
    /// The nodes that any walk came to, by id.
    nodes: Vec<FlowNodeStats>,
}

/// What walks tell of a node.
#[derive(ToSchema)]
pub(crate) struct FlowNodeStats {
    node_id: String,
    /// How often a walk came to stand here: it began here, a step led here, or the step from here was undone.
    visits: u64,
    /// How many walks came here at least once.
    walks: u64,
    /// How often each answer was given, those that were undone left out; one that was never given is not listed.
    answers: Vec<FlowAnswerStats>,
    /// How many answers were undone.
    undone: u64,
    /// The share of all answers given here that were undone; null if none was given.
    #[schema(required, minimum = 0, maximum = 1)]
    undo_rate: Option<f64>,
    /// The lower median, from coming here to the answer, undone ones left out; at most 1/32 off.
    #[schema(required, minimum = 0)]
    median_seconds: Option<f64>,
    ended: FlowEnds,
    /// The share of the walks resolved here that were resolved as helpful; null if none was.
    #[schema(required, minimum = 0, maximum = 1)]
    helpful_rate: Option<f64>,
}

/// How often an answer was given.
#[derive(ToSchema)]
pub(crate) struct FlowAnswerStats {
    answer_id: String,
    count: u64,
}

/// How walks ended; of a node, those that stood there then.
#[derive(ToSchema)]
pub(crate) struct FlowEnds {
    resolved_helpful: u64,
    resolved_not_helpful: u64,
    escalated: u64,
    abandoned: u64,
}

/// The query of the statistics.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FlowStatsParams {
    /// Only this version; one that no walk was counted of gives an empty list.
    #[param(minimum = 1)]
    version: Option<u32>,
}
