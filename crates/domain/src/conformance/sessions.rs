//! A session store keeps sessions as they were decided, and compares versions before it writes.

use crate::clock::Instant;
use crate::ids::IdSource;
use crate::paging::SessionEventLimit;
use crate::ports::{ListedSession, SaveOutcome};
use crate::service::{EscalateWithoutWalk, SessionEventQuery};
use crate::session::state::MAX_STEPS;
use crate::session::{
    By, Command, Event, EventData, MAX_NOTES_BYTES, Notes, Plan, Save, Session, SessionState, Target, evolve, plan,
    replay, undone_by,
};
use crate::text::{Answer, NodeId, Question, StepNote};
use crate::ticket::TicketStatus;

use super::support::{RandomIds, World, call, escalate, notes, pages, resolve, step, undo};

fn planned(session: &Session, command: Command, by: By, now: Instant) -> (Save, Session) {
    match plan(session, None, command, by, now).unwrap() {
        Plan::Change { save, after } => (*save, *after),
        Plan::Unchanged => panic!("the command changes nothing"),
    }
}

/// A new session, its ticket and its first event read back as they were written, to the microsecond.
pub async fn a_new_walk_reads_back_as_it_was_written(world: &World) {
    let desk = world.desk().await;
    for target in [Target::Flow(desk.flow.id), Target::Proposal(desk.proposal.id), Target::Adhoc] {
        let session = desk.walk_of(target).await;
        assert_eq!(desk.stored(session.header.id).await, session);
        let ticket = world.sessions.ticket(desk.account.id, session.header.ticket_id).await.unwrap().unwrap();
        assert_eq!(ticket.ticket.call, call("Outlook does not open"));
        assert_eq!(ticket.ticket.created_at, session.header.started_at);
        assert_eq!(ticket.ticket.created_by, desk.technician.user_id());
        assert_eq!(ticket.sessions, std::slice::from_ref(&session.header));
        let events = world.sessions.events(desk.account.id, session.header.id).await.unwrap().unwrap();
        assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1]);
    }
}

/// Each command's result is what is stored afterwards, and the ended session keeps how it ended.
pub async fn every_change_reads_back_as_it_was_decided(world: &World) {
    let desk = world.desk().await;
    for end in [resolve(true), resolve(false), escalate()] {
        let mut session = desk.flow_walk().await;
        for command in [step("a"), notes(r#"[{"b":1,"a":"ü"}]"#), step("b"), end] {
            desk.wait(1);
            session = desk.command(session.header.id, command).await;
            assert_eq!(desk.stored(session.header.id).await, session);
        }
        assert_ne!(session.header.state, SessionState::Active);
    }
}

/// The stored events, replayed with the stored notes, give the stored session.
pub async fn replaying_the_stored_events_gives_the_stored_session(world: &World) {
    let desk = world.desk().await;
    let id = desk.flow_walk().await.header.id;
    for command in [notes("[{}]"), step("a"), undo(), notes(r#"[{"z":{"y":[1,2.5,null]}}]"#), step("b"), escalate()] {
        desk.wait(7);
        desk.command(id, command).await;
    }
    let events = world.sessions.events(desk.account.id, id).await.unwrap().unwrap();
    let stored = desk.stored(id).await;
    let again = replay(desk.account.id, id, &events, stored.walk_notes.clone()).unwrap();
    assert_eq!(again, stored);
}

/// An undone step is in the events and not in the path, wherever it stood; the counts of the header tell both.
pub async fn undone_steps_stay_in_the_events_and_leave_the_path(world: &World) {
    let desk = world.desk().await;
    for target in [Target::Flow(desk.flow.id), Target::Proposal(desk.proposal.id)] {
        let id = desk.walk_of(target).await.header.id;
        let turns = [step("a"), step("b"), undo(), step("c"), notes("[{}]"), undo(), undo(), step("d"), step("e")];
        let lengths = [1, 2, 1, 2, 2, 1, 0, 1, 2];
        for (command, length) in turns.into_iter().zip(lengths) {
            desk.wait(1);
            let session = desk.command(id, command).await;
            assert_eq!(session.path.len(), length);
            assert_eq!(desk.stored(id).await, session);
            let listed = world.sessions.active(desk.account.id, desk.technician.user_id(), 1, u64::MAX).await.unwrap();
            assert_eq!(listed, [ListedSession::Whole(session)]);
        }
        let ended = desk.command(id, resolve(true)).await;
        assert_eq!((ended.header.step_count, ended.header.undone_count, ended.header.version), (5, 3, 11));
        let nodes: Vec<&str> = ended.path.iter().map(|step| step.node_id.as_str()).collect();
        assert_eq!(nodes, ["d", "e"]);
        let events = world.sessions.events(desk.account.id, id).await.unwrap().unwrap();
        assert_eq!(replay(desk.account.id, id, &events, ended.walk_notes.clone()).unwrap(), ended);
        let ticket = world.sessions.ticket(desk.account.id, ended.header.ticket_id).await.unwrap().unwrap();
        assert_eq!(ticket.sessions, [ended.header]);
    }
}

/// A call escalated without a walk has two events, an empty path and an escalated ticket, at once.
pub async fn an_escalation_without_walk_is_written_whole(world: &World) {
    let desk = world.desk().await;
    let Command::Escalate { reason, reason_category } = escalate() else { unreachable!() };
    let request = EscalateWithoutWalk { call: call("Server room is on fire"), reason, reason_category };
    let session = desk.workspace.escalate_without_walk(desk.coverage, request).await.unwrap();
    assert_eq!((session.header.version, session.path.len()), (2, 0));
    assert_eq!(desk.stored(session.header.id).await, session);
    let events = world.sessions.events(desk.account.id, session.header.id).await.unwrap().unwrap();
    assert!(events.iter().all(|event| event.acting_as == desk.coverage.acting_as()));
    assert!(matches!(events[1].data, EventData::EscalatedWithoutWalk(_)));
}

/// Of two savers that decided on one version, the first is saved; the second changes nothing and learns what stands.
pub async fn of_two_savers_from_one_version_exactly_one_is_saved(world: &World) {
    let desk = world.desk().await;
    let loaded = desk.flow_walk().await;
    let (by, now) = (By::Actor(desk.technician), loaded.header.started_at);
    let (first, after) = planned(&loaded, step("first"), by, now);
    let (second, _) = planned(&loaded, resolve(true), by, now);
    assert_eq!(world.sessions.save(first).await.unwrap(), SaveOutcome::Saved);
    let outcome = world.sessions.save(second).await.unwrap();
    assert_eq!(outcome, SaveOutcome::Conflict(Box::new(after.clone())));
    assert_eq!(desk.stored(after.header.id).await, after);
    let events = world.sessions.events(desk.account.id, after.header.id).await.unwrap().unwrap();
    assert_eq!(events.len(), 2);
}

/// A save that is a conflict changes neither the session nor its ticket, its notes or its proposal.
pub async fn a_save_that_is_a_conflict_writes_nothing_at_all(world: &World) {
    let desk = world.desk().await;
    let ticket = async |id| world.sessions.ticket(desk.account.id, id).await.unwrap().unwrap();
    let proposal = async || world.flows.proposal(desk.account.id, desk.proposal.id).await.unwrap().unwrap();
    for target in [Target::Flow(desk.flow.id), Target::Proposal(desk.proposal.id)] {
        for command in [resolve(true), escalate(), notes(r#"[{"late":true}]"#)] {
            let loaded = desk.walk_of(target).await;
            let (by, now) = (By::Actor(desk.technician), loaded.header.started_at);
            let (first, after) = planned(&loaded, step("first"), by, now);
            let (late, _) = planned(&loaded, command, by, now);
            assert_eq!(world.sessions.save(first).await.unwrap(), SaveOutcome::Saved);
            let before = (ticket(loaded.header.ticket_id).await, proposal().await);
            assert_eq!(before.0.ticket.status, TicketStatus::Walking);
            assert!(!before.1.validated_by_outcome);
            let outcome = world.sessions.save(late).await.unwrap();
            assert_eq!(outcome, SaveOutcome::Conflict(Box::new(after.clone())));
            assert_eq!((ticket(loaded.header.ticket_id).await, proposal().await), before);
            assert_eq!(desk.stored(after.header.id).await, after);
            let events = world.sessions.events(desk.account.id, after.header.id).await.unwrap().unwrap();
            assert_eq!(events.len(), 2);
        }
    }
}

/// A page has as many rows as were asked for, however many newer ones other accounts have.
pub async fn pages_are_cut_after_the_account_is_chosen(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let mut mine = Vec::new();
    for _ in 0..3 {
        mine.insert(0, desk.flow_walk().await.header);
        desk.wait(1);
    }
    for _ in 0..9 {
        other.wait(2);
        other.flow_walk().await;
    }
    let rows = world.sessions.queue(desk.account.id, None, None, 3).await.unwrap();
    let (shown, expected): (Vec<_>, Vec<_>) =
        (rows.iter().map(|row| row.ticket_id).collect(), mine.iter().map(|header| header.ticket_id).collect());
    assert_eq!(shown, expected);
    let of_status = world.sessions.queue(desk.account.id, Some(TicketStatus::Open), None, 3).await.unwrap();
    assert_eq!(of_status.iter().map(|row| row.ticket_id).collect::<Vec<_>>(), expected);
    let active = world.sessions.active(desk.account.id, desk.technician.user_id(), 3, 0).await.unwrap();
    assert_eq!(active, mine.into_iter().map(ListedSession::Header).collect::<Vec<_>>());
}

/// Saving a session that is not there, or is another account's, writes nothing.
pub async fn saving_what_is_not_there_is_missing(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let session = desk.flow_walk().await;
    let (save, _) = planned(&session, step("a"), By::Actor(desk.technician), session.header.started_at);
    let mut foreign = save.clone();
    foreign.header.account_id = other.account.id;
    assert_eq!(world.sessions.save(foreign).await.unwrap(), SaveOutcome::Missing);
    let mut unknown = save;
    unknown.header.id = RandomIds.new_id().into();
    assert_eq!(world.sessions.save(unknown).await.unwrap(), SaveOutcome::Missing);
    assert_eq!(desk.stored(session.header.id).await, session);
}

/// Nothing of another account is there: not its session, not its events.
pub async fn another_accounts_sessions_are_not_there(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let id = desk.flow_walk().await.header.id;
    assert_eq!(world.sessions.session(other.account.id, id).await.unwrap(), None);
    assert_eq!(world.sessions.events(other.account.id, id).await.unwrap(), None);
    assert_eq!(world.sessions.active(other.account.id, desk.technician.user_id(), 20, u64::MAX).await.unwrap(), []);
}

/// Text comes back as it went in, whatever its characters.
pub async fn every_kind_of_text_comes_back_unchanged(world: &World) {
    let desk = world.desk().await;
    let session = desk.flow_walk().await;
    let odd = " 'quote' \"double\" \\back\\ %s {} $1 ?1 ; -- \t\r\n \u{1}\u{7f}\u{85} ü 漢字 \u{202e}rtl \u{feff} 👩🏽‍🚒 \u{10ffff} ";
    let command = Command::Step {
        node_id: NodeId::new(odd).unwrap(),
        question: Some(Question::new(odd).unwrap()),
        answer: Answer::new(odd).unwrap(),
        note: Some(StepNote::new("").unwrap()),
        answered: None,
    };
    desk.command(session.header.id, command).await;
    let json = serde_json::to_string(&[serde_json::json!({ odd: odd })]).unwrap();
    let after = desk.command(session.header.id, notes(&json)).await;
    assert_eq!(desk.stored(session.header.id).await, after);
    assert_eq!(after.path[0].answer.as_str(), odd);
    assert_eq!(after.path[0].note, Some(StepNote::new("").unwrap()));
}

/// Notes keep the order of their keys and are replaced whole.
pub async fn notes_keep_their_key_order_and_are_replaced_whole(world: &World) {
    let desk = world.desk().await;
    let id = desk.walk_of(Target::Adhoc).await.header.id;
    for json in [r#"[{"z":1,"a":2,"m":{"y":1,"b":2}}]"#, r#"[{"k":"v"},{}]"#, "[]"] {
        desk.command(id, notes(json)).await;
        assert_eq!(desk.stored(id).await.walk_notes.as_json(), json);
    }
}

/// Notes of the largest size are kept.
pub async fn the_largest_notes_are_kept(world: &World) {
    let desk = world.desk().await;
    let id = desk.walk_of(Target::Adhoc).await.header.id;
    let json = format!(r#"[{{"t":"{}"}}]"#, "x".repeat(MAX_NOTES_BYTES - 10));
    let largest = Notes::new(serde_json::from_str(&json).unwrap()).unwrap();
    assert_eq!(largest.as_json().len(), MAX_NOTES_BYTES);
    desk.command(id, Command::ReplaceNotes { notes: largest.clone() }).await;
    assert_eq!(desk.stored(id).await.walk_notes, largest);
}

/// One save may bring many events: all of them are written, and a path of the greatest length reads back in order.
pub async fn a_save_with_many_events_writes_them_all(world: &World) {
    let desk = world.desk().await;
    let loaded = desk.flow_walk().await;
    let mut after = loaded.clone();
    let mut events: Vec<Event> = Vec::new();
    for number in 0..MAX_STEPS {
        let (by, now) = (By::Actor(desk.technician), loaded.header.started_at);
        let (save, _) = planned(&Session { path: Vec::new(), ..after.clone() }, step(&format!("n{number}")), by, now);
        for event in save.events {
            evolve(&mut after, &event, None).unwrap();
            events.push(event);
        }
    }
    let save = Save {
        header: after.header.clone(),
        expected_version: loaded.header.version,
        events,
        notes: None,
        ticket_status: None,
        validated_proposal: None,
    };
    assert_eq!(world.sessions.save(save).await.unwrap(), SaveOutcome::Saved);
    assert_eq!(desk.stored(loaded.header.id).await, after);
    let stored = world.sessions.events(desk.account.id, loaded.header.id).await.unwrap().unwrap();
    let seqs: Vec<i64> = stored.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=i64::from(MAX_STEPS) + 1).collect::<Vec<_>>());
}

/// A session's events come in pages by seq, each step with its undo, also when that is on another page. All pages
/// together are the whole history.
pub async fn events_come_in_pages(world: &World) {
    let desk = world.desk().await;
    let id = desk.flow_walk().await.header.id;
    for command in [step("a"), step("b"), undo(), notes(r#"[{"kept":1}]"#), step("c"), undo(), undo()] {
        desk.wait(1);
        desk.command(id, command).await;
    }
    let whole = world.sessions.events(desk.account.id, id).await.unwrap().unwrap();
    assert_eq!(whole.len(), 8);
    for limit in 1..=9_u16 {
        let mut found = Vec::new();
        let mut after = 0;
        for _ in 0..=whole.len() {
            let query = SessionEventQuery { limit: SessionEventLimit::new(limit.into()).unwrap(), after };
            let page = desk.workspace.events(desk.coverage, id, query).await.unwrap();
            assert!(page.rows.len() <= usize::from(limit));
            found.extend(page.rows);
            match page.next {
                Some(next) => after = next,
                None => break,
            }
        }
        let undone: Vec<_> = found.iter().map(|view| view.undone_by_seq).collect();
        assert_eq!(undone, undone_by(&whole), "pages of {limit}");
        assert_eq!(found.into_iter().map(|view| view.event).collect::<Vec<_>>(), whole, "pages of {limit}");
    }
    assert_eq!(world.sessions.event_page(desk.account.id, id, 8, 5).await.unwrap(), Some(Vec::new()));
    assert_eq!(world.sessions.event_page(desk.account.id, id, 99, 5).await.unwrap(), Some(Vec::new()));
    let other = world.desk().await;
    assert_eq!(world.sessions.event_page(other.account.id, id, 0, 5).await.unwrap(), None);
    assert_eq!(world.sessions.step_marks(other.account.id, id).await.unwrap(), []);
}

/// The caller's own active sessions, last touched first, ties by id descending, at most as many as asked for.
pub async fn active_lists_the_callers_own_by_last_touch(world: &World) {
    let desk = world.desk().await;
    let me = desk.technician.user_id();
    let active = async |limit| {
        let listed = world.sessions.active(desk.account.id, me, limit, u64::MAX).await.unwrap();
        let whole = listed.into_iter().map(|listed| match listed {
            ListedSession::Whole(session) => session,
            ListedSession::Header(header) => panic!("{} came without its text", header.id),
        });
        whole.collect::<Vec<_>>()
    };
    let mut expected = Vec::new();
    for tie in 0..3 {
        for _ in 0..2 {
            expected.push(desk.flow_walk().await);
        }
        desk.wait(tie + 1);
    }
    expected.sort_by_key(|session| std::cmp::Reverse((session.header.last_step_at, session.header.id)));
    assert_eq!(active(20).await, expected);
    assert_eq!(active(3).await, expected[..3]);
    assert_eq!(world.sessions.active(desk.account.id, desk.coverage.user_id(), 20, u64::MAX).await.unwrap(), []);

    let oldest = expected.pop().unwrap();
    let touched = desk.command(oldest.header.id, step("a")).await;
    expected.insert(0, touched);
    assert_eq!(active(20).await, expected);
    desk.command(expected.remove(2).header.id, resolve(true)).await;
    assert_eq!(active(20).await, expected);
}

/// Active sessions come whole as long as their text, added up from the first, stays within what was asked for; undone
/// steps count, and the sessions beyond are headers.
pub async fn active_lists_whole_sessions_within_a_number_of_bytes(world: &World) {
    let desk = world.desk().await;
    let me = desk.technician.user_id();
    let mut sessions = Vec::new();
    for steps in 0..4 {
        let mut session = desk.flow_walk().await;
        for _ in 0..steps {
            desk.wait(1);
            session = desk.command(session.header.id, step("a")).await;
        }
        if steps == 3 {
            session = desk.command(session.header.id, Command::Undo { node_id: None, answered: None }).await;
        }
        sessions.insert(0, session);
        desk.wait(1);
    }
    let sizes: Vec<u64> = sessions.iter().map(|session| session.header.text_bytes()).collect();
    let mut limits = vec![0, u64::MAX];
    for first in 1..=sizes.len() {
        let sum = sizes.iter().take(first).sum::<u64>();
        limits.extend([sum - 1, sum, sum + 1]);
    }
    for limit in limits {
        let listed = world.sessions.active(desk.account.id, me, 20, limit).await.unwrap();
        assert_eq!(listed, ListedSession::within(limit, sessions.clone()), "{limit} bytes");
    }
}

/// Idle sessions of all accounts, longest untouched first, page by page; one touched at the limit itself is not idle.
pub async fn idle_lists_the_untouched_of_all_accounts_in_pages(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    // Ended as long ago as the others were touched.
    for command in [resolve(true), escalate()] {
        let ended = desk.flow_walk().await.header.id;
        desk.command(ended, command).await;
    }
    let mut expected = Vec::new();
    for _ in 0..3 {
        expected.push(desk.flow_walk().await.header);
        expected.push(other.flow_walk().await.header);
        desk.wait(1);
        other.wait(1);
    }
    let before = desk.flow_walk().await.header.started_at;
    expected.sort_by_key(|header| (header.last_step_at, header.id));
    let mut found = Vec::new();
    let mut after = None;
    for _ in pages("the list of idle sessions") {
        let page = world.sessions.idle(before, after, 4).await.unwrap();
        found.extend(page.iter().map(|idle| (idle.account_id, idle.session_id, idle.last_step_at)));
        after = page.last().copied();
        if page.len() < 4 {
            break;
        }
    }
    let expected: Vec<_> = expected.iter().map(|header| (header.account_id, header.id, header.last_step_at)).collect();
    assert_eq!(found, expected);
}
