//! How many calls may write one object at once. A row that somebody else has locked makes every write of it wait, and a call
//! that waits holds a connection: without a bound one row would take them all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use firstline_domain::error::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::error::unavailable;

/// How many may write one object at once: of two that race one wins, and the other reads again.
const AT_ONCE: usize = 2;

/// Who writes what.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<Uuid, Arc<Semaphore>>>);

/// The turn of one call.
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    object: Uuid,
    permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// Waits for a turn, without a connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when none came within `wait`.
    pub(super) async fn take(&self, object: Uuid, wait: Duration) -> Result<Turn<'_>, StoreError> {
        let semaphore = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(object).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
        };
        // Made before the wait: who gives up tidies up as well.
        let mut turn = Turn { turns: self, object, permit: None };
        match tokio::time::timeout(wait, semaphore.acquire_owned()).await {
            Ok(Ok(permit)) => {
                turn.permit = Some(permit);
                Ok(turn)
            }
            _ => Err(unavailable("others are writing the same object")),
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.permit = None;
        let mut turns = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever waits holds the semaphore: it is forgotten when nobody does.
        if turns.get(&self.object).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            turns.remove(&self.object);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn two_write_an_object_and_a_third_waits_while_others_are_free() {
        let (turns, one, other) = (Turns::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        let first = turns.take(one, SOON).await.unwrap();
        let second = turns.take(one, SOON).await.unwrap();
        assert!(matches!(turns.take(one, SOON).await, Err(StoreError::Unavailable(_))));
        assert!(turns.take(other, SOON).await.is_ok());
        drop(first);
        let third = turns.take(one, SOON).await.unwrap();
        drop((second, third));
        assert!(turns.0.lock().unwrap().is_empty(), "what nobody writes is forgotten");
    }
}
