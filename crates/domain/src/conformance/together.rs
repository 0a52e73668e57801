//! What one store does that keeps sessions, flows and accounts side by side: checks and changes across them in one write.

use crate::flow::FlowStatus;
use crate::ids::IdSource;
use crate::ports::CreateOutcome;
use crate::session::Target;

use super::support::{Desk, RandomIds, World, assert_nothing_written, escalate, resolve, step, unchecked_walk};

async fn assert_refused(desk: &Desk, target: Target, expected: CreateOutcome) {
    assert_nothing_written(desk, unchecked_walk(desk, target, None), expected).await;
}

/// No walk of an unknown, foreign, draft or archived flow is written, and no ticket is left behind.
pub async fn only_published_flows_of_the_account_are_walked(world: &World) {
    let (mut desk, other) = (world.desk().await, world.desk().await);
    let unknown = Target::Flow(RandomIds.new_id().into());
    assert_refused(&desk, unknown, CreateOutcome::FlowNotFound).await;
    assert_refused(&desk, Target::Flow(other.flow.id), CreateOutcome::FlowNotFound).await;
    for status in [FlowStatus::Draft, FlowStatus::Archived] {
        desk.flow.status = status;
        world.flows.put_flow(&desk.flow).await.unwrap();
        assert_refused(&desk, Target::Flow(desk.flow.id), CreateOutcome::FlowNotFound).await;
    }
    let unknown = Target::Proposal(RandomIds.new_id().into());
    assert_refused(&desk, unknown, CreateOutcome::FlowProposalNotFound).await;
    let foreign = Target::Proposal(other.proposal.id);
    assert_refused(&desk, foreign, CreateOutcome::FlowProposalNotFound).await;
}

/// A walk goes on when its flow is archived under it.
pub async fn a_running_walk_outlives_its_flow(world: &World) {
    let mut desk = world.desk().await;
    let id = desk.flow_walk().await.header.id;
    desk.flow.status = FlowStatus::Archived;
    world.flows.put_flow(&desk.flow).await.unwrap();
    assert_eq!(desk.command(id, step("a")).await.path.len(), 1);
}

/// A proposal counts as validated once a walk of it was resolved as helpful, and not by any other end.
pub async fn only_a_helpful_walk_validates_its_proposal(world: &World) {
    let desk = world.desk().await;
    for (end, expected) in [(resolve(false), false), (escalate(), false), (resolve(true), true), (escalate(), true)] {
        let id = desk.walk_of(Target::Proposal(desk.proposal.id)).await.header.id;
        desk.command(id, end).await;
        let proposal = world.flows.proposal(desk.account.id, desk.proposal.id).await.unwrap().unwrap();
        assert_eq!(proposal.validated_by_outcome, expected);
    }
}
