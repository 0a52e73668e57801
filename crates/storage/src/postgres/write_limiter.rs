//! Limits how many calls write one object at once. A row that another session has locked makes each write of it wait,
//! and a waiting call holds a connection: without a limit one row would take all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use firstline_domain::error::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::error::unavailable;

/// The most concurrent writers of one object: of two that race one wins, and the other reads again.
const MAX_WRITERS: usize = 2;

/// The writers of each object that is being written.
#[derive(Default)]
pub(super) struct WriteLimiter(Mutex<HashMap<Uuid, Arc<Semaphore>>>);

/// Permits one call to write an object until it is dropped.
pub(super) struct WritePermit<'a> {
    limiter: &'a WriteLimiter,
    object: Uuid,
    permit: Option<OwnedSemaphorePermit>,
}

impl WriteLimiter {
    /// Waits for a permit, without holding a connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when none is free within `wait`.
    pub(super) async fn acquire(&self, object: Uuid, wait: Duration) -> Result<WritePermit<'_>, StoreError> {
        let semaphore = {
            let mut writers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(writers.entry(object).or_insert_with(|| Arc::new(Semaphore::new(MAX_WRITERS))))
        };
        // Made before the wait, so that a call that gives up removes its entry too.
        let mut writer = WritePermit { limiter: self, object, permit: None };
        match tokio::time::timeout(wait, semaphore.acquire_owned()).await {
            Ok(Ok(permit)) => {
                writer.permit = Some(permit);
                Ok(writer)
            }
            _ => Err(unavailable("others are writing the same object")),
        }
    }
}

impl Drop for WritePermit<'_> {
    fn drop(&mut self) {
        self.permit = None;
        let mut writers = self.limiter.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A waiting call holds the semaphore too: the last one removes it.
        if writers.get(&self.object).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            writers.remove(&self.object);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn two_write_an_object_and_a_third_waits_while_others_are_free() {
        let (writers, one, other) = (WriteLimiter::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        let first = writers.acquire(one, SOON).await.unwrap();
        let second = writers.acquire(one, SOON).await.unwrap();
        assert!(matches!(writers.acquire(one, SOON).await, Err(StoreError::Unavailable(_))));
        assert!(writers.acquire(other, SOON).await.is_ok());
        drop(first);
        let third = writers.acquire(one, SOON).await.unwrap();
        drop((second, third));
        assert!(writers.0.lock().unwrap().is_empty(), "an object without writers has no entry");
    }
}
