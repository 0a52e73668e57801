//! What walks tell of a flow, in answers.

use actix_web::HttpResponse;
use chrono::TimeDelta;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::flow::tree::AnswerId;
use firstline_domain::ids::FlowId;
use firstline_domain::service::{FlowReport, VersionReport};
use firstline_domain::stats::{Ends, NodeStats, Seconds};
use firstline_domain::text::NodeId;
use serde::Serialize;

use super::{Time, append};
use crate::observe::json;
use crate::problem::Problem;

#[derive(Serialize)]
struct ReportJson<'a> {
    flow_id: FlowId,
    counted_until: Time,
    behind_seconds: f64,
    pending_walks: u64,
    more_versions: bool,
    versions: Vec<VersionJson<'a>>,
}

#[derive(Serialize)]
struct VersionJson<'a> {
    version: VersionNumber,
    walks: u64,
    ended: EndsJson,
    helpful_rate: Option<f64>,
    undo_rate: Option<f64>,
    median_seconds: Option<f64>,
    nodes: Vec<NodeJson<'a>>,
}

#[derive(Serialize)]
struct NodeJson<'a> {
    node_id: &'a NodeId,
    visits: u64,
    walks: u64,
    answers: Vec<AnswerJson<'a>>,
    undone: u64,
    undo_rate: Option<f64>,
    median_seconds: Option<f64>,
    ended: EndsJson,
    helpful_rate: Option<f64>,
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    answer_id: &'a AnswerId,
    count: u64,
}

#[derive(Serialize)]
struct EndsJson {
    resolved_helpful: u64,
    resolved_not_helpful: u64,
    escalated: u64,
    abandoned: u64,
}

impl From<Ends> for EndsJson {
    fn from(Ends { helpful, not_helpful, escalated, abandoned }: Ends) -> Self {
        Self { resolved_helpful: helpful, resolved_not_helpful: not_helpful, escalated, abandoned }
    }
}

impl<'a> From<&'a VersionReport> for VersionJson<'a> {
    fn from(VersionReport { version, stats }: &'a VersionReport) -> Self {
        let ended = stats.ended();
        Self {
            version: *version,
            walks: ended.total(),
            helpful_rate: ended.helpful_rate(),
            ended: ended.into(),
            undo_rate: stats.undo_rate(),
            median_seconds: median(&stats.seconds),
            nodes: stats.nodes.iter().map(NodeJson::from).collect(),
        }
    }
}

impl<'a> From<(&'a NodeId, &'a NodeStats)> for NodeJson<'a> {
    fn from((node_id, node): (&'a NodeId, &'a NodeStats)) -> Self {
        Self {
            node_id,
            visits: node.visits,
            walks: node.walks,
            answers: node.answers.iter().map(|(answer_id, count)| AnswerJson { answer_id, count: *count }).collect(),
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

/// The answer with what walks tell of a flow.
pub(crate) fn flow_stats_answer(report: &FlowReport) -> Result<HttpResponse, Problem> {
    let FlowReport { flow_id, staleness, versions, more_versions } = report;
    let answer = ReportJson {
        flow_id: *flow_id,
        counted_until: Time(staleness.counted_until),
        behind_seconds: in_seconds(staleness.behind),
        pending_walks: staleness.pending_walks,
        more_versions: *more_versions,
        versions: versions.iter().map(VersionJson::from).collect(),
    };
    let mut out = Vec::with_capacity(512 + 4_096 * versions.len());
    append(&mut out, &answer)?;
    Ok(json(out))
}
