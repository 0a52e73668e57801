//! Ends a connection when its time is up.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_http::error::DispatchError;
use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

use super::farewell::head_timeout;
use super::pace::{Cut, Phase};
use super::state::Connection;
use crate::state::Shared;

/// How often at least it is looked whether there is still room for those who do nothing.
const GLANCE: Duration = Duration::from_secs(2);

/// Serves a connection until it ends, by itself or because its time is up: then what serves it is dropped, and with it
/// the stream.
pub(super) async fn watch(
    serving: impl Future<Output = Result<(), DispatchError>>,
    connection: Rc<Connection>,
    shared: Shared,
) -> Result<(), DispatchError> {
    let mut serving = pin!(serving);
    let mut alarm = pin!(sleep_until(connection.due().0.min(Instant::now() + GLANCE)));
    poll_fn(|context| {
        if let Poll::Ready(ended) = serving.as_mut().poll(context) {
            return Poll::Ready(ended);
        }
        loop {
            // An alarm that rings too early is set again; only one that would ring too late is set anew at once. So most
            // requests come and go without touching it.
            let (due, _) = connection.due();
            if due < alarm.deadline() {
                alarm.as_mut().reset(due);
            }
            if poll_alarm(alarm.as_mut(), context).is_pending() {
                return Poll::Pending;
            }
            let (now, (due, cut)) = (Instant::now(), connection.due());
            if due <= now {
                end(&connection, cut, &shared);
                return Poll::Ready(Ok(()));
            }
            alarm.as_mut().reset(due.min(now + GLANCE));
        }
    })
    .await
}

/// Whether the alarm rings, whatever the task has read before. The runtime gives a task so many steps a turn; a client
/// that floods the connection uses them up each time, and without them a `Sleep` is never over.
pub(super) fn poll_alarm(alarm: Pin<&mut Sleep>, context: &mut Context<'_>) -> Poll<()> {
    pin!(unconstrained(alarm)).poll(context)
}

fn end(connection: &Connection, cut: Cut, shared: &Shared) {
    match cut {
        Cut::Head if connection.phase() == Phase::Head => connection.leave_farewell(head_timeout(shared)),
        Cut::Send => connection.abandon_answer(),
        Cut::Head | Cut::Answer | Cut::Idle => {}
    }
    shared.metrics().count_cut(cut);
    tracing::debug!(cut = cut.as_str(), "connection ended because its time was up");
}

#[cfg(test)]
mod tests {
    use tokio::task::consume_budget;
    use tokio::time::sleep;

    use super::*;

    #[tokio::test]
    async fn an_alarm_rings_in_a_task_that_has_used_up_its_turn() {
        let mut over = pin!(sleep(Duration::ZERO));
        tokio::time::sleep(Duration::from_millis(5)).await;
        let rings = poll_fn(|context| {
            while pin!(consume_budget()).poll(context).is_ready() {}
            assert!(over.as_mut().poll(context).is_pending(), "the turn is not used up");
            Poll::Ready(poll_alarm(over.as_mut(), context).is_ready())
        });
        assert!(rings.await);
    }
}
