//! A flow store keeps flows and flow proposals, each within its account.

use crate::flow::authored::VersionNumber;
use crate::flow::{Flow, FlowStatus, TreeLocation};
use crate::ids::IdSource;
use crate::ports::{FlowFilter, PutOutcome};
use crate::text::Name;

use super::authored_flows::{author, management, tree};
use super::support::{RandomIds, World};

/// A flow of every status is kept, and putting it again replaces it.
pub async fn a_flow_is_kept_and_replaced(world: &World) {
    let mut flow = world.desk().await.flow;
    for status in FlowStatus::ALL {
        flow.status = status;
        flow.name = Name::new(format!("Wi-Fi ({})", status.as_str())).unwrap();
        assert_eq!(world.flows.put_flow(&flow).await.unwrap(), PutOutcome::Stored);
        assert_eq!(world.flows.flow(flow.account_id, flow.id).await.unwrap(), Some(flow.clone()));
        // Putting it makes no tree: it stays one whose steps come from elsewhere.
        let authored = Flow { tree: TreeLocation::Authored, ..flow.clone() };
        assert_eq!(world.flows.put_flow(&authored).await.unwrap(), PutOutcome::Stored);
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

/// Pages of flows, and of a flow's versions, are as long as was asked for, however many other accounts and flows have.
pub async fn pages_of_flows_and_versions_are_cut_after_whose_they_are_is_chosen(world: &World) {
    let desks = [world.desk().await, world.desk().await];
    for desk in &desks {
        for status in FlowStatus::ALL.into_iter().cycle().take(9) {
            let flow = Flow { id: RandomIds.new_id().into(), status, ..desk.flow.clone() };
            assert_eq!(world.flows.put_flow(&flow).await.unwrap(), PutOutcome::Stored);
        }
    }
    // The same ids in both accounts: what a version belongs to is the pair.
    let ids = [RandomIds.new_id().into(), RandomIds.new_id().into()];
    for round in 1..=4 {
        for (desk, id) in desks.iter().flat_map(|desk| ids.map(|id| (desk, id))) {
            let (flows, author) = (management(desk), author(desk.account.id));
            let tree = tree("Dock", &format!("Question {round}?"));
            if round == 1 {
                flows.create_as(id, author, tree).await.unwrap();
            } else {
                flows.edit(author, id, tree, None).await.unwrap();
            }
            flows.publish(author, id, None).await.unwrap();
        }
    }
    for desk in &desks {
        let account_id = desk.account.id;
        let counts = [(None, 12), (Some(FlowStatus::Published), 6), (Some(FlowStatus::Archived), 3)];
        for (status, count) in counts {
            let page = async |after, rows| {
                let found = world.flows.flows(account_id, FlowFilter { status }, after, rows).await.unwrap();
                found.into_iter().map(|flow| flow.id).collect::<Vec<_>>()
            };
            let whole = page(None, 99).await;
            assert_eq!(whole.len(), count, "{status:?}");
            assert!(whole.is_sorted());
            assert_eq!(page(None, 2).await, whole[..2]);
            assert_eq!(page(Some(whole[0]), 2).await, whole[1..3]);
        }
        for id in ids {
            let page = async |after: Option<u32>, rows| {
                let after = after.map(|number| VersionNumber::new(number).unwrap());
                let found = world.flows.flow_versions(account_id, id, after, rows).await.unwrap();
                found.into_iter().map(|version| version.number.get()).collect::<Vec<_>>()
            };
            assert_eq!(page(None, 2).await, [4, 3]);
            assert_eq!(page(Some(3), 2).await, [2, 1]);
            assert_eq!(page(Some(1), 2).await, [0_u32; 0]);
        }
    }
}
