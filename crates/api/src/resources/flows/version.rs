//! Versions of flows in JSON, and what is found by comparing, checking and searching flows.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use firstline_domain::flow::authored::{self, FieldChange, NodeChange, TreeDiff};
use firstline_domain::flow::check::{MAX_DOCUMENT_BYTES, Report};
use firstline_domain::ids::FlowId;
use firstline_domain::ports::VersionHead;
use firstline_domain::search as suggest;
use firstline_domain::service::FlowSide;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::document::FlowDocument;
use crate::problem::FlowFindings;
use crate::respond::time;

/// A published version in a list. A version never changes.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowVersionRow {
    /// The id of the flow.
    flow_id: Uuid,
    /// The number of the version, from 1.
    #[schema(minimum = 1)]
    version: u32,
    /// The user who published it.
    published_by_user_id: Uuid,
    /// When it was published.
    #[serde(serialize_with = "time")]
    published_at: DateTime<Utc>,
}

/// A published version. A version never changes.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowVersion<'a> {
    #[serde(flatten)]
    head: FlowVersionRow,
    /// The versions of the sub-flows that it runs.
    pins: Vec<FlowPin>,
    /// The tree of the version.
    document: FlowDocument<'a>,
}

/// The version of a sub-flow that a version runs, even when newer versions are published.
#[derive(Serialize, ToSchema)]
struct FlowPin {
    /// The id of the sub-flow.
    flow_id: Uuid,
    /// The version of the sub-flow.
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
    /// The id of the flow.
    flow_id: Uuid,
    /// The revision of the flow that was checked.
    #[schema(minimum = 1)]
    revision: i64,
    /// Whether the draft has no error.
    publishable: bool,
    #[serde(flatten)]
    findings: FlowFindings<'a>,
}

/// The difference between two versions.
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
    /// The id of the flow.
    flow_id: Uuid,
    /// The older side.
    from: FlowDiffSide,
    /// The newer side.
    to: FlowDiffSide,
    /// The fields of the flow itself that differ.
    flow: Vec<FlowFieldChange<'a>>,
    /// The nodes that were added, changed or removed.
    nodes: Vec<FlowNodeChange<'a>>,
    /// Whether the nodes that both sides have stand in another order.
    reordered: bool,
}

/// A side of a difference: a version's number, or `draft`.
#[derive(Debug, Clone, Copy)]
struct FlowDiffSide(FlowSide);

/// A field that differs.
#[derive(Serialize, ToSchema)]
struct FlowFieldChange<'a> {
    /// The field: a JSON pointer within the flow or the node. An answer is named by its id, as in `/answers/yes/label`.
    field: &'a str,
    /// The value on the older side; null where the field was missing.
    before: FlowFieldValue<'a>,
    /// The value on the newer side; null where the field is missing.
    after: FlowFieldValue<'a>,
}

/// A field's value: a text, a number, keywords, or null for none.
#[derive(Serialize)]
#[serde(transparent)]
struct FlowFieldValue<'a>(&'a Value);

/// A node that differs.
#[derive(Serialize, ToSchema)]
struct FlowNodeChange<'a> {
    /// Whether the node was added, removed or changed.
    change: FlowNodeChangeKind,
    /// The id of the node.
    node_id: &'a str,
    /// The fields that differ; missing unless the node was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    fields: Option<Vec<FlowFieldChange<'a>>>,
}

/// How a node differs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FlowNodeChangeKind {
    Added,
    Removed,
    Changed,
}

/// A flow that may fit the customer's problem.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "flow_id": "0199c0de-0000-7000-8000-000000000001", "flow_version": 3, "name": "Printer offline", "score": 7.25,
    "matched_words": ["printer", "offline"],
}))]
pub(crate) struct Suggestion<'a> {
    /// The id of the flow.
    flow_id: Uuid,
    /// The published version that was searched.
    #[schema(minimum = 1)]
    flow_version: u32,
    /// What people call the flow.
    name: &'a str,
    /// How well the flow fits. Scores are comparable within one answer only.
    #[schema(exclusive_minimum = 0)]
    score: f64,
    /// The words of the problem statement that the flow was found by, in their order.
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
        Self { field, before: FlowFieldValue(before), after: FlowFieldValue(after) }
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
        // No constant: openapi-python-client makes clients of one beside a number that refuse the number.
        let draft = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^draft$"));
        let schema = AnyOfBuilder::new().item(number).item(draft);
        schema.description(Some("A side of a difference: a version's number, or `draft`.")).into()
    }
}

impl PartialSchema for FlowFieldValue<'_> {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        // An answer's place counts from 0, and each answer takes bytes of the document.
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(MAX_DOCUMENT_BYTES));
        let schema = AnyOfBuilder::new().item(text()).item(number).item(ArrayBuilder::new().items(text()));
        let schema = schema.item(ObjectBuilder::new().schema_type(Type::Null));
        let description = "The value of a field of a flow: a text, a number (the key or the place of an answer), the \
                           keywords, or null for none.";
        schema.description(Some(description)).into()
    }
}

impl ToSchema for FlowFieldValue<'_> {
    fn name() -> Cow<'static, str> {
        "FlowFieldValue".into()
    }
}

impl ToSchema for FlowDiffSide {
    fn name() -> Cow<'static, str> {
        "FlowDiffSide".into()
    }
}
