//! Deciding a change again while other changes come first.

use chrono::TimeDelta;

use crate::clock::Clock;

/// What one attempt to make a change came to.
pub(super) enum Attempt<T> {
    /// The change is made, or there is nothing to change.
    Done(T),
    /// Another change came first: the next attempt decides on what is stored by then.
    Conflict,
}

/// Attempts a change until it is made. A conflict after `deadline` ends it as `contended`.
///
/// # Errors
/// What an attempt fails with, or `contended`.
pub(super) async fn retry_on_conflict<T, E>(
    clock: &dyn Clock,
    deadline: TimeDelta,
    contended: E,
    mut attempt: impl AsyncFnMut() -> Result<Attempt<T>, E>,
) -> Result<T, E> {
    let began = clock.now();
    loop {
        if let Attempt::Done(done) = attempt().await? {
            return Ok(done);
        }
        if clock.now() - began >= deadline {
            return Err(contended);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::clock::Instant;

    /// A clock that goes on by a second at each look.
    struct Seconds(AtomicI64);

    impl Clock for Seconds {
        fn now(&self) -> Instant {
            Instant::from_timestamp(self.0.fetch_add(1, Ordering::Relaxed), 0).unwrap()
        }
    }

    async fn attempts(outcomes: &[Result<Attempt<u8>, &'static str>]) -> (Result<u8, &'static str>, usize) {
        let (clock, mut made) = (Seconds(AtomicI64::new(0)), 0);
        let attempt = async || {
            made += 1;
            match outcomes.get(made - 1) {
                Some(Ok(Attempt::Done(done))) => Ok(Attempt::Done(*done)),
                Some(Err(error)) => Err(*error),
                Some(Ok(Attempt::Conflict)) | None => Ok(Attempt::Conflict),
            }
        };
        let end = retry_on_conflict(&clock, TimeDelta::seconds(3), "contended", attempt).await;
        (end, made)
    }

    #[tokio::test]
    async fn a_change_is_attempted_until_it_is_made_or_fails_or_the_deadline_passes() {
        let conflict = || Ok(Attempt::Conflict);
        assert_eq!(attempts(&[Ok(Attempt::Done(7))]).await, (Ok(7), 1));
        assert_eq!(attempts(&[conflict(), conflict(), Ok(Attempt::Done(7))]).await, (Ok(7), 3));
        assert_eq!(attempts(&[conflict(), Err("broken")]).await, (Err("broken"), 2));
        assert_eq!(attempts(&[]).await, (Err("contended"), 3), "a second an attempt");
    }
}
