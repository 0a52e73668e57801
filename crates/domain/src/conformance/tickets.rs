//! Tickets follow their sessions, and the queue shows them in order.

use chrono::TimeDelta;

use crate::paging::PageLimit;
use crate::ports::{QueuePosition, QueueRow};
use crate::service::{QueueQuery, WorkspaceError};
use crate::session::{By, Command, Plan, SessionStatus, Target, plan};
use crate::ticket::TicketStatus;

use super::support::{Desk, World, escalate, notes, pages, resolve, step};

async fn status(desk: &Desk, ticket_id: crate::ids::TicketId) -> TicketStatus {
    desk.world.sessions.ticket(desk.account.id, ticket_id).await.unwrap().unwrap().ticket.status
}

async fn abandon(desk: &Desk, id: crate::ids::SessionId) {
    let command = Command::Abandon { idle_after: TimeDelta::zero(), ahead: None };
    desk.wait(1);
    let session = desk.stored(id).await;
    let now = session.header.last_step_at + TimeDelta::seconds(1);
    let Plan::Change { save, .. } = plan(&session, None, command, By::System, now).unwrap() else { unreachable!() };
    desk.world.sessions.save(*save).await.unwrap();
}

/// A ticket's status follows its session, in the same write, and its `updated_at` with it.
pub async fn a_tickets_status_follows_its_session(world: &World) {
    let desk = world.desk().await;
    for (command, expected) in [
        (step("a"), TicketStatus::Walking),
        (notes("[{}]"), TicketStatus::Walking),
        (resolve(false), TicketStatus::Resolved),
        (escalate(), TicketStatus::Escalated),
    ] {
        let header = desk.flow_walk().await.header;
        assert_eq!(status(&desk, header.ticket_id).await, TicketStatus::Open);
        desk.wait(5);
        desk.command(header.id, command).await;
        assert_eq!(status(&desk, header.ticket_id).await, expected);
        let ticket = world.sessions.ticket(desk.account.id, header.ticket_id).await.unwrap().unwrap().ticket;
        assert_eq!(ticket.updated_at - ticket.created_at, TimeDelta::seconds(5));
    }
}

/// An abandoned walk leaves its ticket open; a new walk may start on it, and the ticket shows both, newest first.
pub async fn an_abandoned_walk_leaves_its_ticket_open_for_another(world: &World) {
    let desk = world.desk().await;
    let first = desk.flow_walk().await.header;
    desk.command(first.id, step("a")).await;
    abandon(&desk, first.id).await;
    assert_eq!(status(&desk, first.ticket_id).await, TicketStatus::Open);
    let begun = desk.workspace.walk(desk.coverage, first.ticket_id, Target::Adhoc.into()).await.unwrap().session;
    assert_eq!(desk.stored(begun.header.id).await, begun);
    let ticket = world.sessions.ticket(desk.account.id, first.ticket_id).await.unwrap().unwrap();
    assert_eq!(ticket.sessions.iter().map(|header| header.id).collect::<Vec<_>>(), [begun.header.id, first.id]);
    desk.command(begun.header.id, resolve(true)).await;
    assert_eq!(status(&desk, first.ticket_id).await, TicketStatus::Resolved);
}

/// No second walk starts on a ticket that is walked or closed; the store refuses it even without a look before.
pub async fn a_ticket_takes_no_walk_while_it_is_walked_or_closed(world: &World) {
    use crate::ports::{CreateOutcome, NewWalk, WalkedTicket};

    let desk = world.desk().await;
    for end in [None, Some(step("a")), Some(resolve(true)), Some(escalate())] {
        let header = desk.flow_walk().await.header;
        if let Some(command) = end {
            desk.command(header.id, command).await;
        }
        let refused = desk.workspace.walk(desk.technician, header.ticket_id, Target::Adhoc.into()).await;
        assert!(matches!(refused, Err(WorkspaceError::TicketNotOpen(_))), "{refused:?}");

        let template = desk.walk_of(Target::Adhoc).await.header;
        let events = world.sessions.events(desk.account.id, template.id).await.unwrap().unwrap();
        let mut again = template;
        again.id = uuid::Uuid::new_v4().into();
        again.ticket_id = header.ticket_id;
        let walk = NewWalk { ticket: WalkedTicket::Existing(header.ticket_id), header: again.clone(), events };
        assert_eq!(world.sessions.create(walk).await.unwrap(), CreateOutcome::TicketNotOpen);
        assert_eq!(world.sessions.session(desk.account.id, again.id).await.unwrap(), None);
    }
}

/// Another account's ticket is not there.
pub async fn another_accounts_ticket_is_not_there(world: &World) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let ticket_id = desk.flow_walk().await.header.ticket_id;
    assert_eq!(world.sessions.ticket(other.account.id, ticket_id).await.unwrap(), None);
    let refused = other.workspace.walk(other.technician, ticket_id, Target::Adhoc.into()).await;
    assert!(matches!(refused, Err(WorkspaceError::TicketNotFound(_))), "{refused:?}");
    assert_eq!(world.sessions.queue(other.account.id, None, None, 10).await.unwrap(), []);
}

/// The queue is newest first, ties by id descending; pages neither repeat nor skip a ticket.
pub async fn the_queue_is_newest_first_and_its_pages_are_whole(world: &World) {
    let desk = world.desk().await;
    let mut expected = Vec::new();
    for _ in 0..4 {
        for _ in 0..3 {
            let header = desk.flow_walk().await.header;
            expected.push((header.started_at, header.ticket_id));
        }
        desk.wait(1);
    }
    expected.sort_by(|one, other| other.cmp(one));
    for limit in [1, 2, 5, 12, 200] {
        let mut found = Vec::new();
        let mut after: Option<QueuePosition> = None;
        for _ in pages("the queue") {
            let query = QueueQuery { status: None, limit: PageLimit::new(limit).unwrap(), after };
            let page = desk.workspace.queue(desk.technician, query).await.unwrap();
            found.extend(page.rows.iter().map(|row| (row.created_at, row.ticket_id)));
            let Some(next) = page.next else { break };
            after = Some(next);
        }
        assert_eq!(found, expected, "pages of {limit}");
    }
}

/// The queue's filter shows the tickets with that status and no other.
pub async fn the_queues_filter_shows_that_status_alone(world: &World) {
    let desk = world.desk().await;
    for command in [None, Some(step("a")), Some(resolve(true)), Some(escalate())] {
        let id = desk.flow_walk().await.header.id;
        if let Some(command) = command {
            desk.command(id, command).await;
        }
    }
    for status in TicketStatus::ALL {
        let rows = world.sessions.queue(desk.account.id, Some(status), None, 10).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.status).collect::<Vec<_>>(), [status]);
    }
}

/// A row of the queue shows the ticket's newest session: that is how a colleague's call is found.
pub async fn a_queue_row_shows_the_tickets_newest_session(world: &World) {
    let desk = world.desk().await;
    let first = desk.flow_walk().await.header;
    let row = |rows: Vec<QueueRow>| rows.into_iter().next().unwrap();
    let shown = row(world.sessions.queue(desk.account.id, None, None, 1).await.unwrap()).session.unwrap();
    assert_eq!((shown.id, shown.status, shown.created_by), (first.id, SessionStatus::Active, first.created_by));
    assert_eq!(shown.last_step_at, first.last_step_at);

    abandon(&desk, first.id).await;
    let second =
        desk.workspace.walk(desk.coverage, first.ticket_id, Target::Adhoc.into()).await.unwrap().session.header;
    let shown = row(world.sessions.queue(desk.account.id, None, None, 1).await.unwrap());
    assert_eq!(shown.session.unwrap().id, second.id);
    assert_eq!(shown.session.unwrap().created_by, desk.coverage.user_id());
}
