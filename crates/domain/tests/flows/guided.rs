//! Sessions that are led by a flow version: what is recorded, what is refused, and that a history alone tells where they stand.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use firstline_domain::account::{L1Actor, Role};
use firstline_domain::flow::walk::{CompiledFlow, Walk};
use firstline_domain::session::state::MAX_STEPS;
use firstline_domain::session::{
    Beginning, By, Command, CorruptHistory, Event, EventData, EventKind, Notes, Plan, PlanError, RefusalReason,
    Session, Started, Step, Target, decide, plan, replay, start,
};
use firstline_domain::text::{Answer, NodeId, Question, ResolutionNotes, StepNote};
use firstline_domain::ticket::TicketKind;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;
use uuid::Uuid;

use super::support::{
    Library, call, compiled, flow_id, instruction, node_id, question, random, resolved, sound, user, version,
};

fn actor() -> L1Actor {
    user(Role::L1Tech, true).l1_access().unwrap()
}

fn at(second: i64) -> DateTime<Utc> {
    super::support::began() + TimeDelta::seconds(second)
}

fn begun(guide: &CompiledFlow) -> (Session, Vec<Event>) {
    let beginning = Beginning {
        session_id: Uuid::from_u128(5).into(),
        account_id: actor().account_id(),
        ticket_id: Uuid::from_u128(6).into(),
        ticket_kind: TicketKind::Internal,
        walk: Target::Flow(guide.flow_id()).into(),
    };
    let events = start(&beginning, Some(guide), actor(), at(0));
    (replay(beginning.account_id, beginning.session_id, &events, Notes::empty()).unwrap(), events)
}

fn step(node: &str, answer: &str) -> Command {
    Command::Step {
        node_id: NodeId::new(node).unwrap(),
        question: Some(Question::new("What the client thought was asked").unwrap()),
        answer: Answer::new(answer).unwrap(),
        note: Some(StepNote::new("said so").unwrap()),
        answered: None,
    }
}

const UNDO: Command = Command::Undo { node_id: None, answered: None };

fn after(session: &Session, guide: &CompiledFlow, command: Command) -> Result<(Session, Vec<Event>), RefusalReason> {
    match plan(session, Some(guide), command, By::Actor(actor()), at(session.header.version)) {
        Ok(Plan::Change { save, after }) => Ok((*after, save.events)),
        Ok(Plan::Unchanged) => panic!("nothing changed"),
        Err(PlanError::Refused(refusal)) => Err(refusal.reason),
        Err(PlanError::Corrupt(corrupt)) => panic!("{corrupt}"),
    }
}

fn stands_at(session: &Session) -> &str {
    session.header.next_node_id.as_ref().unwrap().as_str()
}

#[test]
fn a_guided_walk_begins_at_the_root_of_its_version() {
    let guide = compiled(&sound());
    let (session, events) = begun(&guide);
    assert_eq!((session.header.flow_version, stands_at(&session)), (Some(guide.version()), "power"));
    assert_eq!(session.header.current_node_id, None, "nothing was answered yet");
    let started = serde_json::from_str::<serde_json::Value>(&events[0].data.to_json().unwrap()).unwrap();
    assert_eq!((&started["flow_version"], &started["next_node_id"]), (&json!(1), &json!("power")));
}

#[test]
fn a_guided_step_records_the_flows_words_and_not_the_clients() {
    let guide = compiled(&sound());
    for answer in ["a1", "1", "Answer 1"] {
        let (session, events) = after(&begun(&guide).0, &guide, step("power", answer)).unwrap();
        let [taken] = session.path.as_slice() else { panic!("one step") };
        assert_eq!((taken.question.as_str(), taken.answer.as_str()), ("What about power?", "Answer 1"));
        assert_eq!(taken.note.as_ref().unwrap().as_str(), "said so");
        assert_eq!(
            (taken.answer_id.as_ref().unwrap().as_str(), taken.next_node_id.as_ref()),
            ("a1", Some(&node_id("restart")))
        );
        assert_eq!(
            (session.header.current_node_id.as_ref(), stands_at(&session)),
            (Some(&node_id("power")), "restart")
        );
        assert_eq!(events[0].data, EventData::StepRecorded(taken.clone()));
    }
}

#[test]
fn a_step_elsewhere_or_with_another_answer_is_refused_with_what_would_fit() {
    let guide = compiled(&sound());
    let session = begun(&guide).0;
    for node in ["restart", "works", "nowhere", "POWER"] {
        let refused = after(&session, &guide, step(node, "1")).unwrap_err();
        assert_eq!(refused, RefusalReason::StepNotCurrent { expected: node_id("power") });
    }
    for answer in ["3", "answer 1", "yes", "01"] {
        let refused = after(&session, &guide, step("power", answer)).unwrap_err();
        let RefusalReason::AnswerUnknown { answers } = refused else { panic!("{refused}") };
        assert_eq!(answers.iter().map(|choice| choice.id.as_str()).collect::<Vec<_>>(), ["a1", "a2"]);
    }
}

#[test]
fn an_end_leaves_the_session_active_takes_no_step_and_can_be_undone() {
    let guide = compiled(&sound());
    let ended = after(&begun(&guide).0, &guide, step("power", "2")).unwrap().0;
    assert_eq!((ended.header.state.status().as_str(), stands_at(&ended)), ("active", "broken"));
    let refused = after(&ended, &guide, step("broken", "1")).unwrap_err();
    assert_eq!(refused, RefusalReason::AnswerUnknown { answers: Vec::new() });
    assert!(refused.to_string().contains("end"), "{refused}");
    let again = after(&ended, &guide, step("power", "2")).unwrap_err();
    assert_eq!(again, RefusalReason::StepNotCurrent { expected: node_id("broken") }, "the same step sent twice");
    let undone = after(&ended, &guide, UNDO).unwrap().0;
    assert_eq!((stands_at(&undone), &undone.header.current_node_id), ("power", &None));
    assert!(after(&undone, &guide, step("power", "1")).is_ok());
    let resolution_notes = ResolutionNotes::new("").unwrap();
    let resolved = after(&ended, &guide, Command::Resolve { helpful: true, resolution_notes }).unwrap().0;
    assert_eq!(resolved.header.flow_version, Some(guide.version()));
}

#[test]
fn a_walk_through_sub_flows_names_their_nodes_by_their_calls() {
    let mut library = Library::default();
    library.publish(flow_id(7), &json!([question("who", &["ok", "not"]), resolved("ok"), resolved("not")]));
    let nodes = json!([
        call("verify", flow_id(7), "reset"),
        instruction("reset", "again"),
        call("again", flow_id(7), "end"),
        resolved("end")
    ]);
    let guide = library.publish(flow_id(9), &nodes);
    let mut session = begun(&guide).0;
    for (node, answer, next) in
        [("verify/who", "1", "reset"), ("reset", "done", "again/who"), ("again/who", "2", "end")]
    {
        assert_eq!(stands_at(&session), node);
        session = after(&session, &guide, step(node, answer)).unwrap().0;
        assert_eq!(stands_at(&session), next);
    }
    session = after(&session, &guide, UNDO).unwrap().0;
    assert_eq!((stands_at(&session), &session.header.current_node_id), ("again/who", &Some(node_id("reset"))));
}

#[test]
fn undone_steps_of_a_guided_walk_count_toward_its_limit() {
    let guide = compiled(&sound());
    let mut session = begun(&guide).0;
    session.header.step_count = MAX_STEPS - 1;
    session.header.undone_count = MAX_STEPS - 1;
    let last = after(&session, &guide, step("power", "1")).unwrap().0;
    let undone = after(&last, &guide, UNDO).unwrap().0;
    let refused = after(&undone, &guide, step("power", "1")).unwrap_err();
    assert_eq!(refused, RefusalReason::StepLimitReached { max: MAX_STEPS });
}

#[test]
fn a_session_that_does_not_fit_its_flow_version_is_corrupt() {
    let guide = compiled(&sound());
    let session = begun(&guide).0;
    let corrupt = |session: &Session, guide: Option<&CompiledFlow>| {
        let decided = decide(&session.header, guide, step("power", "1"), By::Actor(actor()), at(1));
        assert_eq!(decided, Err(PlanError::Corrupt(CorruptHistory::OffItsFlow)));
    };
    corrupt(&session, None);
    corrupt(&session, Some(&Library::default().publish(flow_id(2), &sound())));
    let newer =
        Library::default().compile(&version(flow_id(1), 2, super::support::tree(&sound()), &Library::default()));
    corrupt(&session, Some(&newer));
    let mut lost = session;
    lost.header.next_node_id = Some(node_id("nowhere"));
    corrupt(&lost, Some(&guide));
}

/// What somebody changes in an event.
enum Forge {
    Started(fn(&mut Started)),
    Step(fn(&mut Step)),
}

impl Forge {
    fn change(&self, data: &mut EventData) {
        match (self, data) {
            (Self::Started(change), EventData::Started(started)) => change(started),
            (Self::Step(change), EventData::StepRecorded(step)) => change(step),
            (_, other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_history_that_no_version_could_have_made_is_corrupt() {
    let guide = compiled(&sound());
    let (session, mut history) = begun(&guide);
    history.extend(after(&session, &guide, step("power", "1")).unwrap().1);
    let again = |history: &[Event]| replay(session.header.account_id, session.header.id, history, Notes::empty());
    assert!(again(&history).is_ok());
    let forgeries: [(i64, EventKind, Forge); 5] = [
        (2, EventKind::StepRecorded, Forge::Step(|step| step.next_node_id = None)),
        (2, EventKind::StepRecorded, Forge::Step(|step| step.answer_id = None)),
        (2, EventKind::StepRecorded, Forge::Step(|step| step.node_id = node_id("restart"))),
        (1, EventKind::Started, Forge::Started(|started| started.flow_version = None)),
        (1, EventKind::Started, Forge::Started(|started| started.target = Target::Adhoc)),
    ];
    for (seq, kind, forge) in forgeries {
        let mut forged = history.clone();
        forge.change(&mut forged[usize::try_from(seq).unwrap() - 1].data);
        assert_eq!(again(&forged), Err(CorruptHistory::Impossible { seq, kind }));
    }
    let mut unguided = history.clone();
    if let EventData::Started(started) = &mut unguided[0].data {
        (started.flow_version, started.next_node_id) = (None, None);
    }
    assert_eq!(again(&unguided), Err(CorruptHistory::Impossible { seq: 2, kind: EventKind::StepRecorded }));
}

proptest! {
    #[test]
    fn any_guided_walk_with_undos_replays_to_where_it_stands_and_ends(
        (document, turns) in (random::documents(), proptest::collection::vec((any::<Index>(), 0_u8..5), 0..120))
    ) {
        let nodes = document["nodes"].clone();
        let guide: Arc<CompiledFlow> = compiled(&nodes);
        let (mut session, mut history) = begun(&guide);
        let walk_of = |session: &Session| {
            let steps = session.path.iter().map(|step| (&step.node_id, &step.answer));
            Walk::retrace(Arc::clone(&guide), steps).unwrap()
        };
        for (pick, what) in turns {
            let walk = walk_of(&session);
            let node = walk.node().unwrap();
            prop_assert_eq!(Some(&node.id), session.header.next_node_id.as_ref());
            prop_assert_eq!(walk.progress().answered, session.header.answered());
            let command = if what == 0 || node.is_end() { UNDO } else {
                let choice = pick.get(node.answers());
                let said = match what {
                    1 => choice.key.to_string(),
                    2 => choice.label.as_str().to_owned(),
                    _ => choice.id.as_str().to_owned(),
                };
                step(node.id.as_str(), &said)
            };
            match after(&session, &guide, command) {
                Ok((next, events)) => {
                    session = next;
                    history.extend(events);
                }
                Err(refused) => prop_assert_eq!(refused, RefusalReason::NothingToUndo),
            }
        }
        let replayed = replay(session.header.account_id, session.header.id, &history, Notes::empty());
        prop_assert_eq!(replayed.as_ref(), Ok(&session));
        // However it wandered, the shortest way leads it to an end.
        while !walk_of(&session).node().unwrap().is_end() {
            let walk = walk_of(&session);
            let node = walk.node().unwrap();
            let left = |label: &Answer| guide.remaining(&guide.follow(&node.id, label).unwrap().id).unwrap();
            let nearest = node.answers().iter().min_by_key(|choice| left(&choice.label)).unwrap();
            session = after(&session, &guide, step(node.id.as_str(), nearest.id.as_str())).unwrap().0;
            prop_assert_eq!(walk_of(&session).progress().shortest_remaining + 1, walk.progress().shortest_remaining);
        }
    }
}
