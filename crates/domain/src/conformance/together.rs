//! What one store does that keeps sessions, flows and accounts side by side: checks and changes across them in one write.

use crate::flow::FlowStatus;
use crate::ids::IdSource;
use crate::ports::{CreateOutcome, NewWalk, WalkedTicket};
use crate::session::{Beginning, Target, replay, start};
use crate::ticket::{Ticket, TicketKind, TicketStatus};

use super::support::{Desk, RandomIds, World, call, escalate, resolve, step};

/// A walk of `target` as it would be written by a use case that did not look at the target first.
fn unchecked_walk(desk: &Desk, target: Target) -> NewWalk {
    let beginning = Beginning {
        session_id: RandomIds.new_id().into(),
        account_id: desk.account.id,
        ticket_id: RandomIds.new_id().into(),
        ticket_kind: TicketKind::Internal,
        walk: target.into(),
    };
    let now = crate::clock::Clock::now(desk.clock.as_ref());
    let events = start(&beginning, None, desk.technician, now);
    let session = replay(desk.account.id, beginning.session_id, &events, crate::session::Notes::empty()).unwrap();
    let ticket = Ticket {
        id: beginning.ticket_id,
        account_id: desk.account.id,
        created_by: desk.technician.user_id(),
        call: call("Printer is offline"),
        status: TicketStatus::Open,
        created_at: now,
        updated_at: now,
    };
    NewWalk { ticket: WalkedTicket::New(ticket), header: session.header, events }
}

async fn assert_nothing_written(world: &World, desk: &Desk, target: Target, expected: CreateOutcome) {
    let walk = unchecked_walk(desk, target);
    let (session_id, ticket_id) = (walk.header.id, walk.header.ticket_id);
    assert_eq!(world.sessions.create(walk).await.unwrap(), expected, "{target:?}");
    assert_eq!(world.sessions.session(desk.account.id, session_id).await.unwrap(), None);
    assert_eq!(world.sessions.ticket(desk.account.id, ticket_id).await.unwrap(), None, "a ticket is left behind");
}

/// No walk of an unknown, foreign, draft or archived flow is written, and no ticket is left behind.
pub async fn only_published_flows_of_the_account_are_walked(world: &World) {
    let (mut desk, other) = (world.desk().await, world.desk().await);
    let unknown = Target::Flow(RandomIds.new_id().into());
    assert_nothing_written(world, &desk, unknown, CreateOutcome::FlowNotFound).await;
    assert_nothing_written(world, &desk, Target::Flow(other.flow.id), CreateOutcome::FlowNotFound).await;
    for status in [FlowStatus::Draft, FlowStatus::Archived] {
        desk.flow.status = status;
        world.flows.put_flow(&desk.flow).await.unwrap();
        assert_nothing_written(world, &desk, Target::Flow(desk.flow.id), CreateOutcome::FlowNotFound).await;
    }
    let unknown = Target::Proposal(RandomIds.new_id().into());
    assert_nothing_written(world, &desk, unknown, CreateOutcome::FlowProposalNotFound).await;
    let foreign = Target::Proposal(other.proposal.id);
    assert_nothing_written(world, &desk, foreign, CreateOutcome::FlowProposalNotFound).await;
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
