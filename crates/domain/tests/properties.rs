//! What holds for every sequence of commands, tried on random ones.

mod support;

use chrono::TimeDelta;
use firstline_domain::session::event::StepUndone;
use firstline_domain::session::{
    CorruptHistory, Event, EventData, EventKind, PlanError, Session, SessionState, Step, Target, replay, undone_by,
};
use firstline_domain::text::NodeId;
use proptest::prelude::*;
use support::{abandon, after, began, begun, escalate, flow, notes, proposal, resolve, step, undo};

/// One turn: what is asked, and how many seconds after the turn before (clocks may go backwards).
#[derive(Debug, Clone)]
struct Turn {
    what: What,
    seconds: i64,
}

#[derive(Debug, Clone)]
enum What {
    Step(String, Option<String>),
    Undo,
    Notes(String),
    Resolve(bool),
    Escalate,
    Abandon,
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let what = prop_oneof![
        8 => ("[a-zü]{1,9}", proptest::option::of("\\PC{0,20}")).prop_map(|(node, note)| What::Step(node, note)),
        4 => Just(What::Undo),
        5 => "\\PC{0,3}".prop_map(What::Notes),
        1 => any::<bool>().prop_map(What::Resolve),
        1 => Just(What::Escalate),
        2 => Just(What::Abandon),
    ];
    let turn = (what, -5_000_i64..50_000).prop_map(|(what, seconds)| Turn { what, seconds });
    proptest::collection::vec(turn, 0..40)
}

fn targets() -> impl Strategy<Value = Target> {
    prop_oneof![Just(flow()), Just(proposal()), Just(Target::Adhoc)]
}

/// Plays the turns; checks of every refused one that it is refused again in the same way.
fn play(target: Target, turns: Vec<Turn>) -> (Session, Vec<Event>) {
    let (mut session, mut history) = begun(target);
    let mut now = began();
    for turn in turns {
        now += TimeDelta::seconds(turn.seconds);
        let command = match &turn.what {
            What::Step(node, note) => step(node, note.as_deref()),
            What::Undo => undo(None),
            What::Notes(text) => notes(text),
            What::Resolve(helpful) => resolve(*helpful),
            What::Escalate => escalate(),
            What::Abandon => abandon(),
        };
        match after(&session, command, now) {
            Ok((next, events)) => {
                session = next;
                history.extend(events);
            }
            Err(PlanError::Refused(refusal)) => assert_eq!(refusal.state, session.header.state.status()),
            Err(PlanError::Corrupt(corrupt)) => panic!("{corrupt}"),
        }
    }
    (session, history)
}

fn again(session: &Session, history: &[Event]) -> Result<Session, CorruptHistory> {
    replay(session.header.account_id, session.header.id, history, session.walk_notes.clone())
}

proptest! {
    #[test]
    fn replaying_the_events_gives_the_session((target, turns) in (targets(), turns())) {
        let (session, history) = play(target, turns);
        prop_assert_eq!(again(&session, &history), Ok(session));
    }

    #[test]
    fn events_are_numbered_without_gaps_and_never_go_back_in_time((target, turns) in (targets(), turns())) {
        let (session, history) = play(target, turns);
        for (event, seq) in history.iter().zip(1..) {
            prop_assert_eq!(event.seq, seq);
        }
        prop_assert!(history.is_sorted_by_key(|event| event.at));
        prop_assert_eq!(session.header.version, history.last().unwrap().seq);
    }

    #[test]
    fn the_header_counts_what_the_path_holds((target, turns) in (targets(), turns())) {
        let (session, history) = play(target, turns);
        let recorded: Vec<&Step> = history.iter().filter_map(|event| match &event.data {
            EventData::StepRecorded(step) => Some(step),
            _ => None,
        }).collect();
        let undone = history.iter().filter(|event| event.data.kind() == EventKind::StepUndone).count();
        prop_assert_eq!((session.header.step_count as usize, session.header.undone_count as usize), (recorded.len(), undone));
        prop_assert_eq!(session.path.len(), session.header.answered() as usize);
        let bytes: u64 = recorded.into_iter().map(Step::text_bytes).sum();
        prop_assert_eq!(session.header.step_bytes, bytes);
        prop_assert_eq!(&session.header.current_node_id, &session.path.last().map(|step| step.node_id.clone()));
        prop_assert_eq!(session.walk_notes.digest(), session.header.notes);
    }

    #[test]
    fn the_path_is_the_steps_that_nothing_undid((target, turns) in (targets(), turns())) {
        let (session, history) = play(target, turns);
        let left: Vec<&Step> = history.iter().zip(undone_by(&history)).filter_map(|(event, undone)| match &event.data {
            EventData::StepRecorded(step) if undone.is_none() => Some(step),
            _ => None,
        }).collect();
        prop_assert_eq!(left, session.path.iter().collect::<Vec<_>>());
    }

    #[test]
    fn nothing_follows_the_end((target, turns) in (targets(), turns())) {
        let (session, history) = play(target, turns);
        let ends = |event: &Event| !matches!(
            event.data,
            EventData::Started(_) | EventData::StepRecorded(_) | EventData::StepUndone(_) | EventData::NotesReplaced(_)
        );
        let ended = history.iter().filter(|event| ends(event)).count();
        prop_assert_eq!(ended, usize::from(session.header.state != SessionState::Active));
        prop_assert!(!history[..history.len() - 1].iter().any(ends));
    }

    #[test]
    fn event_data_reads_back_as_it_was_written((target, turns) in (targets(), turns())) {
        for event in play(target, turns).1 {
            let json = event.data.to_json().unwrap();
            prop_assert_eq!(EventData::from_json(event.data.kind().as_str(), &json), Ok(event.data));
        }
    }

    #[test]
    fn a_history_with_an_event_missing_doubled_or_swapped_is_corrupt(
        (target, turns, at) in (targets(), turns(), any::<prop::sample::Index>())
    ) {
        let (session, history) = play(target, turns);
        let at = at.index(history.len());
        let mut doubled = history.clone();
        doubled.insert(at, history[at].clone());
        prop_assert!(again(&session, &doubled).is_err());
        if at + 1 < history.len() {
            let mut missing = history.clone();
            missing.remove(at);
            prop_assert!(again(&session, &missing).is_err());
            let mut swapped = history;
            swapped.swap(at, at + 1);
            prop_assert!(again(&session, &swapped).is_err());
        }
    }
}

#[test]
fn an_empty_history_is_corrupt() {
    let session = begun(flow()).0;
    assert_eq!(again(&session, &[]), Err(CorruptHistory::Empty));
}

#[test]
fn notes_that_are_not_the_newest_are_corrupt() {
    let (session, mut history) = begun(Target::Adhoc);
    let (_, events) = after(&session, notes("new"), began()).unwrap();
    history.extend(events);
    assert_eq!(again(&session, &history), Err(CorruptHistory::NotesMismatch));
}

#[test]
fn an_event_older_than_the_one_before_is_corrupt() {
    let (session, mut history) = begun(flow());
    let (session, events) = after(&session, step("a", None), began() + TimeDelta::seconds(9)).unwrap();
    history.extend(events);
    let (session, mut events) = after(&session, resolve(true), began() + TimeDelta::seconds(9)).unwrap();
    events[0].at = began();
    history.extend(events);
    assert_eq!(again(&session, &history), Err(CorruptHistory::TimeRunsBackwards { seq: 3 }));
}

#[test]
fn a_step_in_an_ad_hoc_history_is_corrupt() {
    let (walk, mut history) = begun(Target::Adhoc);
    let (_, events) = after(&begun(flow()).0, step("a", None), began()).unwrap();
    history.extend(events);
    let expected = CorruptHistory::Impossible { seq: 2, kind: EventKind::StepRecorded };
    assert_eq!(again(&walk, &history), Err(expected));
}

#[test]
fn an_undo_of_another_step_than_the_newest_is_corrupt() {
    let (walk, history) = begun(flow());
    let (walked, step) = after(&walk, step("a", None), began()).unwrap();
    let (_, undo) = after(&walked, undo(None), began()).unwrap();
    let EventData::StepUndone(undone) = &undo[0].data else { unreachable!() };
    assert_eq!(undone.node_id.as_str(), "a");
    let history: Vec<Event> = [history, step].concat();
    for (seq, node) in [(3, "b"), (4, "a")] {
        let mut forged = history.clone();
        let mut event = Event {
            data: EventData::StepUndone(StepUndone { node_id: NodeId::new(node).unwrap() }),
            ..undo[0].clone()
        };
        if seq == 4 {
            forged.extend(undo.clone());
            event.seq = seq;
        }
        forged.push(event);
        let expected = CorruptHistory::Impossible { seq, kind: EventKind::StepUndone };
        assert_eq!(again(&walk, &forged), Err(expected));
    }
}

#[test]
fn a_beginning_from_before_guided_walks_is_read() {
    let id = "0199c0de-0000-7000-8000-000000000000";
    let old = format!(
        r#"{{"session_kind":"flow","flow_id":"{id}","flow_proposal_id":null,"ticket_id":"{id}","ticket_kind":"internal","created_by_user_id":"{id}"}}"#
    );
    let EventData::Started(started) = EventData::from_json("started", &old).unwrap() else { unreachable!() };
    assert_eq!((started.flow_version, started.next_node_id), (None, None));
}

#[test]
fn unknown_kinds_and_damaged_data_are_unreadable() {
    for (kind, data) in [
        ("undone", "{}"),
        ("step_undone", "{}"),
        ("step_recorded", "{}"),
        ("resolved", r#"{"helpful":"yes","resolution_notes":""}"#),
        ("started", r#"{"session_kind":"flow","flow_id":null,"flow_proposal_id":null}"#),
        ("abandoned", "[]nonsense"),
    ] {
        assert!(EventData::from_json(kind, data).is_err(), "{kind} {data}");
    }
}
