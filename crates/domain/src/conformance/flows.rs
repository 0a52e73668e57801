//! A flow store keeps flows and flow proposals, each within its account.

use crate::flow::FlowStatus;
use crate::ids::IdSource;
use crate::repository::PutOutcome;
use crate::text::Name;

use super::support::{RandomIds, World};

/// A flow of every status is kept, and putting it again replaces it.
pub async fn a_flow_is_kept_and_replaced(world: &World) {
    let mut flow = world.desk().await.flow;
    for status in FlowStatus::ALL {
        flow.status = status;
        flow.name = Name::new(format!("Wi-Fi ({})", status.as_str())).unwrap();
        assert_eq!(world.flows.put_flow(&flow).await.unwrap(), PutOutcome::Stored);
        assert_eq!(world.flows.flow(flow.account_id, flow.id).await.unwrap(), Some(flow.clone()));
    }
}

/// Another account's flow or proposal is not there, and neither read nor overwritten: its id is free here.
pub async fn another_accounts_flows_are_not_there(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let (mut flow, mut proposal) = (desk.flow.clone(), desk.proposal.clone());
    flow.account_id = other.account.id;
    proposal.account_id = other.account.id;
    assert_eq!(world.flows.flow(other.account.id, flow.id).await.unwrap(), None);
    assert_eq!(world.flows.proposal(other.account.id, proposal.id).await.unwrap(), None);
    flow.name = Name::new("Ours now").unwrap();
    proposal.name = flow.name.clone();
    assert_eq!(world.flows.put_flow(&flow).await.unwrap(), PutOutcome::Stored);
    assert_eq!(world.flows.put_proposal(&proposal).await.unwrap(), PutOutcome::Stored);
    assert_eq!(world.flows.flow(desk.account.id, flow.id).await.unwrap(), Some(desk.flow));
    assert_eq!(world.flows.proposal(desk.account.id, proposal.id).await.unwrap(), Some(desk.proposal));
    assert_eq!(world.flows.flow(other.account.id, flow.id).await.unwrap(), Some(flow));
    assert_eq!(world.flows.proposal(other.account.id, proposal.id).await.unwrap(), Some(proposal));
}

/// A flow or proposal needs an account that is there.
pub async fn a_flow_needs_an_account_that_is_there(world: &World) {
    let desk = world.desk().await;
    let (mut flow, mut proposal) = (desk.flow, desk.proposal);
    flow.id = RandomIds.new_id().into();
    proposal.id = RandomIds.new_id().into();
    flow.account_id = RandomIds.new_id().into();
    proposal.account_id = flow.account_id;
    assert_eq!(world.flows.put_flow(&flow).await.unwrap(), PutOutcome::AccountNotFound);
    assert_eq!(world.flows.put_proposal(&proposal).await.unwrap(), PutOutcome::AccountNotFound);
}

/// Once a proposal counts as validated, putting it again does not take that back.
pub async fn a_validated_proposal_stays_validated(world: &World) {
    let mut proposal = world.desk().await.proposal;
    for (put, expected) in [(false, false), (true, true), (false, true)] {
        proposal.validated_by_outcome = put;
        assert_eq!(world.flows.put_proposal(&proposal).await.unwrap(), PutOutcome::Stored);
        let kept = world.flows.proposal(proposal.account_id, proposal.id).await.unwrap().unwrap();
        assert_eq!(kept.validated_by_outcome, expected);
    }
}
