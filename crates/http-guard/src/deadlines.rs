//! Closes a connection when a deadline passes.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use actix_http::error::DispatchError;
use tokio::time::{Instant, sleep_until};

use crate::alarm::poll_alarm;
use crate::connection::Connection;
use crate::timeout_response::encode;
use crate::timer::{CloseReason, Phase};

/// How often at least a connection checks whether there is still room for idle ones.
const CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// Serves a connection until it ends by itself or a deadline passes. Then what serves it is dropped, with the stream.
pub(crate) async fn enforce_deadlines(
    serving: impl Future<Output = Result<(), DispatchError>>,
    connection: Rc<Connection>,
) -> Result<(), DispatchError> {
    let mut serving = pin!(serving);
    let mut alarm = pin!(sleep_until(connection.due().0.min(Instant::now() + CHECK_INTERVAL)));
    poll_fn(|context| {
        if let Poll::Ready(ended) = serving.as_mut().poll(context) {
            return Poll::Ready(ended);
        }
        loop {
            // An alarm that fires too early is set again then; only one that would fire too late is set anew at once.
            // So most requests come and go without touching it.
            let (due, _) = connection.due();
            if due < alarm.deadline() {
                alarm.as_mut().reset(due);
            }
            if poll_alarm(alarm.as_mut(), context).is_pending() {
                return Poll::Pending;
            }
            let (now, (due, reason)) = (Instant::now(), connection.due());
            if due <= now {
                close(&connection, reason);
                return Poll::Ready(Ok(()));
            }
            alarm.as_mut().reset(due.min(now + CHECK_INTERVAL));
        }
    })
    .await
}

fn close(connection: &Connection, reason: CloseReason) {
    match reason {
        CloseReason::Head if connection.phase() == Phase::Head => {
            connection.set_last_words(encode(connection.hooks().head_timeout()));
        }
        CloseReason::Send => connection.abandon_response(),
        CloseReason::Head | CloseReason::Response | CloseReason::Idle => {}
    }
    connection.hooks().connection_timed_out(reason);
    tracing::debug!(reason = reason.as_str(), "connection closed: a deadline passed");
}
