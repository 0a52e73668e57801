//! Requests of the flow routes, without the flow document itself.

use std::borrow::Cow;

use firstline_domain::flow::FlowStatus;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::FlowId;
use firstline_domain::paging::PageLimit;
use firstline_domain::service::FlowSide;
use firstline_domain::text::ProblemStatement;
use serde_json::json;
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::input::described::one_of;
use crate::input::{Described, ParamValue, params, request};
use crate::paging::List;

/// How many flows are suggested: 5 by default, at most 20.
pub(crate) type SuggestLimit = PageLimit<5, 20>;

params! {
    /// The path of a flow.
    pub(crate) struct FlowPath in Path {
        /// The flow's id, in any spelling of a UUID.
        flow_id: FlowId,
    }

    /// The path of a flow's version.
    pub(crate) struct FlowVersionPath in Path {
        /// The flow's id, in any spelling of a UUID.
        flow_id: FlowId,
        /// The version's number.
        version: VersionNumber,
    }

    /// The filter of the list of flows.
    pub(crate) struct FlowsFilter in Query {
        /// Only flows with this status. Technicians see published flows only, whatever the filter.
        status: Option<FlowStatus>,
    }

    /// The query of an export.
    pub(crate) struct ExportParams in Query {
        /// The canonical document, or a Mermaid flowchart.
        format: Option<ExportFormat>,
    }

    /// The query of a difference.
    pub(crate) struct DiffParams in Query {
        /// The older side: a version's number, or `draft`.
        #[example = "1"]
        from: FlowSide,
        /// The newer side: a version's number, or `draft`.
        #[example = "draft"]
        to: FlowSide,
    }

    /// The query of suggestions.
    pub(crate) struct SuggestParams in Query {
        /// What the customer says is wrong. Not blank.
        #[example = "outlook hangs since this morning"]
        q: ProblemStatement,
        /// The greatest number of flows in the answer.
        limit: Option<SuggestLimit>,
    }

    /// The query of the statistics.
    pub(crate) struct FlowStatsParams in Query {
        /// Only this version. One that no counted walk took gives an empty list.
        version: Option<VersionNumber>,
    }
}

request! {
    /// The version that becomes the draft again.
    #[example = json!({ "version": 2 })]
    pub(crate) struct RestoreFlow {
        /// The number of the version.
        version: VersionNumber,
    }

    /// The problem that flows are suggested for.
    #[example = json!({ "q": "outlook hangs since this morning", "limit": 5 })]
    pub(crate) struct SuggestQuestion {
        /// What the customer says is wrong. Not blank.
        q: ProblemStatement,
        /// The greatest number of flows in the answer.
        limit: Option<SuggestLimit>,
    }
}

/// The header that makes a change conditional.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "described; a list of tags is read by `input::expected_revision`")]
pub(crate) struct IfMatch {
    /// The `ETag` of the flow as it was read. If the flow has changed since, nothing happens and the answer is 412.
    /// Missing or `*`: the change is made in any case.
    #[param(rename = "If-Match", required = false, nullable = false, example = "\"4\"")]
    if_match: Option<String>,
}

/// The format of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    /// The canonical document.
    #[default]
    Json,
    /// A Mermaid flowchart.
    Mermaid,
}

impl Described for ExportFormat {
    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name(Self::name()).into()
    }
}

impl PartialSchema for ExportFormat {
    fn schema() -> RefOr<Schema> {
        let schema = one_of(["json", "mermaid"]).default(Some("json".into()));
        schema.description(Some("What a flow is exported as: its canonical document, or a Mermaid flowchart.")).into()
    }
}

impl ToSchema for ExportFormat {
    fn name() -> Cow<'static, str> {
        "FlowExportFormat".into()
    }
}

impl ParamValue for ExportFormat {
    fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        match text {
            "json" => Ok(Self::Json),
            "mermaid" => Ok(Self::Mermaid),
            _ => Err("must be json or mermaid".into()),
        }
    }
}

impl Described for FlowSide {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^([1-9][0-9]*|draft)$")).into()
    }
}

impl ParamValue for FlowSide {
    fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        if text == "draft" {
            return Ok(Self::Draft);
        }
        let version = VersionNumber::parse(text).map(Self::Version);
        version.map_err(|_| "must be a version's number, from 1, or draft".into())
    }
}

impl From<FlowsFilter> for Option<FlowStatus> {
    fn from(FlowsFilter { status }: FlowsFilter) -> Self {
        status
    }
}

/// The list of flows.
pub(crate) struct Flows;

impl List for Flows {
    const NAME: &'static str = "flows";
    const ROWS: &'static str = "flows";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this list, with the same status";
    const SAME: &'static str = ", with the same filter";
    type Query = FlowsFilter;
    type Filter = Option<FlowStatus>;
    type Limit = PageLimit;
    type Key = FlowId;
}

/// The list of a flow's versions.
pub(crate) struct FlowVersions;

impl List for FlowVersions {
    const NAME: &'static str = "flow versions";
    const ROWS: &'static str = "versions";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this flow's versions";
    const SAME: &'static str = "";
    type Query = ();
    type Filter = FlowId;
    type Limit = PageLimit;
    type Key = VersionNumber;
}
