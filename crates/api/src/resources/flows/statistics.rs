//! Statistics of walks in JSON.

use chrono::{DateTime, TimeDelta, Utc};
use firstline_domain::service::{FlowReport, VersionReport};
use firstline_domain::stats::{Ends, NodeStats, Seconds};
use firstline_domain::text::NodeId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::respond::time;

/// Statistics of the ended walks of a flow.
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
    /// The id of the flow.
    flow_id: Uuid,
    /// The time up to which every ended walk is counted.
    #[serde(serialize_with = "time")]
    counted_until: DateTime<Utc>,
    /// The time since then in seconds; 0 when every ended walk is counted.
    #[schema(minimum = 0)]
    behind_seconds: f64,
    /// The number of ended walks that are not counted yet. It stops at 1,000.
    #[schema(maximum = 1000)]
    pending_walks: u64,
    /// Whether there are older versions than those listed; the parameter `version` asks for one.
    more_versions: bool,
    /// The versions that any counted walk took, newest first, at most ten.
    #[schema(max_items = 10)]
    versions: Vec<FlowVersionStats<'a>>,
}

/// Statistics of the walks of a version.
#[derive(Serialize, ToSchema)]
struct FlowVersionStats<'a> {
    /// The number of the version.
    #[schema(minimum = 1)]
    version: u32,
    /// The number of counted walks.
    walks: u64,
    /// How the walks ended.
    ended: FlowEnds,
    /// The share of the resolved walks that helped; null where none was resolved.
    #[schema(required, minimum = 0, maximum = 1)]
    helpful_rate: Option<f64>,
    /// The share of all answers that were undone; null where no answer was given.
    #[schema(required, minimum = 0, maximum = 1)]
    undo_rate: Option<f64>,
    /// The lower median of the duration of walks that were not abandoned, at most 1/32 off; null where there are none.
    #[schema(required, minimum = 0)]
    median_seconds: Option<f64>,
    /// The nodes that any counted walk came to, by id.
    nodes: Vec<FlowNodeStats<'a>>,
}

/// Statistics of a node.
#[derive(Serialize, ToSchema)]
struct FlowNodeStats<'a> {
    /// The id of the node.
    node_id: &'a str,
    /// How often walks arrived at the node: by beginning there, by a step, or because the step from it was undone.
    visits: u64,
    /// The number of walks that arrived at the node at least once.
    walks: u64,
    /// How often each answer was given, undone ones left out. An answer that was never given is not listed.
    answers: Vec<FlowAnswerStats<'a>>,
    /// The number of answers that were undone.
    undone: u64,
    /// The share of all answers given here that were undone; null where no answer was given.
    #[schema(required, minimum = 0, maximum = 1)]
    undo_rate: Option<f64>,
    /// The lower median of the time from arrival to answer, undone answers left out, at most 1/32 off; null where there
    /// are none.
    #[schema(required, minimum = 0)]
    median_seconds: Option<f64>,
    /// How the walks that ended at the node ended.
    ended: FlowEnds,
    /// The share of the walks resolved at the node that helped; null where none was resolved there.
    #[schema(required, minimum = 0, maximum = 1)]
    helpful_rate: Option<f64>,
}

/// How often an answer was given.
#[derive(Serialize, ToSchema)]
struct FlowAnswerStats<'a> {
    /// The id of the answer.
    answer_id: &'a str,
    /// How often it was given.
    count: u64,
}

/// How walks ended; of a node, the walks that stood at it.
#[derive(Serialize, ToSchema)]
struct FlowEnds {
    /// The number of walks that were resolved and helped.
    resolved_helpful: u64,
    /// The number of walks that were resolved and did not help.
    resolved_not_helpful: u64,
    /// The number of escalated walks.
    escalated: u64,
    /// The number of abandoned walks.
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
