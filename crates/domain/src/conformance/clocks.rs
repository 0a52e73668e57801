//! Idleness is judged by the store's clock, whatever an instance's clock shows.

use chrono::TimeDelta;

use super::World;
use super::races::assert_history_agrees;
use super::support::step;
use crate::clock::Clock;
use crate::service::TouchedAhead;
use crate::session::SessionStatus;
use crate::ticket::TicketStatus;

const DAY: i64 = 24 * 3600;

/// A store that has a clock of its own does not go back.
pub async fn the_stores_clock_goes_on(world: &World) {
    let first = world.sessions.now().await.unwrap();
    let second = world.sessions.now().await.unwrap();
    assert!(first <= second && first.is_some() == second.is_some(), "{first:?}, then {second:?}");
}

/// A clock two days ahead makes no walk idle, in however many sweeps.
pub async fn an_instance_whose_clock_is_wrong_abandons_nothing(world: &World) {
    let desk = world.desk().await;
    let session = desk.flow_walk().await.header.id;
    let (now, mut ahead) = (desk.clock.now(), TouchedAhead::default());
    desk.wait(2 * DAY);
    for _ in 0..3 {
        assert_eq!(desk.sweep_at(now, &mut ahead).await.abandoned, 0);
    }
    assert_eq!(desk.stored(session).await.header.state.status(), SessionStatus::Active);
    assert_eq!(desk.sweep_at(now + TimeDelta::seconds(DAY + 1), &mut ahead).await.abandoned, 1);
}

/// What a clock far ahead has touched goes idle once it has been seen unchanged for long enough; a touch counts anew.
pub async fn a_walk_that_was_touched_ahead_of_the_clock_goes_idle_again(world: &World) {
    let desk = world.desk().await;
    let (left, touched) = (desk.flow_walk().await.header, desk.flow_walk().await.header.id);
    let (now, mut ahead) = (desk.clock.now(), TouchedAhead::default());
    desk.wait(400 * DAY);
    for session in [left.id, touched] {
        desk.command(session, step("a")).await;
    }
    desk.wait(-400 * DAY);
    let later = |seconds| now + TimeDelta::seconds(seconds);
    assert_eq!(desk.sweep_at(now, &mut ahead).await.abandoned, 0);
    assert_eq!(desk.sweep_at(later(DAY), &mut ahead).await.abandoned, 0, "24 h exactly is not idle yet");
    desk.command(touched, step("b")).await;
    assert_eq!(desk.sweep_at(later(DAY + 1), &mut ahead).await.abandoned, 1);
    let stored = desk.stored(left.id).await;
    assert_eq!(stored.header.state.status(), SessionStatus::Abandoned);
    assert_history_agrees(&desk, &stored).await;
    let ticket = world.sessions.ticket(desk.account.id, left.ticket_id).await.unwrap().unwrap();
    assert_eq!(ticket.ticket.status, TicketStatus::Open);
    assert_eq!(desk.stored(touched).await.header.state.status(), SessionStatus::Active);
    assert_eq!(desk.sweep_at(later(2 * DAY + 1), &mut ahead).await.abandoned, 0);
    // A sweeper that has just started has seen nothing yet.
    assert_eq!(desk.sweep_at(later(2 * DAY + 2), &mut TouchedAhead::default()).await.abandoned, 0);
    assert_eq!(desk.sweep_at(later(2 * DAY + 2), &mut ahead).await.abandoned, 1);
}
