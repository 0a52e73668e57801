//! The state machine: every state with every command, and every limit at its edge.

mod support;

use chrono::TimeDelta;
use firstline_domain::session::state::{MAX_STEP_BYTES, MAX_STEPS};
use firstline_domain::session::{
    By, Command, CommandName, EventData, MAX_NOTES_BYTES, Notes, PlanError, RefusalReason, Session, SessionStatus,
    Target, decide, undone_by,
};
use firstline_domain::text::NodeId;
use firstline_domain::ticket::TicketStatus;
use support::{abandon, actor, after, began, begun, escalate, flow, notes, proposal, resolve, step, undo};

fn outcome(session: &Session, command: Command, waited: TimeDelta) -> Result<SessionStatus, RefusalReason> {
    match after(session, command, began() + waited) {
        Ok((session, _)) => Ok(session.header.state.status()),
        Err(PlanError::Refused(refusal)) => Err(refusal.reason),
        Err(PlanError::Corrupt(corrupt)) => panic!("{corrupt}"),
    }
}

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    use SessionStatus::{Abandoned, Active, Escalated, Resolved};
    let idle = TimeDelta::hours(25);
    let commands = || {
        [
            (step("n", None), CommandName::Step),
            (undo(None), CommandName::Undo),
            (notes("n"), CommandName::ReplaceNotes),
            (resolve(true), CommandName::Resolve),
            (escalate(), CommandName::Escalate),
            (abandon(), CommandName::Abandon),
        ]
    };
    for target in [flow(), proposal(), Target::Adhoc] {
        let active = begun(target).0;
        let walked = after(&active, step("n", None), began()).map_or(active, |(walked, _)| walked);
        let table = [Active, Active, Active, Resolved, Escalated, Abandoned];
        for ((command, name), next) in commands().into_iter().zip(table) {
            let refused = target == Target::Adhoc && matches!(name, CommandName::Step | CommandName::Undo);
            let expected = if refused { Err(RefusalReason::AdhocSession) } else { Ok(next) };
            assert_eq!(outcome(&walked, command, idle), expected, "active, {target:?}, {name:?}");
        }
        for (end, status) in [(resolve(false), Resolved), (escalate(), Escalated), (abandon(), Abandoned)] {
            let ended = after(&walked, end, began() + idle).unwrap().0;
            for (command, name) in commands() {
                let denied = decide(&ended.header, None, command, By::Actor(actor()), began() + idle * 2).unwrap_err();
                let PlanError::Refused(refusal) = denied else { panic!("{denied}") };
                assert_eq!((refusal.state, refusal.command), (status, name));
                assert_eq!(refusal.reason, RefusalReason::SessionNotActive { status });
            }
        }
    }
}

#[test]
fn the_refusal_of_an_ended_session_names_its_status() {
    let ended = after(&begun(flow()).0, resolve(true), began()).unwrap().0;
    let refusal = decide(&ended.header, None, escalate(), By::Actor(actor()), began()).unwrap_err();
    assert_eq!(refusal.to_string(), "Session not active (status=resolved)");
}

#[test]
fn a_step_sets_the_current_node_and_the_time_of_the_last_touch() {
    let now = began() + TimeDelta::minutes(3);
    let session = after(&begun(flow()).0, step("root", Some("ü")), now).unwrap().0;
    assert_eq!(session.header.current_node_id.as_ref().map(NodeId::as_str), Some("root"));
    assert_eq!((session.header.last_step_at, session.path.first().unwrap().answered_at), (now, now));
    assert_eq!(session.header.step_bytes, 4 + 16 + 3 + 2);
}

#[test]
fn an_undone_step_leaves_the_path_and_stays_in_the_history() {
    let (walk, mut history) = begun(flow());
    let mut session = walk;
    let path = |session: &Session| session.path.iter().map(|step| step.node_id.as_str().to_owned()).collect::<Vec<_>>();
    let turns =
        [step("a", None), step("b", None), undo(None), step("c", None), undo(None), undo(None), step("d", None)];
    let paths = [&["a"][..], &["a", "b"], &["a"], &["a", "c"], &["a"], &[], &["d"]];
    for (minute, (command, expected)) in (1..).zip(turns.into_iter().zip(paths)) {
        let (next, events) = after(&session, command, began() + TimeDelta::minutes(minute)).unwrap();
        assert_eq!(path(&next), expected);
        assert_eq!(next.header.current_node_id.as_ref().map(NodeId::as_str), expected.last().copied());
        assert_eq!(next.header.last_step_at, began() + TimeDelta::minutes(minute));
        assert_eq!(next.header.next_node_id, None, "the server does not know the flow's tree");
        history.extend(events);
        session = next;
    }
    assert_eq!((session.header.step_count, session.header.undone_count, session.header.answered()), (4, 3, 1));
    assert_eq!(undone_by(&history), [None, Some(7), Some(4), None, Some(6), None, None, None]);
}

#[test]
fn an_undo_without_a_step_or_of_another_step_is_refused() {
    let fresh = begun(proposal()).0;
    assert_eq!(outcome(&fresh, undo(None), TimeDelta::zero()), Err(RefusalReason::NothingToUndo));
    let walked = after(&after(&fresh, step("a", None), began()).unwrap().0, step("b", None), began()).unwrap().0;
    let expected = NodeId::new("b").unwrap();
    assert_eq!(outcome(&walked, undo(Some("a")), TimeDelta::zero()), Err(RefusalReason::StepNotCurrent { expected }));
    let undone = after(&walked, undo(Some("b")), began()).unwrap().0;
    let undone = after(&undone, undo(Some("a")), began()).unwrap().0;
    assert_eq!(outcome(&undone, undo(None), TimeDelta::zero()), Err(RefusalReason::NothingToUndo));
}

#[test]
fn undone_steps_count_toward_the_limits() {
    let mut session = begun(flow()).0;
    session.header.step_count = MAX_STEPS - 1;
    session = after(&session, step("last", None), began()).unwrap().0;
    let bytes = session.header.step_bytes;
    session = after(&session, undo(None), began()).unwrap().0;
    assert_eq!(session.header.step_bytes, bytes);
    let refused = outcome(&session, step("over", None), TimeDelta::zero());
    assert_eq!(refused, Err(RefusalReason::StepLimitReached { max: MAX_STEPS }));
}

#[test]
fn a_step_of_a_registered_flow_needs_its_question_whatever_the_state() {
    let bare = || match step("a", None) {
        Command::Step { node_id, answer, note, answered, .. } => {
            Command::Step { node_id, question: None, answer, note, answered }
        }
        _ => unreachable!(),
    };
    let ended = after(&begun(flow()).0, resolve(true), began()).unwrap().0;
    for session in [begun(flow()).0, begun(proposal()).0, begun(Target::Adhoc).0, ended] {
        assert_eq!(outcome(&session, bare(), TimeDelta::zero()), Err(RefusalReason::QuestionMissing));
    }
}

#[test]
fn closing_leaves_the_time_of_the_last_touch() {
    for end in [resolve(true), escalate(), abandon()] {
        let ended = after(&begun(flow()).0, end, began() + TimeDelta::hours(30)).unwrap().0;
        assert_eq!(ended.header.last_step_at, began());
    }
}

#[test]
fn notes_equal_to_the_stored_ones_change_nothing_and_make_no_event() {
    let session = after(&begun(Target::Adhoc).0, notes("same"), began()).unwrap().0;
    let (again, events) = after(&session, notes("same"), began() + TimeDelta::hours(1)).unwrap();
    assert_eq!((again, events.len()), (session, 0));
    let (_, events) = after(&begun(flow()).0, Command::ReplaceNotes { notes: Notes::empty() }, began()).unwrap();
    assert_eq!(events, []);
}

#[test]
fn notes_may_have_the_limit_and_not_one_byte_more() {
    let session = begun(Target::Adhoc).0;
    let frame = r#"[{"text":""}]"#.len();
    assert!(after(&session, notes(&"x".repeat(MAX_NOTES_BYTES - frame)), began()).is_ok());
    let refused = outcome(&session, notes(&"x".repeat(MAX_NOTES_BYTES - frame + 1)), TimeDelta::zero());
    let bytes = MAX_NOTES_BYTES + 1;
    assert_eq!(refused, Err(RefusalReason::NotesTooLarge { bytes, max: MAX_NOTES_BYTES }));
}

#[test]
fn a_session_takes_its_most_steps_and_not_one_more() {
    let mut session = begun(proposal()).0;
    session.header.step_count = MAX_STEPS - 1;
    session = after(&session, step("last", None), began()).unwrap().0;
    let refused = outcome(&session, step("over", None), TimeDelta::zero());
    assert_eq!(refused, Err(RefusalReason::StepLimitReached { max: MAX_STEPS }));
}

#[test]
fn a_session_takes_its_most_step_text_and_not_one_byte_more() {
    let mut session = begun(flow()).0;
    session.header.step_bytes = MAX_STEP_BYTES - 25;
    let fits = step("root", Some("ü"));
    let over = step("root", Some("üx"));
    assert_eq!(outcome(&session, over, TimeDelta::zero()), Err(RefusalReason::SessionTooLarge { max: MAX_STEP_BYTES }));
    assert!(after(&session, fits, began()).is_ok());
}

#[test]
fn only_a_session_older_than_the_limit_is_abandoned() {
    let session = begun(flow()).0;
    let day = TimeDelta::hours(24);
    assert_eq!(outcome(&session, abandon(), day), Err(RefusalReason::NotIdle));
    assert_eq!(outcome(&session, abandon(), day + TimeDelta::microseconds(1)), Ok(SessionStatus::Abandoned));
    let touched = after(&session, step("n", None), began() + TimeDelta::hours(1)).unwrap().0;
    assert_eq!(outcome(&touched, abandon(), day), Err(RefusalReason::NotIdle));
}

#[test]
fn an_events_time_is_never_before_the_last_ones() {
    let session = after(&begun(flow()).0, step("a", None), began() + TimeDelta::hours(1)).unwrap().0;
    let (_, events) = after(&session, step("b", None), began()).unwrap();
    assert_eq!(events.first().unwrap().at, session.header.last_step_at);
}

#[test]
fn an_event_names_who_did_it() {
    let (_, events) = after(&begun(flow()).0, step("a", None), began()).unwrap();
    assert_eq!(events.first().unwrap().actor_user_id, Some(actor().user_id()));
    let (_, events) = after(&begun(flow()).0, abandon(), began() + TimeDelta::hours(25)).unwrap();
    let abandoned = events.first().unwrap();
    assert_eq!((abandoned.actor_user_id, &abandoned.data), (None, &EventData::Abandoned));
}

#[test]
fn the_tickets_status_follows_the_session() {
    let session = begun(flow()).0;
    assert_eq!(TicketStatus::following(&session.header), TicketStatus::Open);
    for (command, expected) in [
        (step("a", None), TicketStatus::Walking),
        (notes("a"), TicketStatus::Walking),
        (resolve(false), TicketStatus::Resolved),
        (escalate(), TicketStatus::Escalated),
        (abandon(), TicketStatus::Open),
    ] {
        let session = after(&session, command, began() + TimeDelta::hours(25)).unwrap().0;
        assert_eq!(TicketStatus::following(&session.header), expected);
    }
}
