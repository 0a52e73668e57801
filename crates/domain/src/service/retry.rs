//! Deciding a change again while other changes come first.

use chrono::TimeDelta;

use crate::clock::Clock;

/// What one attempt to make a change came to.
pub(super) enum Attempt<T, S = ()> {
    /// The change is made, or there is nothing to change.
    Done(T),
    /// Another change came first: the next attempt decides on what is stored by then, as far as this one has read it.
    Conflict(S),
}

/// Attempts a change until it is made, the first time on `read`. A conflict after `deadline` ends it as `contended`.
///
/// # Errors
/// What an attempt fails with, or `contended`.
pub(super) async fn retry_on_conflict<T, S, E, A>(
    clock: &dyn Clock,
    deadline: TimeDelta,
    contended: E,
    mut read: S,
    attempt: impl Fn(S) -> A,
) -> Result<T, E>
where
    A: Future<Output = Result<Attempt<T, S>, E>>,
{
    let began = clock.now();
    loop {
        match attempt(read).await? {
            Attempt::Done(done) => return Ok(done),
            Attempt::Conflict(current) => read = current,
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

    type Outcome = Result<Attempt<usize, ()>, &'static str>;

    /// Attempts with these outcomes, then conflicts; what is done tells how many attempts came before.
    async fn attempts(outcomes: &[Outcome]) -> (Result<usize, &'static str>, i64) {
        let (clock, made) = (Seconds(AtomicI64::new(0)), AtomicI64::new(0));
        let attempt = async |before: usize| {
            made.fetch_add(1, Ordering::Relaxed);
            match outcomes.get(before) {
                Some(Ok(Attempt::Done(done))) => Ok(Attempt::Done(done + before)),
                Some(Err(error)) => Err(*error),
                Some(Ok(Attempt::Conflict(()))) | None => Ok(Attempt::Conflict(before + 1)),
            }
        };
        let end = retry_on_conflict(&clock, TimeDelta::seconds(3), "contended", 0, attempt).await;
        (end, made.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn a_change_is_attempted_until_it_is_made_or_fails_or_the_deadline_passes() {
        let conflict = || Ok(Attempt::Conflict(()));
        assert_eq!(attempts(&[Ok(Attempt::Done(7))]).await, (Ok(7), 1));
        assert_eq!(attempts(&[conflict(), conflict(), Ok(Attempt::Done(7))]).await, (Ok(9), 3));
        assert_eq!(attempts(&[conflict(), Err("broken")]).await, (Err("broken"), 2));
        assert_eq!(attempts(&[]).await, (Err("contended"), 3), "a second an attempt");
    }
}
