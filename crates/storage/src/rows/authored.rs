//! Authored flows and their versions.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::{AuthoredFlow, Draft, FlowVersion, LatestVersion, VersionNumber};
use firstline_domain::flow::{FlowStatus, TreeLocation};
use firstline_domain::ids::FlowId;
use firstline_domain::ports::{FlowHead, VersionHead, Walkable};
use firstline_domain::text::Name;
use uuid::Uuid;

use super::flow::FlowColumns;
use super::table::Table;
use crate::sql_types::{Instant, Uid};

/// The mark of an account's authored flows.
#[derive(QueryableByName)]
pub(crate) struct MarkRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) mark: i64,
}

#[derive(QueryableByName)]
pub(crate) struct FlowHeadRow {
    #[diesel(embed)]
    flow: FlowColumns,
    #[diesel(sql_type = Nullable<BigInt>)]
    latest_version: Option<i64>,
}

impl TryFrom<FlowHeadRow> for FlowHead {
    type Error = StoreError;

    fn try_from(row: FlowHeadRow) -> Result<Self, StoreError> {
        let table = row.flow.table();
        let (id, name, status, tree) = row.flow.read()?;
        let latest = row.latest_version.map(|number| table.version("latest_version", number)).transpose()?;
        Ok(Self { id, name, status, tree, latest })
    }
}

/// A flow that is published, and the version that new walks take.
#[derive(QueryableByName)]
pub(crate) struct WalkableRow {
    #[diesel(sql_type = Uid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    tree: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    latest_version: Option<i64>,
}

impl TryFrom<WalkableRow> for Walkable {
    type Error = StoreError;

    fn try_from(row: WalkableRow) -> Result<Self, StoreError> {
        match Table("flows", row.id).known("tree", TreeLocation::parse(&row.tree))? {
            TreeLocation::External => Ok(Self::External),
            TreeLocation::Authored => Ok(Self::Version(row.published()?.1)),
        }
    }
}

impl WalkableRow {
    /// The authored flow and its version.
    pub(crate) fn published(self) -> Result<(FlowId, VersionNumber), StoreError> {
        let table = Table("authored_flows", self.id);
        let number = table.known("latest_version", self.latest_version)?;
        Ok((self.id.into(), table.version("latest_version", number)?))
    }
}

#[derive(QueryableByName)]
pub(crate) struct AuthoredFlowRow {
    #[diesel(sql_type = Uid)]
    account_id: Uuid,
    #[diesel(sql_type = Uid)]
    flow_id: Uuid,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    draft: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    draft_restored_from: Option<i64>,
    #[diesel(sql_type = Uid)]
    draft_edited_by_user_id: Uuid,
    #[diesel(sql_type = Instant)]
    draft_edited_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<BigInt>)]
    latest_version: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    latest_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    latest_fingerprint: Option<String>,
    #[diesel(sql_type = BigInt)]
    revision: i64,
    #[diesel(sql_type = Uid)]
    created_by_user_id: Uuid,
    #[diesel(sql_type = Instant)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Instant)]
    updated_at: DateTime<Utc>,
}

impl TryFrom<AuthoredFlowRow> for AuthoredFlow {
    type Error = StoreError;

    fn try_from(row: AuthoredFlowRow) -> Result<Self, StoreError> {
        let table = Table("authored_flows", row.flow_id);
        let latest = match (row.latest_version, row.latest_name, row.latest_fingerprint) {
            (None, None, None) => None,
            (Some(number), Some(name), Some(fingerprint)) => Some(LatestVersion {
                number: table.version("latest_version", number)?,
                name: table.checked("latest_name", Name::stored(name))?,
                fingerprint,
            }),
            _ => return Err(table.corrupt("the columns of the latest version are not there together")),
        };
        let restored_from = row.draft_restored_from.map(|number| table.version("draft_restored_from", number));
        Ok(Self {
            id: row.flow_id.into(),
            account_id: row.account_id.into(),
            status: table.known("status", FlowStatus::parse(&row.status))?,
            draft: Draft {
                tree: table.tree("draft", &row.draft)?,
                restored_from: restored_from.transpose()?,
                edited_by: row.draft_edited_by_user_id.into(),
                edited_at: row.draft_edited_at,
            },
            latest,
            revision: row.revision,
            created_by: row.created_by_user_id.into(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

#[derive(QueryableByName)]
pub(crate) struct FlowVersionRow {
    #[diesel(sql_type = Uid)]
    account_id: Uuid,
    #[diesel(embed)]
    head: VersionHeadRow,
    #[diesel(sql_type = Text)]
    tree: String,
    #[diesel(sql_type = Text)]
    pins: String,
}

impl TryFrom<FlowVersionRow> for FlowVersion {
    type Error = StoreError;

    fn try_from(row: FlowVersionRow) -> Result<Self, StoreError> {
        let table = Table("flow_versions", row.head.flow_id);
        let VersionHead { flow_id, number, published_by, published_at } = row.head.try_into()?;
        Ok(Self {
            flow_id,
            account_id: row.account_id.into(),
            number,
            tree: table.tree("tree", &row.tree)?,
            // Its own error would repeat the text.
            pins: serde_json::from_str(&row.pins).map_err(|_| table.corrupt("pins cannot be read"))?,
            published_by,
            published_at,
        })
    }
}

#[derive(QueryableByName)]
pub(crate) struct VersionHeadRow {
    #[diesel(sql_type = Uid)]
    flow_id: Uuid,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Uid)]
    published_by_user_id: Uuid,
    #[diesel(sql_type = Instant)]
    published_at: DateTime<Utc>,
}

impl TryFrom<VersionHeadRow> for VersionHead {
    type Error = StoreError;

    fn try_from(row: VersionHeadRow) -> Result<Self, StoreError> {
        Ok(Self {
            flow_id: row.flow_id.into(),
            number: Table("flow_versions", row.flow_id).version("number", row.number)?,
            published_by: row.published_by_user_id.into(),
            published_at: row.published_at,
        })
    }
}
