//! Flows in answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, HeaderName, HeaderValue, LOCATION};
use firstline_domain::flow::authored::{AuthoredFlow, Draft, VersionNumber};
use firstline_domain::flow::tree::Tree;
use firstline_domain::flow::{FlowStatus, TreeLocation};
use firstline_domain::ids::{FlowId, UserId};
use firstline_domain::ports::FlowHead;
use firstline_domain::service::FlowView;
use serde::Serialize;

use super::{Time, append, append_array};
use crate::observe::json;
use crate::problem::Problem;

/// The tag of a flow: its revision.
pub(crate) fn etag_of_revision(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// The tag of a version, which is no revision: as a condition of a change it is stale.
pub(crate) fn etag_of_version(number: VersionNumber) -> String {
    format!("\"v{number}\"")
}

#[derive(Serialize)]
struct RowJson<'a> {
    id: FlowId,
    name: &'a str,
    status: FlowStatus,
    tree: TreeLocation,
    latest_version: Option<VersionNumber>,
}

#[derive(Serialize)]
struct FlowJson<'a> {
    id: FlowId,
    name: &'a str,
    status: FlowStatus,
    tree: TreeLocation,
    revision: Option<i64>,
    latest_version: Option<VersionNumber>,
    created_by_user_id: Option<UserId>,
    created_at: Option<Time>,
    updated_at: Option<Time>,
    draft: Option<DraftJson<'a>>,
}

#[derive(Serialize)]
struct DraftJson<'a> {
    document: &'a Tree,
    restored_from_version: Option<VersionNumber>,
    edited_by_user_id: UserId,
    edited_at: Time,
}

impl<'a> From<&'a Draft> for DraftJson<'a> {
    fn from(draft: &'a Draft) -> Self {
        Self {
            document: &draft.tree,
            restored_from_version: draft.restored_from,
            edited_by_user_id: draft.edited_by,
            edited_at: Time(draft.edited_at),
        }
    }
}

impl<'a> From<&'a FlowView> for FlowJson<'a> {
    fn from(flow: &'a FlowView) -> Self {
        match flow {
            FlowView::Authored(flow) => flow.into(),
            FlowView::Published(flow) => Self { draft: None, ..flow.into() },
            FlowView::Registered(flow) => Self {
                id: flow.id,
                name: flow.name.as_str(),
                status: flow.status,
                tree: flow.tree,
                revision: None,
                latest_version: None,
                created_by_user_id: None,
                created_at: None,
                updated_at: None,
                draft: None,
            },
        }
    }
}

/// All of it, as an author may see it.
impl<'a> From<&'a AuthoredFlow> for FlowJson<'a> {
    fn from(flow: &'a AuthoredFlow) -> Self {
        Self {
            id: flow.id,
            name: flow.name().as_str(),
            status: flow.status,
            tree: TreeLocation::Authored,
            revision: Some(flow.revision),
            latest_version: flow.latest.as_ref().map(|latest| latest.number),
            created_by_user_id: Some(flow.created_by),
            created_at: Some(Time(flow.created_at)),
            updated_at: Some(Time(flow.updated_at)),
            draft: Some((&flow.draft).into()),
        }
    }
}

/// The answer with a flow as whoever asks may see it.
pub(crate) fn flow_answer(flow: &FlowView) -> Result<HttpResponse, Problem> {
    answer_of(&flow.into())
}

/// The answer with a flow, to one of its authors.
pub(crate) fn authored_answer(flow: &AuthoredFlow) -> Result<HttpResponse, Problem> {
    answer_of(&flow.into())
}

/// The answer with a flow that was made.
pub(crate) fn made_flow_answer(flow: &AuthoredFlow) -> Result<HttpResponse, Problem> {
    let mut answer = authored_answer(flow)?;
    *answer.status_mut() = StatusCode::CREATED;
    put(&mut answer, LOCATION, &format!("/api/v1/flows/{}", flow.id));
    Ok(answer)
}

fn answer_of(flow: &FlowJson<'_>) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(4_096);
    append(&mut out, flow)?;
    let mut answer = json(out);
    if let Some(revision) = flow.revision {
        put(&mut answer, ETAG, &etag_of_revision(revision));
    }
    Ok(answer)
}

/// The answer with a page of flows.
pub(crate) fn flows_answer(flows: &[FlowHead]) -> Result<HttpResponse, Problem> {
    let mut out = Vec::with_capacity(2 + 192 * flows.len());
    append_array(&mut out, flows, |out, flow| {
        let row = RowJson {
            id: flow.id,
            name: flow.name.as_str(),
            status: flow.status,
            tree: flow.tree,
            latest_version: flow.latest,
        };
        append(out, &row)
    })?;
    Ok(json(out))
}

fn put(answer: &mut HttpResponse, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}
