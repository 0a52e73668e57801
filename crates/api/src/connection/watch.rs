//! Ends a connection when its time is up.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use actix_http::error::DispatchError;
use tokio::time::{Instant, sleep_until};

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
            if alarm.as_mut().poll(context).is_pending() {
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

fn end(connection: &Connection, cut: Cut, shared: &Shared) {
    match cut {
        Cut::Head if connection.phase() == Phase::Head => connection.leave_farewell(head_timeout(shared)),
        Cut::Send => connection.abandon_answer(),
        Cut::Head | Cut::Answer | Cut::Idle => {}
    }
    shared.metrics().count_cut(cut);
    tracing::debug!(cut = cut.as_str(), "connection ended because its time was up");
}
