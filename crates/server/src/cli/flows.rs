//! Flows and flow proposals, registered: an id, a name, and the mark that the tree lives elsewhere.

use std::sync::Arc;

use firstline_domain::flow::{Flow, FlowProposal, FlowStatus, TreeLocation};
use firstline_domain::ids::{AccountId, FlowId, FlowProposalId};
use firstline_domain::ports::Store;
use serde_json::json;

use super::failures::stored;
use crate::database::{administer, store_failure};
use crate::failure::Failure;
use crate::output;
use crate::settings::Settings;
use crate::system::UuidV7;
use crate::values::checked;

pub(super) async fn register_flow(
    settings: &Settings,
    account_id: AccountId,
    name: String,
    status: FlowStatus,
) -> Result<(), Failure> {
    let (id, name) = (FlowId::generate(&UuidV7), checked("--name", name)?);
    let flow = Flow { id, account_id, name, status, tree: TreeLocation::External };
    let put = async |store: Arc<dyn Store>| store.put_flow(&flow).await.map_err(store_failure);
    stored(administer(&settings.database, put).await?, account_id)?;
    output::object(&json!({ "flow_id": id }))
}

pub(super) async fn register_proposal(settings: &Settings, account_id: AccountId, name: String) -> Result<(), Failure> {
    let (id, name) = (FlowProposalId::generate(&UuidV7), checked("--name", name)?);
    let proposal = FlowProposal { id, account_id, name, validated_by_outcome: false };
    let put = async |store: Arc<dyn Store>| store.put_proposal(&proposal).await.map_err(store_failure);
    stored(administer(&settings.database, put).await?, account_id)?;
    output::object(&json!({ "flow_proposal_id": id }))
}
