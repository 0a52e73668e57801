//! Versions of flows in JSON, and what is found by comparing, checking and searching flows.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use firstline_domain::flow::authored::{self, FieldChange, NodeChange, TreeDiff};
use firstline_domain::flow::check::Report;
use firstline_domain::ids::FlowId;
use firstline_domain::ports::VersionHead;
use firstline_domain::search as suggest;
use firstline_domain::service::FlowSide;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::document::FlowDocument;
use crate::problem::FlowFindings;
use crate::respond::time;

/// A published version in a list. It never changes.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowVersionRow {
    flow_id: Uuid,
    #[schema(minimum = 1)]
    version: u32,
    published_by_user_id: Uuid,
    #[serde(serialize_with = "time")]
    published_at: DateTime<Utc>,
}

/// A published version. It never changes.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowVersion<'a> {
    #[serde(flatten)]
    head: FlowVersionRow,
    /// The versions of the sub-flows that it runs.
    pins: Vec<FlowPin>,
    document: FlowDocument<'a>,
}

/// The version of a sub-flow that a version runs, whatever is published later.
#[derive(Serialize, ToSchema)]
struct FlowPin {
    flow_id: Uuid,
    #[schema(minimum = 1)]
    version: u32,
}

/// What is wrong with a draft.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "flow_id": "0199c0de-0000-7000-8000-000000000001", "revision": 4, "publishable": false,
    "errors": [{
        "pointer": "/nodes/0/answers/1/next",
        "detail": "`reboot` is no node of the flow: add the node, or lead elsewhere",
        "code": "target_missing", "node_id": "power",
    }],
    "warnings": [], "left_out": 0,
}))]
pub(crate) struct FlowReport<'a> {
    flow_id: Uuid,
    /// The revision that was looked at.
    #[schema(minimum = 1)]
    revision: i64,
    /// Whether there is no error.
    publishable: bool,
    #[serde(flatten)]
    findings: FlowFindings<'a>,
}

/// What differs between two versions.
#[derive(Serialize, ToSchema)]
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
pub(crate) struct FlowDiff<'a> {
    flow_id: Uuid,
    from: FlowDiffSide,
    to: FlowDiffSide,
    /// The fields of the flow itself that differ.
    flow: Vec<FlowFieldChange<'a>>,
    /// The nodes that are new, changed or no more.
    nodes: Vec<FlowNodeChange<'a>>,
    /// Whether the nodes that both have stand in another order.
    reordered: bool,
}

/// A side of a difference: a version's number, or `draft`.
#[derive(Debug, Clone, Copy)]
struct FlowDiffSide(FlowSide);

/// A field that differs.
#[derive(Serialize, ToSchema)]
struct FlowFieldChange<'a> {
    /// A JSON pointer within the flow or the node; an answer stands under its id, as `/answers/yes/label`.
    field: &'a str,
    /// What it was; null when it was not there.
    before: &'a Value,
    /// What it is; null when it is no more.
    after: &'a Value,
}

/// What happened to a node.
#[derive(Serialize, ToSchema)]
struct FlowNodeChange<'a> {
    change: FlowNodeChangeKind,
    node_id: &'a str,
    /// The fields that differ, of a changed node.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    fields: Option<Vec<FlowFieldChange<'a>>>,
}

/// Whether a node is new, changed or no more.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FlowNodeChangeKind {
    Added,
    Removed,
    Changed,
}

/// A flow that may be what the customer's problem needs.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "flow_id": "0199c0de-0000-7000-8000-000000000001", "flow_version": 3, "name": "Printer offline", "score": 7.25,
    "matched_words": ["printer", "offline"],
}))]
pub(crate) struct Suggestion<'a> {
    flow_id: Uuid,
    /// The published version that was looked at.
    #[schema(minimum = 1)]
    flow_version: u32,
    name: &'a str,
    /// How well it fits: above 0, comparable within one answer only.
    score: f64,
    /// The words of the statement that it was found by, in their order.
    matched_words: &'a [String],
}

impl From<&VersionHead> for FlowVersionRow {
    fn from(version: &VersionHead) -> Self {
        Self {
            flow_id: version.flow_id.as_uuid(),
            version: version.number.get(),
            published_by_user_id: version.published_by.as_uuid(),
            published_at: version.published_at,
        }
    }
}

impl<'a> From<&'a authored::FlowVersion> for FlowVersion<'a> {
    fn from(version: &'a authored::FlowVersion) -> Self {
        let head = FlowVersionRow {
            flow_id: version.flow_id.as_uuid(),
            version: version.number.get(),
            published_by_user_id: version.published_by.as_uuid(),
            published_at: version.published_at,
        };
        let pins = version.pins.iter().map(|(id, version)| FlowPin { flow_id: id.as_uuid(), version: version.get() });
        Self { head, pins: pins.collect(), document: (&version.tree).into() }
    }
}

impl<'a> FlowReport<'a> {
    pub(crate) fn of(flow_id: FlowId, revision: i64, report: &'a Report) -> Self {
        let (flow_id, publishable) = (flow_id.as_uuid(), report.is_publishable());
        Self { flow_id, revision, publishable, findings: report.into() }
    }
}

impl<'a> FlowDiff<'a> {
    pub(crate) fn of(flow_id: FlowId, from: FlowSide, to: FlowSide, diff: &'a TreeDiff) -> Self {
        Self {
            flow_id: flow_id.as_uuid(),
            from: FlowDiffSide(from),
            to: FlowDiffSide(to),
            flow: diff.flow.iter().map(FlowFieldChange::from).collect(),
            nodes: diff.nodes.iter().map(FlowNodeChange::from).collect(),
            reordered: diff.reordered,
        }
    }
}

impl<'a> From<&'a FieldChange> for FlowFieldChange<'a> {
    fn from(FieldChange { field, before, after }: &'a FieldChange) -> Self {
        Self { field, before, after }
    }
}

impl<'a> From<&'a NodeChange> for FlowNodeChange<'a> {
    fn from(change: &'a NodeChange) -> Self {
        let (change, node_id, fields) = match change {
            NodeChange::Added { node_id } => (FlowNodeChangeKind::Added, node_id, None),
            NodeChange::Removed { node_id } => (FlowNodeChangeKind::Removed, node_id, None),
            NodeChange::Changed { node_id, fields } => (FlowNodeChangeKind::Changed, node_id, Some(fields)),
        };
        let fields = fields.map(|fields| fields.iter().map(FlowFieldChange::from).collect());
        Self { change, node_id: node_id.as_str(), fields }
    }
}

impl<'a> From<&'a suggest::Suggestion> for Suggestion<'a> {
    fn from(found: &'a suggest::Suggestion) -> Self {
        Self {
            flow_id: found.flow_id.as_uuid(),
            flow_version: found.version.get(),
            name: found.name.as_str(),
            score: found.score,
            matched_words: &found.matched,
        }
    }
}

impl Serialize for FlowDiffSide {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            FlowSide::Draft => serializer.serialize_str("draft"),
            FlowSide::Version(number) => serializer.serialize_u32(number.get()),
        }
    }
}

impl PartialSchema for FlowDiffSide {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(u32::MAX));
        let draft = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^draft$"));
        let schema = AnyOfBuilder::new().item(number).item(draft);
        schema.description(Some("A side of a difference: a version's number, or `draft`.")).into()
    }
}

impl ToSchema for FlowDiffSide {
    fn name() -> Cow<'static, str> {
        "FlowDiffSide".into()
    }
}
