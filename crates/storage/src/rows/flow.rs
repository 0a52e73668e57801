//! Flows and flow proposals.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};
use firstline_domain::error::StoreError;
use firstline_domain::flow::{Flow, FlowProposal, FlowStatus, TreeLocation};
use firstline_domain::text::Name;
use uuid::Uuid;

use super::table::Table;
use crate::sql_types::Uid;

#[derive(QueryableByName)]
pub(crate) struct FlowRow {
    #[diesel(sql_type = Uid)]
    account_id: Uuid,
    #[diesel(sql_type = Uid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    tree: String,
}

impl TryFrom<FlowRow> for Flow {
    type Error = StoreError;

    fn try_from(row: FlowRow) -> Result<Self, StoreError> {
        let table = Table("flows", row.id);
        Ok(Self {
            id: row.id.into(),
            account_id: row.account_id.into(),
            name: table.checked("name", Name::stored(row.name))?,
            status: table.known("status", FlowStatus::parse(&row.status))?,
            tree: table.known("tree", TreeLocation::parse(&row.tree))?,
        })
    }
}

#[derive(QueryableByName)]
pub(crate) struct ProposalRow {
    #[diesel(sql_type = Uid)]
    account_id: Uuid,
    #[diesel(sql_type = Uid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    validated_by_outcome: bool,
}

impl TryFrom<ProposalRow> for FlowProposal {
    type Error = StoreError;

    fn try_from(row: ProposalRow) -> Result<Self, StoreError> {
        let table = Table("flow_proposals", row.id);
        Ok(Self {
            id: row.id.into(),
            account_id: row.account_id.into(),
            name: table.checked("name", Name::stored(row.name))?,
            validated_by_outcome: row.validated_by_outcome,
        })
    }
}
