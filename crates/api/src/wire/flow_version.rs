//! Versions of flows in answers, and what is found by comparing, checking and searching them.

use actix_web::HttpResponse;
use actix_web::http::header::{ETAG, HeaderValue};
use firstline_domain::flow::authored::{FlowVersion, TreeDiff, VersionNumber};
use firstline_domain::flow::check::Report;
use firstline_domain::flow::tree::Tree;
use firstline_domain::ids::{FlowId, UserId};
use firstline_domain::ports::VersionHead;
use firstline_domain::search::Suggestion;
use firstline_domain::service::FlowSide;
use serde::{Serialize, Serializer};

use super::flow::etag_of_version;
use super::flow_report::ReportJson;
use super::{Time, append, append_array};
use crate::observe::json;
use crate::problem::Problem;

#[derive(Serialize)]
struct HeadJson {
    flow_id: FlowId,
    version: VersionNumber,
    published_by_user_id: UserId,
    published_at: Time,
}

#[derive(Serialize)]
struct VersionJson<'a> {
    #[serde(flatten)]
    head: HeadJson,
    pins: Vec<PinJson>,
    document: &'a Tree,
}

#[derive(Serialize)]
struct PinJson {
    flow_id: FlowId,
    version: VersionNumber,
}

/// The answer with a page of a flow's versions.
pub(crate) fn versions_answer(versions: &[VersionHead]) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(2 + 192 * versions.len());
    append_array(&mut out, versions, |out, version| {
        let row = HeadJson {
            flow_id: version.flow_id,
            version: version.number,
            published_by_user_id: version.published_by,
            published_at: Time(version.published_at),
        };
        append(out, &row)
    })?;
    Ok(json(out))
}

/// The answer with one version.
pub(crate) fn version_answer(version: &FlowVersion) -> Result<HttpResponse, Problem> {
    let head = HeadJson {
        flow_id: version.flow_id,
        version: version.number,
        published_by_user_id: version.published_by,
        published_at: Time(version.published_at),
    };
    let pins = version.pins.iter().map(|(flow_id, version)| PinJson { flow_id: *flow_id, version: *version });
    let mut out = Vec::with_capacity(4_096);
    append(&mut out, &VersionJson { head, pins: pins.collect(), document: &version.tree })?;
    let mut answer = json(out);
    if let Ok(etag) = HeaderValue::from_str(&etag_of_version(version.number)) {
        answer.headers_mut().insert(ETAG, etag);
    }
    Ok(answer)
}

/// A side of a comparison as the query names it, but a number as a number.
struct Side(FlowSide);

impl Serialize for Side {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            FlowSide::Draft => serializer.serialize_str("draft"),
            FlowSide::Version(number) => number.serialize(serializer),
        }
    }
}

#[derive(Serialize)]
struct DiffJson<'a> {
    flow_id: FlowId,
    from: Side,
    to: Side,
    #[serde(flatten)]
    diff: &'a TreeDiff,
}

/// The answer with what differs.
pub(crate) fn diff_answer(
    flow_id: FlowId,
    from: FlowSide,
    to: FlowSide,
    diff: &TreeDiff,
) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(1_024);
    append(&mut out, &DiffJson { flow_id, from: Side(from), to: Side(to), diff })?;
    Ok(json(out))
}

#[derive(Serialize)]
struct CheckedJson<'a> {
    flow_id: FlowId,
    revision: i64,
    publishable: bool,
    #[serde(flatten)]
    report: ReportJson<'a>,
}

/// The answer with everything that is wrong with a draft.
pub(crate) fn report_answer(flow_id: FlowId, revision: i64, report: &Report) -> Result<HttpResponse, Problem> {
    let checked = CheckedJson { flow_id, revision, publishable: report.is_publishable(), report: report.into() };
    let mut out = Vec::with_capacity(1_024);
    append(&mut out, &checked)?;
    Ok(json(out))
}

#[derive(Serialize)]
struct SuggestionJson<'a> {
    flow_id: FlowId,
    flow_version: VersionNumber,
    name: &'a str,
    score: f64,
    matched_words: &'a [String],
}

/// The answer with suggestions, best first.
pub(crate) fn suggestions_answer(found: &[Suggestion]) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(2 + 192 * found.len());
    append_array(&mut out, found, |out, one| {
        let row = SuggestionJson {
            flow_id: one.flow_id,
            flow_version: one.version,
            name: one.name.as_str(),
            score: one.score,
            matched_words: &one.matched,
        };
        append(out, &row)
    })?;
    Ok(json(out))
}
