//! A timer that fires in a busy task.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::task::unconstrained;
use tokio::time::Sleep;

/// Polls a timer outside of the task's budget. The runtime gives a task so many operations a turn; a client that floods
/// the connection uses them up each time, and a `Sleep` without budget never completes.
pub(crate) fn poll_alarm(alarm: Pin<&mut Sleep>, context: &mut Context<'_>) -> Poll<()> {
    pin!(unconstrained(alarm)).poll(context)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use tokio::task::consume_budget;
    use tokio::time::sleep;

    use super::*;

    #[tokio::test]
    async fn an_alarm_fires_in_a_task_that_has_used_up_its_turn() {
        let mut over = pin!(sleep(Duration::ZERO));
        sleep(Duration::from_millis(5)).await;
        let fires = poll_fn(|context| {
            while pin!(consume_budget()).poll(context).is_ready() {}
            assert!(over.as_mut().poll(context).is_pending(), "the turn is not used up");
            Poll::Ready(poll_alarm(over.as_mut(), context).is_ready())
        });
        assert!(fires.await);
    }
}
