//! What holds however many come at once. Every racer is a task of its own on a runtime of several threads.

use std::sync::Arc;

use crate::service::WorkspaceError;
use crate::session::{Command, RefusalReason, Session, SessionStatus, Target, replay};
use crate::ticket::TicketStatus;

use super::support::{Desk, World, escalate, notes, resolve, step, undo};

/// Starts `racers` tasks at once and answers what each came to.
pub(super) async fn race<F, T>(racers: usize, run: impl Fn(usize) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let line = Arc::new(tokio::sync::Barrier::new(racers));
    let tasks: Vec<_> = (0..racers)
        .map(|number| {
            let (line, racer) = (line.clone(), run(number));
            tokio::spawn(async move {
                line.wait().await;
                racer.await
            })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

async fn change(desk: Desk, session: Session, command: Command) -> Result<Session, WorkspaceError> {
    desk.workspace.change(desk.coverage, session.header.id, command).await.map(|seen| seen.session)
}

pub(super) async fn assert_history_agrees(desk: &Desk, session: &Session) {
    let events = desk.world.sessions.events(desk.account.id, session.header.id).await.unwrap().unwrap();
    let replayed = replay(desk.account.id, session.header.id, &events, session.walk_notes.clone()).unwrap();
    assert_eq!(&replayed, session);
}

/// Fifty concurrent steps on one session keep fifty steps, each once.
pub async fn no_concurrent_step_is_lost(world: &World) {
    let desk = world.desk().await;
    let session = desk.flow_walk().await;
    let results = race(50, |number| change(desk.clone(), session.clone(), step(&format!("n{number}")))).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let stored = desk.stored(session.header.id).await;
    let mut nodes: Vec<&str> = stored.path.iter().map(|step| step.node_id.as_str()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    assert_eq!((nodes.len(), stored.path.len(), stored.header.version), (50, 50, 51));
    assert_history_agrees(&desk, &stored).await;
}

/// However many undo at once, each takes one step back; of those that name the same step exactly one does.
pub async fn of_many_that_undo_each_takes_back_one_step(world: &World) {
    let desk = world.desk().await;
    let mut session = desk.flow_walk().await;
    for number in 0..20 {
        session = desk.command(session.header.id, step(&format!("n{number}"))).await;
    }
    let results = race(10, |_| change(desk.clone(), session.clone(), undo())).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let named = Command::Undo { node_id: session.path.get(9).map(|step| step.node_id.clone()), answered: None };
    let results = race(10, |_| change(desk.clone(), session.clone(), named.clone())).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let stored = desk.stored(session.header.id).await;
    assert_eq!(stored.path, session.path[..9]);
    assert_eq!((stored.header.step_count, stored.header.undone_count), (20, 11));
    assert_history_agrees(&desk, &stored).await;
}

/// Of many that answer one node again, or take such a step back, and say how many steps they have read, exactly one
/// does.
pub async fn of_many_that_read_as_many_steps_exactly_one_goes_on(world: &World) {
    let desk = world.desk().await;
    let mut session = desk.flow_walk().await;
    for read in 0..3 {
        let mut again = step("retry");
        if let Command::Step { answered, .. } = &mut again {
            *answered = Some(read);
        }
        let results = race(8, |_| change(desk.clone(), session.clone(), again.clone())).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        session = desk.stored(session.header.id).await;
    }
    let back = Command::Undo { node_id: None, answered: Some(3) };
    let results = race(8, |_| change(desk.clone(), session.clone(), back.clone())).await;
    let refused = |result: &Result<Session, WorkspaceError>| match result {
        Ok(_) => false,
        Err(WorkspaceError::Refused(refusal)) => refusal.reason == RefusalReason::WalkMovedOn { answered: 2 },
        Err(other) => panic!("{other}"),
    };
    assert_eq!(results.iter().filter(|result| refused(result)).count(), 7, "{results:?}");
    assert_eq!(desk.stored(session.header.id).await.header.answered(), 2);
}

/// Of sixteen that end a session at once exactly one succeeds; ticket, session and events agree with it.
pub async fn of_many_that_end_a_session_exactly_one_succeeds(world: &World) {
    let desk = world.desk().await;
    for _ in 0..4 {
        let session = desk.flow_walk().await;
        let end = |number: usize| if number.is_multiple_of(2) { resolve(true) } else { escalate() };
        let results = race(16, |number| change(desk.clone(), session.clone(), end(number))).await;
        let winners: Vec<&Session> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
        assert_eq!(winners.len(), 1);
        for error in results.iter().filter_map(|result| result.as_ref().err()) {
            assert!(matches!(error, WorkspaceError::Refused(_)), "{error:?}");
        }
        let stored = desk.stored(session.header.id).await;
        assert_eq!(&stored, winners[0]);
        assert_history_agrees(&desk, &stored).await;
        let ticket = world.sessions.ticket(desk.account.id, stored.header.ticket_id).await.unwrap().unwrap();
        assert_eq!(ticket.ticket.status, TicketStatus::following(&stored.header));
    }
}

/// Steps and notes that race with an end are either before it or refused: nothing is recorded after the end.
pub async fn nothing_is_recorded_after_the_end(world: &World) {
    let desk = world.desk().await;
    let session = desk.flow_walk().await;
    let command = |number: usize| match number % 4 {
        0 => step(&format!("n{number}")),
        1 => notes(&format!(r#"[{{"n":{number}}}]"#)),
        2 => step("same"),
        _ => resolve(false),
    };
    let results = race(24, |number| change(desk.clone(), session.clone(), command(number))).await;
    let accepted = results.iter().filter(|result| result.is_ok()).count();
    let stored = desk.stored(session.header.id).await;
    assert_eq!(stored.header.state.status(), SessionStatus::Resolved);
    assert_eq!(usize::try_from(stored.header.version).unwrap(), accepted + 1);
    assert_history_agrees(&desk, &stored).await;
}

/// Of sixteen that start a walk on one open ticket exactly one does.
pub async fn of_many_that_walk_an_open_ticket_exactly_one_starts(world: &World) {
    let desk = world.desk().await;
    let first = desk.flow_walk().await.header;
    desk.wait(25 * 3600);
    assert_eq!(desk.sweep().await.abandoned, 1);
    let walk = |desk: Desk| async move {
        desk.workspace.walk(desk.technician, first.ticket_id, Target::Adhoc.into()).await.map(|begun| begun.session)
    };
    let first = first.clone();
    let results = race(16, |_| walk(desk.clone())).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let ticket = world.sessions.ticket(desk.account.id, first.ticket_id).await.unwrap().unwrap();
    assert_eq!(ticket.sessions.len(), 2);
}

/// However many sweepers run at once, each idle session is abandoned once; a touched one stays.
pub async fn many_sweepers_abandon_each_idle_session_once(world: &World) {
    let desk = world.desk().await;
    let mut idle = Vec::new();
    for _ in 0..40 {
        idle.push(desk.flow_walk().await.header.id);
    }
    let touched = idle.pop().unwrap();
    desk.wait(24 * 3600);
    assert_eq!(desk.sweep().await.abandoned, 0, "24 h exactly is not idle yet");
    desk.command(touched, step("a")).await;
    desk.wait(1);
    let sweep = |desk: Desk| async move { desk.sweep().await };
    let swept = race(4, |_| sweep(desk.clone())).await;
    assert_eq!(swept.iter().map(|one| one.abandoned).sum::<u64>(), 39);
    for id in idle {
        let stored = desk.stored(id).await;
        assert_eq!((stored.header.state.status(), stored.header.version), (SessionStatus::Abandoned, 2));
        assert_history_agrees(&desk, &stored).await;
    }
    assert_eq!(desk.stored(touched).await.header.state.status(), SessionStatus::Active);
}
