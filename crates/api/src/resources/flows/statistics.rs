//! Statistics of walks in JSON.

use chrono::{DateTime, TimeDelta, Utc};
use firstline_domain::service::{FlowReport, VersionReport};
use firstline_domain::stats::{Ends, NodeStats, Seconds};
use firstline_domain::text::NodeId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::respond::time;

/// What walks tell of a flow, and how far that is behind them. Only walks that have ended are counted.
#[derive(Serialize, ToSchema)]
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
pub(crate) struct FlowStats<'a> {
    flow_id: Uuid,
    /// Every walk of the flow that ended before is counted.
    #[serde(serialize_with = "time")]
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
    versions: Vec<FlowVersionStats<'a>>,
}

/// What walks tell of a version.
#[derive(Serialize, ToSchema)]
struct FlowVersionStats<'a> {
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
    nodes: Vec<FlowNodeStats<'a>>,
}

/// What walks tell of a node.
#[derive(Serialize, ToSchema)]
struct FlowNodeStats<'a> {
    node_id: &'a str,
    /// How often a walk came to stand here: it began here, a step led here, or the step from here was undone.
    visits: u64,
    /// How many walks came here at least once.
    walks: u64,
    /// How often each answer was given, those that were undone left out; one that was never given is not listed.
    answers: Vec<FlowAnswerStats<'a>>,
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
#[derive(Serialize, ToSchema)]
struct FlowAnswerStats<'a> {
    answer_id: &'a str,
    count: u64,
}

/// How walks ended; of a node, those that stood there then.
#[derive(Serialize, ToSchema)]
struct FlowEnds {
    resolved_helpful: u64,
    resolved_not_helpful: u64,
    escalated: u64,
    abandoned: u64,
}

impl<'a> From<&'a FlowReport> for FlowStats<'a> {
    fn from(FlowReport { flow_id, staleness, versions, more_versions }: &'a FlowReport) -> Self {
        Self {
            flow_id: flow_id.as_uuid(),
            counted_until: staleness.counted_until,
            behind_seconds: in_seconds(staleness.behind),
            pending_walks: staleness.pending_walks,
            more_versions: *more_versions,
            versions: versions.iter().map(FlowVersionStats::from).collect(),
        }
    }
}

impl From<Ends> for FlowEnds {
    fn from(Ends { helpful, not_helpful, escalated, abandoned }: Ends) -> Self {
        Self { resolved_helpful: helpful, resolved_not_helpful: not_helpful, escalated, abandoned }
    }
}

impl<'a> From<&'a VersionReport> for FlowVersionStats<'a> {
    fn from(VersionReport { version, stats }: &'a VersionReport) -> Self {
        let ended = stats.ended();
        Self {
            version: version.get(),
            walks: ended.total(),
            helpful_rate: ended.helpful_rate(),
            ended: ended.into(),
            undo_rate: stats.undo_rate(),
            median_seconds: median(&stats.seconds),
            nodes: stats.nodes.iter().map(FlowNodeStats::from).collect(),
        }
    }
}

impl<'a> From<(&'a NodeId, &'a NodeStats)> for FlowNodeStats<'a> {
    fn from((node_id, node): (&'a NodeId, &'a NodeStats)) -> Self {
        Self {
            node_id: node_id.as_str(),
            visits: node.visits,
            walks: node.walks,
            answers: node
                .answers
                .iter()
                .map(|(answer_id, count)| FlowAnswerStats { answer_id: answer_id.as_str(), count: *count })
                .collect(),
            undone: node.undone,
            undo_rate: node.undo_rate(),
            median_seconds: median(&node.seconds),
            ended: node.ended.into(),
            helpful_rate: node.ended.helpful_rate(),
        }
    }
}

fn median(seconds: &Seconds) -> Option<f64> {
    seconds.median().map(in_seconds)
}

fn in_seconds(took: TimeDelta) -> f64 {
    // Milliseconds are as fine as these are counted.
    TimeDelta::milliseconds(took.num_milliseconds()).as_seconds_f64()
}
