//! Flows and flow proposals.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};
use firstline_domain::error::StoreError;
use firstline_domain::flow::{Flow, FlowProposal, FlowStatus, TreeLocation};
use firstline_domain::ids::FlowId;
use firstline_domain::text::Name;
use uuid::Uuid;

use super::table::Table;
use crate::sql_types::Uid;

/// What is known of every flow.
#[derive(QueryableByName)]
pub(super) struct FlowColumns {
    #[diesel(sql_type = Uid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    tree: String,
}

impl FlowColumns {
    pub(super) const fn table(&self) -> Table {
        Table("flows", self.id)
    }

    /// The id, the name, the status and where the tree is.
    pub(super) fn read(self) -> Result<(FlowId, Name, FlowStatus, TreeLocation), StoreError> {
        let table = self.table();
        let name = table.checked("name", Name::stored(self.name))?;
        let status = table.known("status", FlowStatus::parse(&self.status))?;
        Ok((self.id.into(), name, status, table.known("tree", TreeLocation::parse(&self.tree))?))
    }
}

#[derive(QueryableByName)]
pub(crate) struct FlowRow {
    #[diesel(sql_type = Uid)]
    account_id: Uuid,
    #[diesel(embed)]
    flow: FlowColumns,
}

impl TryFrom<FlowRow> for Flow {
    type Error = StoreError;

    fn try_from(row: FlowRow) -> Result<Self, StoreError> {
        let (id, name, status, tree) = row.flow.read()?;
        Ok(Self { id, account_id: row.account_id.into(), name, status, tree })
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
