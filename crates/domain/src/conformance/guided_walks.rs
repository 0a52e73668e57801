//! Guided walks: a session of an authored flow keeps its version and where it stands, whatever becomes of the flow.

use serde_json::{Value, json};

use crate::flow::authored::{FlowPlan, VersionNumber, archive, create, edit, publish};
use crate::flow::check::NotLookedUp;
use crate::flow::format::from_value;
use crate::flow::tree::Tree;
use crate::flow::walk::Walk;
use crate::ids::{FlowId, IdSource};
use crate::ports::{CreateOutcome, FlowSaveOutcome};
use crate::service::{Intake, ListedView, SessionView, WorkspaceError};
use crate::session::{Command, Refusal, RefusalReason, Session, SessionStatus, Target, replay};
use crate::text::{Answer, NodeId};

use super::races::race;
use super::support::{Desk, RandomIds, World, assert_nothing_written, call, notes, resolve, unchecked_walk, undo};

/// A tree with a loop, an instruction and two ends; `mark` stands in its words.
fn tree(mark: &str) -> Tree {
    let document: Value = json!({
        "format": "firstline-flow/1", "name": format!("Printer offline {mark}"), "description": "Nothing comes out.",
        "keywords": ["printer"], "root": "power",
        "nodes": [
            { "id": "power", "kind": "question", "prompt": format!("Is the light on? {mark}"), "answers": [
                { "id": "on", "label": "Yes", "key": 1, "next": "restart" },
                { "id": "off", "label": "No", "key": 2, "next": "broken" } ] },
            { "id": "restart", "kind": "instruction", "text": format!("Switch it off and on. {mark}"), "done": "Done", "next": "works" },
            { "id": "works", "kind": "question", "prompt": format!("Does it print? {mark}"), "answers": [
                { "id": "yes", "label": "It does", "key": 1, "next": "fixed" },
                { "id": "again", "label": "Try again", "key": 2, "next": "restart" } ] },
            { "id": "fixed", "kind": "resolved", "text": "Restarted." },
            { "id": "broken", "kind": "escalate", "reason_category": "hardware" } ],
    });
    from_value(&document).unwrap()
}

/// An authored flow of the desk and what becomes of it.
struct Authored<'a> {
    desk: &'a Desk,
    id: FlowId,
}

impl<'a> Authored<'a> {
    async fn draft(desk: &'a Desk) -> Self {
        let author = desk.author().await;
        let flow = create(RandomIds.new_id().into(), author, tree("1"), desk.now());
        let id = flow.id;
        let change = crate::flow::authored::FlowChange { flow, expected_revision: 0, version: None };
        assert_eq!(desk.world.flows.save_flow(change).await.unwrap(), FlowSaveOutcome::Saved);
        Self { desk, id }
    }

    async fn published(desk: &'a Desk) -> Self {
        let flow = Self::draft(desk).await;
        flow.publish("1").await;
        flow
    }

    async fn save(&self, plan: FlowPlan) {
        let FlowPlan::Change(change) = plan else { return };
        assert_eq!(self.desk.world.flows.save_flow(*change).await.unwrap(), FlowSaveOutcome::Saved);
    }

    async fn now(&self) -> crate::flow::authored::AuthoredFlow {
        self.desk.world.flows.authored(self.desk.account.id, self.id).await.unwrap().unwrap()
    }

    /// Publishes the tree with that mark.
    async fn publish(&self, mark: &str) {
        let author = self.desk.author().await;
        let now = self.desk.now();
        self.save(edit(&self.now().await, tree(mark), None, author, now).unwrap()).await;
        self.save(publish(&self.now().await, &NotLookedUp, None, author, now).unwrap()).await;
    }

    async fn archive(&self) {
        let now = self.desk.now();
        self.save(archive(&self.now().await, None, now).unwrap()).await;
    }
}

fn answer(node: &str, answer: &str) -> Command {
    Command::Step {
        node_id: NodeId::new(node).unwrap(),
        question: None,
        answer: Answer::new(answer).unwrap(),
        note: None,
        answered: None,
    }
}

async fn change(desk: &Desk, session: &Session, command: Command) -> SessionView {
    desk.workspace.change(desk.technician, session.header.id, command).await.unwrap()
}

async fn assert_history_agrees(desk: &Desk, session: &Session) {
    let events = desk.world.sessions.events(desk.account.id, session.header.id).await.unwrap().unwrap();
    let again = replay(desk.account.id, session.header.id, &events, session.walk_notes.clone()).unwrap();
    assert_eq!(&again, session);
}

/// What a guided walk records, and where it stands, reads back as it was decided, undone steps included.
pub async fn a_guided_walk_reads_back_as_it_was_decided(world: &World) {
    let desk = world.desk().await;
    let flow = Authored::published(&desk).await;
    let session = desk.walk_of(Target::Flow(flow.id)).await;
    assert_eq!((session.header.flow_version, session.header.answered()), (Some(VersionNumber::FIRST), 0));
    let turns = [
        (answer("power", "1"), "restart", 1, 2),
        (undo(), "power", 0, 1),
        (answer("power", "off"), "broken", 1, 0),
        (undo(), "power", 0, 1),
        (answer("power", "Yes"), "restart", 1, 2),
        (notes("[{}]"), "restart", 1, 2),
        (answer("restart", "done"), "works", 2, 1),
        (answer("works", "again"), "restart", 3, 2),
        (undo(), "works", 2, 1),
        (answer("works", "yes"), "fixed", 3, 0),
    ];
    for (command, stands_at, answered, remaining) in turns {
        desk.wait(1);
        let seen = change(&desk, &session, command).await;
        let walk = seen.walk.as_ref().unwrap();
        assert_eq!(walk.node().unwrap().id.as_str(), stands_at);
        let progress = walk.progress();
        assert_eq!((progress.answered, progress.shortest_remaining), (answered, remaining));
        assert_eq!(desk.stored(session.header.id).await, seen.session);
        assert_eq!(desk.workspace.session(desk.coverage, session.header.id).await.unwrap(), seen);
        let whole = [ListedView::Whole(seen.clone())];
        assert_eq!(desk.workspace.active(desk.technician, true).await.unwrap(), whole);
        let header = [ListedView::Header { header: seen.session.header.clone(), walk: seen.walk.clone() }];
        assert_eq!(desk.workspace.active(desk.technician, false).await.unwrap(), header);
        let ticket = desk.workspace.ticket(desk.technician, session.header.ticket_id).await.unwrap();
        assert_eq!((ticket.walk, &ticket.ticket.sessions[0]), (seen.walk, &seen.session.header));
        assert_history_agrees(&desk, &seen.session).await;
    }
    let resolved = change(&desk, &session, resolve(true)).await;
    assert_eq!(resolved.walk, None, "nothing is to be asked any more");
    let answers: Vec<&str> = resolved.session.path.iter().map(|step| step.answer.as_str()).collect();
    assert_eq!(answers, ["Yes", "Done", "It does"]);
    assert_eq!(resolved.session.path[0].question.as_str(), "Is the light on? 1");
    assert_eq!(desk.stored(session.header.id).await, resolved.session);
    assert_history_agrees(&desk, &resolved.session).await;
}

/// A session goes on with the version that it began on, whatever is published meanwhile, and when its flow is archived.
pub async fn a_walk_begun_on_a_version_finishes_on_it(world: &World) {
    let desk = world.desk().await;
    let flow = Authored::published(&desk).await;
    flow.publish("2").await;
    flow.publish("3").await;
    let third = desk.walk_of(Target::Flow(flow.id)).await;
    flow.publish("4").await;
    let fourth = desk.walk_of(Target::Flow(flow.id)).await;
    flow.archive().await;
    for (session, version) in [(third, 3), (fourth, 4)] {
        for (node, key) in [("power", "1"), ("restart", "1"), ("works", "1")] {
            let seen = change(&desk, &session, answer(node, key)).await;
            let step = seen.session.path.last().unwrap();
            assert!(step.question.as_str().ends_with(&version.to_string()), "{step:?}");
        }
        let ended = change(&desk, &session, resolve(true)).await.session;
        assert_eq!(ended.header.flow_version, VersionNumber::new(version));
    }
}

/// An authored flow is walked by a version while it is published; any other is walked without one. Nothing is left
/// behind of a walk that cannot be written, also when the flow was archived after it was looked up.
pub async fn only_published_flows_are_walked_by_a_version(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let (draft, archived, foreign) =
        (Authored::draft(&desk).await, Authored::published(&desk).await, Authored::published(&other).await);
    let published = Authored::published(&desk).await;
    let compiled = desk.walk_of(Target::Flow(archived.id)).await;
    archived.archive().await;
    for id in [draft.id, archived.id, foreign.id] {
        let intake = Intake { call: call("Printer is offline"), walk: Target::Flow(id).into() };
        let refused = desk.workspace.intake(desk.technician, intake).await;
        assert!(matches!(refused, Err(WorkspaceError::FlowNotFound(found)) if found == id), "{refused:?}");
        assert_refused(&desk, id, Some(&compiled)).await;
    }
    assert_refused(&desk, published.id, None).await;
    assert_refused(&desk, desk.flow.id, Some(&compiled)).await;
    let queue = world.sessions.queue(desk.account.id, None, None, 50).await.unwrap();
    assert_eq!(queue.len(), 1, "a ticket is left behind");
}

/// Writes a walk of that flow as a use case would that looked it up before: guided as `like` is, or not.
async fn assert_refused(desk: &Desk, flow: FlowId, like: Option<&Session>) {
    let mut walk = unchecked_walk(desk, Target::Flow(flow), None);
    walk.header.flow_version = like.and_then(|like| like.header.flow_version);
    walk.header.next_node_id = like.and_then(|like| like.header.next_node_id.clone());
    assert_nothing_written(desk, walk, CreateOutcome::FlowNotFound).await;
}

/// Of many who answer the same node at once exactly one does; the others are told where the walk stands by then.
pub async fn of_many_that_answer_one_node_exactly_one_does(world: &World) {
    let desk = world.desk().await;
    let flow = Authored::published(&desk).await;
    let session = desk.walk_of(Target::Flow(flow.id)).await;
    let step = |number: usize, desk: Desk, id| async move {
        let key = if number.is_multiple_of(2) { "1" } else { "2" };
        desk.workspace.change(desk.coverage, id, answer("power", key)).await
    };
    let results = race(16, |number| step(number, desk.clone(), session.header.id)).await;
    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let [winner] = won.as_slice() else { panic!("{} answered", won.len()) };
    let stands_at = winner.as_ref().unwrap().session.header.next_node_id.clone().unwrap();
    for refused in lost {
        let Err(WorkspaceError::Refused(Refusal { reason, state, .. })) = refused else { panic!("{refused:?}") };
        assert_eq!(reason, RefusalReason::StepNotCurrent { expected: stands_at.clone() });
        assert_eq!(state, SessionStatus::Active);
    }
    let stored = desk.stored(session.header.id).await;
    assert_eq!((stored.path.len(), stored.header.version), (1, 2));
    assert_history_agrees(&desk, &stored).await;
}

/// Where a walk stands follows from its path alone: retraced in the version it leads there, after any undoing.
pub async fn where_a_walk_stands_follows_from_its_path(world: &World) {
    let desk = world.desk().await;
    let flow = Authored::published(&desk).await;
    let session = desk.walk_of(Target::Flow(flow.id)).await;
    for command in
        [answer("power", "1"), answer("restart", "1"), answer("works", "2"), undo(), undo(), answer("restart", "1")]
    {
        let SessionView { session, walk } = change(&desk, &session, command).await;
        let walk = walk.unwrap();
        let steps = session.path.iter().map(|step| (&step.node_id, &step.answer));
        assert_eq!(Walk::retrace(walk.flow().clone(), steps), Some(walk));
    }
}
