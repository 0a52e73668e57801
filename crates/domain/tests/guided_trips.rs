//! What a guided walk asks the stores for: no more than a plain one. Each call of a store is a trip to the database.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first thing that is not as it should be"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use firstline_domain::clock::Instant;
use firstline_domain::conformance::{Desk, RandomIds, World};
use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::{
    AuthoredFlow, FlowChange, FlowPlan, FlowVersion, VersionNumber, create, publish,
};
use firstline_domain::flow::check::NotLookedUp;
use firstline_domain::flow::format::from_value;
use firstline_domain::flow::{Flow, FlowProposal};
use firstline_domain::ids::{AccountId, FlowId, FlowProposalId, IdSource, SessionId, TicketId, UserId};
use firstline_domain::memory::MemoryStore;
use firstline_domain::ports::{
    CreateOutcome, FlowFilter, FlowHead, FlowSaveOutcome, FlowStore, IdleSession, ListedSession, NewWalk, PutOutcome,
    QueuePosition, QueueRow, SaveOutcome, SessionStore, VersionHead, Walkable,
};
use firstline_domain::session::{Command, Event, Save, Session, StepMark, Target, TicketWithSessions};
use firstline_domain::text::{Answer, NodeId, Question};
use firstline_domain::ticket::TicketStatus;
use serde_json::json;

/// A store in memory that counts how often it is asked.
#[derive(Clone, Default)]
struct Counted {
    store: MemoryStore,
    trips: Arc<AtomicU32>,
}

impl Counted {
    fn trip(&self) -> &MemoryStore {
        self.trips.fetch_add(1, Ordering::SeqCst);
        &self.store
    }
}

/// The methods of a trait, each a trip that is handed on.
macro_rules! counted {
    ($store:ident: $(fn $name:ident($($arg:ident: $of:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        impl $store for Counted {
            $(async fn $name(&self, $($arg: $of),*) -> Result<$answer, StoreError> {
                $store::$name(self.trip(), $($arg),*).await
            })+
        }
    };
}

counted! { SessionStore:
    fn create(walk: NewWalk) -> CreateOutcome;
    fn save(save: Save) -> SaveOutcome;
    fn session(account_id: AccountId, id: SessionId) -> Option<Session>;
    fn active(account_id: AccountId, created_by: UserId, limit: u16, text_bytes: u64) -> Vec<ListedSession>;
    fn event_page(account_id: AccountId, id: SessionId, after: i64, rows: u16) -> Option<Vec<Event>>;
    fn step_marks(account_id: AccountId, id: SessionId) -> Vec<(i64, StepMark)>;
    fn ticket(account_id: AccountId, id: TicketId) -> Option<TicketWithSessions>;
    fn queue(account_id: AccountId, status: Option<TicketStatus>, after: Option<QueuePosition>, rows: u16) -> Vec<QueueRow>;
    fn idle(before: Instant, after: Option<IdleSession>, limit: u16) -> Vec<IdleSession>;
}

counted! { FlowStore:
    fn flow(account_id: AccountId, id: FlowId) -> Option<Flow>;
    fn put_flow(flow: &Flow) -> PutOutcome;
    fn walkable(account_id: AccountId, id: FlowId) -> Option<Walkable>;
    fn flows(account_id: AccountId, filter: FlowFilter, after: Option<FlowId>, rows: u16) -> Vec<FlowHead>;
    fn authored(account_id: AccountId, id: FlowId) -> Option<AuthoredFlow>;
    fn save_flow(change: FlowChange) -> FlowSaveOutcome;
    fn flow_version(account_id: AccountId, id: FlowId, number: VersionNumber) -> Option<FlowVersion>;
    fn flow_versions(account_id: AccountId, id: FlowId, after: Option<VersionNumber>, rows: u16) -> Vec<VersionHead>;
    fn flows_mark(account_id: AccountId) -> i64;
    fn published(account_id: AccountId) -> Vec<(FlowId, VersionNumber)>;
    fn proposal(account_id: AccountId, id: FlowProposalId) -> Option<FlowProposal>;
    fn put_proposal(proposal: &FlowProposal) -> PutOutcome;
}

/// A published flow of two questions that lead to each other, and out.
async fn authored(desk: &Desk) -> FlowId {
    let question = |id: &str, other: &str| {
        json!({ "id": id, "kind": "question", "prompt": format!("{id}?"), "answers": [
            { "id": "on", "label": "On", "key": 1, "next": other }, { "id": "out", "label": "Out", "key": 2, "next": "end" } ] })
    };
    let document = json!({ "format": "firstline-flow/1", "name": "Round and round", "description": "A loop.",
        "keywords": ["loop"], "root": "a",
        "nodes": [question("a", "b"), question("b", "a"), { "id": "end", "kind": "resolved", "text": "Done." }] });
    let author = desk.author().await;
    let flow = create(RandomIds.new_id().into(), author, from_value(&document).unwrap(), desk.now());
    let FlowPlan::Change(published) = publish(&flow, &NotLookedUp, None, author, desk.now()).unwrap() else { panic!() };
    let id = flow.id;
    let made = FlowChange { flow, expected_revision: 0, version: None };
    for change in [made, *published] {
        assert_eq!(desk.world.flows.save_flow(change).await.unwrap(), FlowSaveOutcome::Saved);
    }
    id
}

fn step(node: &str) -> Command {
    Command::Step {
        node_id: NodeId::new(node).unwrap(),
        question: Some(Question::new("?").unwrap()),
        answer: Answer::new("1").unwrap(),
        note: None,
        answered: None,
    }
}

#[tokio::test]
async fn a_guided_walk_asks_the_stores_no_more_than_a_plain_one() {
    let counted = Counted::default();
    let world = World {
        sessions: Arc::new(counted.clone()),
        flows: Arc::new(counted.clone()),
        ..World::of(Arc::new(counted.store.clone()))
    };
    let desk = world.desk().await;
    let guided = authored(&desk).await;
    // The version is loaded once.
    desk.walk_of(Target::Flow(guided)).await;
    let mut trips = Vec::new();
    for flow in [desk.flow.id, guided] {
        let count = || counted.trips.swap(0, Ordering::SeqCst);
        count();
        let session = desk.walk_of(Target::Flow(flow)).await.header;
        let mut of_flow = vec![("intake", count())];
        for (what, command) in [
            ("step", step("a")),
            ("another step", step("b")),
            ("undo", Command::Undo { node_id: None, answered: None }),
            ("the step again", step("b")),
        ] {
            let seen = desk.workspace.change(desk.technician, session.id, command).await.unwrap();
            assert_eq!(seen.walk.is_some(), flow == guided);
            of_flow.push((what, count()));
        }
        desk.workspace.session(desk.technician, session.id).await.unwrap();
        of_flow.push(("read", count()));
        desk.workspace.active(desk.technician, true).await.unwrap();
        of_flow.push(("list", count()));
        desk.workspace.ticket(desk.technician, session.ticket_id).await.unwrap();
        of_flow.push(("ticket", count()));
        trips.push(of_flow);
    }
    assert_eq!(trips[0], trips[1]);
    assert_eq!(trips[0][..2], [("intake", 2), ("step", 2)]);
}
