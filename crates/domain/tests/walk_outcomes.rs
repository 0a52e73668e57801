//! What a store answers to a new walk is told to the caller only where it can be true.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/hooked.rs"]
mod hooked;

use std::sync::Arc;

use firstline_domain::conformance::{Desk, World};
use firstline_domain::error::StoreError;
use firstline_domain::ids::TicketId;
use firstline_domain::memory::MemoryStore;
use firstline_domain::ports::CreateOutcome;
use firstline_domain::service::{Intake, WalkBegun, WorkspaceError};
use firstline_domain::session::Target;
use firstline_domain::text::ProblemStatement;
use firstline_domain::ticket::{CallDetails, TicketNotOpen, TicketStatus};

use hooked::{Hooked, Hooks};

/// Answers every new walk with this.
struct Answers(CreateOutcome);

impl Hooks for Answers {
    fn created(&self) -> Option<CreateOutcome> {
        Some(self.0)
    }
}

/// A desk with a ticket whose walk was abandoned.
async fn desk(store: &MemoryStore) -> (Desk, TicketId) {
    let desk = World::of(Arc::new(store.clone())).desk().await;
    let ticket = desk.flow_walk().await.header.ticket_id;
    desk.wait(60 * 60 * 24 * 365);
    desk.sweep().await;
    (desk, ticket)
}

fn call() -> CallDetails {
    let problem_statement = ProblemStatement::new("Outlook does not open").unwrap();
    CallDetails { problem_statement, customer_name: None, customer_contact: None }
}

/// What the caller is told.
fn told(end: &Result<WalkBegun, WorkspaceError>) -> &'static str {
    match end {
        Err(WorkspaceError::FlowNotFound(_)) => "no such flow",
        Err(WorkspaceError::FlowProposalNotFound(_)) => "no such proposal",
        Err(WorkspaceError::TicketNotOpen(TicketNotOpen { status: TicketStatus::Open })) => "is walked",
        Err(WorkspaceError::Store(StoreError::Failed(cause))) if cause.to_string().contains("new walk") => "failed",
        _ => "something else",
    }
}

#[tokio::test]
async fn an_outcome_that_does_not_fit_the_walk_is_a_failure_of_the_store() {
    use CreateOutcome::{FlowNotFound, FlowProposalNotFound, TicketNotOpen};
    let store = MemoryStore::new();
    let (mut desk, ticket) = desk(&store).await;
    let (flow, proposal) = (Target::Flow(desk.flow.id), Target::Proposal(desk.proposal.id));
    // What a call is told, and what a walk of a ticket that is there.
    for (outcome, target, of_call, of_ticket) in [
        (FlowNotFound, Target::Adhoc, "failed", "failed"),
        (FlowNotFound, flow, "no such flow", "no such flow"),
        (FlowNotFound, proposal, "failed", "failed"),
        (FlowProposalNotFound, Target::Adhoc, "failed", "failed"),
        (FlowProposalNotFound, flow, "failed", "failed"),
        (FlowProposalNotFound, proposal, "no such proposal", "no such proposal"),
        (TicketNotOpen, Target::Adhoc, "failed", "is walked"),
        (TicketNotOpen, flow, "failed", "is walked"),
        (TicketNotOpen, proposal, "failed", "is walked"),
    ] {
        desk.world.sessions = Arc::new(Hooked { store: store.clone(), hooks: Answers(outcome) });
        let workspace = desk.world.workspace(desk.clock.clone());
        let called = workspace.intake(desk.technician, Intake { call: call(), walk: target.into() }).await;
        let walked = workspace.walk(desk.technician, ticket, target.into()).await;
        assert_eq!(
            (told(&called), told(&walked)),
            (of_call, of_ticket),
            "{outcome:?} {target:?}: {called:?} {walked:?}"
        );
    }
}
