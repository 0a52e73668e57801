//! Flows in JSON.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use chrono::{DateTime, Utc};
use firstline_domain::flow::authored::{AuthoredFlow, Draft, VersionNumber};
use firstline_domain::flow::{FlowStatus as DomainFlowStatus, TreeLocation};
use firstline_domain::ports::FlowHead;
use firstline_domain::service::FlowView;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::document::{FlowDocument, example_document};
use crate::resources::names::{FlowStatus, FlowTree};
use crate::respond::{Unwritten, etag_of_revision, json, set_header, time};

/// A flow in a list.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0199c0de-0000-7000-8000-000000000001", "name": "Printer offline", "status": "published", "tree": "authored",
    "latest_version": 3,
}))]
pub(crate) struct FlowRow<'a> {
    /// The id of the flow.
    id: Uuid,
    /// What people call the flow.
    name: &'a str,
    /// The state of the flow.
    status: FlowStatus,
    /// Where the flow's tree is kept.
    tree: FlowTree,
    /// The newest published version; null where there is none.
    #[schema(required, minimum = 1)]
    latest_version: Option<u32>,
}

/// A flow.
#[derive(Serialize, ToSchema)]
#[schema(example = example_flow)]
pub(crate) struct Flow<'a> {
    /// The id of the flow.
    id: Uuid,
    /// What people call the flow.
    name: &'a str,
    /// The state of the flow.
    status: FlowStatus,
    /// Where the flow's tree is kept.
    tree: FlowTree,
    /// The number of changes, from 1; the `ETag` has the same number. Null for a registered flow.
    #[schema(required, minimum = 1)]
    revision: Option<i64>,
    /// The newest published version, which new walks of a published flow take; null where there is none.
    #[schema(required, minimum = 1)]
    latest_version: Option<u32>,
    /// The user who created the flow; null for a registered flow.
    #[schema(required)]
    created_by_user_id: Option<Uuid>,
    /// When the flow was created; null for a registered flow.
    #[serde(serialize_with = "time")]
    #[schema(required)]
    created_at: Option<DateTime<Utc>>,
    /// When the flow last changed; null for a registered flow.
    #[serde(serialize_with = "time")]
    #[schema(required)]
    updated_at: Option<DateTime<Utc>>,
    /// The tree as its authors work on it; null for callers who do not author flows, and for a registered flow.
    #[schema(required)]
    draft: Option<FlowDraft<'a>>,
}

/// The tree as its authors work on it.
#[derive(Serialize, ToSchema)]
struct FlowDraft<'a> {
    /// The tree.
    document: FlowDocument<'a>,
    /// The version that the draft was restored from; null where none was, or the draft was edited since.
    #[schema(required, minimum = 1)]
    restored_from_version: Option<u32>,
    /// The user who last changed the draft.
    edited_by_user_id: Uuid,
    /// When the draft last changed.
    #[serde(serialize_with = "time")]
    edited_at: DateTime<Utc>,
}

impl<'a> From<&'a FlowHead> for FlowRow<'a> {
    fn from(flow: &'a FlowHead) -> Self {
        Self {
            id: flow.id.as_uuid(),
            name: flow.name.as_str(),
            status: flow.status.into(),
            tree: flow.tree.into(),
            latest_version: flow.latest.map(VersionNumber::get),
        }
    }
}

impl<'a> Flow<'a> {
    /// A flow of which nothing but its name and status is known or may be seen.
    fn named(id: Uuid, name: &'a str, status: DomainFlowStatus, tree: TreeLocation) -> Self {
        Self {
            id,
            name,
            status: status.into(),
            tree: tree.into(),
            revision: None,
            latest_version: None,
            created_by_user_id: None,
            created_at: None,
            updated_at: None,
            draft: None,
        }
    }
}

impl<'a> From<&'a FlowView> for Flow<'a> {
    fn from(flow: &'a FlowView) -> Self {
        match flow {
            FlowView::Authored(flow) => flow.into(),
            FlowView::Published(flow) => Self { draft: None, ..flow.into() },
            FlowView::Registered(flow) => Self::named(flow.id.as_uuid(), flow.name.as_str(), flow.status, flow.tree),
        }
    }
}

/// All of it, as an author may see it.
impl<'a> From<&'a AuthoredFlow> for Flow<'a> {
    fn from(flow: &'a AuthoredFlow) -> Self {
        Self {
            revision: Some(flow.revision),
            latest_version: flow.latest.as_ref().map(|latest| latest.number.get()),
            created_by_user_id: Some(flow.created_by.as_uuid()),
            created_at: Some(flow.created_at),
            updated_at: Some(flow.updated_at),
            draft: Some((&flow.draft).into()),
            ..Self::named(flow.id.as_uuid(), flow.name().as_str(), flow.status, TreeLocation::Authored)
        }
    }
}

impl<'a> From<&'a Draft> for FlowDraft<'a> {
    fn from(draft: &'a Draft) -> Self {
        Self {
            document: (&draft.tree).into(),
            restored_from_version: draft.restored_from.map(VersionNumber::get),
            edited_by_user_id: draft.edited_by.as_uuid(),
            edited_at: draft.edited_at,
        }
    }
}

fn example_flow() -> Value {
    serde_json::json!({
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

/// The answer with a flow.
pub(super) fn flow_response(flow: &Flow<'_>) -> Result<HttpResponse, Unwritten> {
    let mut answer = json(flow, 4_096)?;
    if let Some(revision) = flow.revision {
        set_header(&mut answer, ETAG, &etag_of_revision(revision));
    }
    Ok(answer)
}

/// The answer with a flow that was made.
pub(super) fn made_flow_response(flow: &AuthoredFlow) -> Result<HttpResponse, Unwritten> {
    let mut answer = flow_response(&flow.into())?;
    *answer.status_mut() = StatusCode::CREATED;
    set_header(&mut answer, LOCATION, &format!("/api/v1/flows/{}", flow.id));
    Ok(answer)
}
