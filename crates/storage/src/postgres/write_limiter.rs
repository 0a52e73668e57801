//! Limits how many calls write one object, or refer to one, at once. A row that another session has locked makes each
//! write of it wait, and so does a foreign key to it. A waiting call holds a connection: without a limit one row would
//! take all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use firstline_domain::error::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::error::unavailable;

/// The most concurrent writers of one object: of two that race one wins, and the other reads again.
const MAX_WRITERS: usize = 2;

/// A row that a call writes or refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Row {
    /// What is written: a session, a ticket, a flow, or the users or flows of an account.
    Written(Uuid),
    /// Who begins a walk.
    User(Uuid),
    /// The flow or proposal that is walked.
    Target(Uuid),
    /// The account that a walk begins in.
    Account(Uuid),
}

impl Row {
    /// How many calls of a worker with so many connections may wait for it. The further a row reaches, the more: a
    /// locked user leaves room for their colleagues, a locked flow for other flows, a locked account for other
    /// accounts.
    fn limit(self, connections: usize) -> usize {
        let most = match self {
            Self::Written(_) => MAX_WRITERS,
            Self::User(_) => connections / 4,
            Self::Target(_) => connections / 2,
            Self::Account(_) => connections * 3 / 4,
        };
        most.max(1)
    }
}

/// The calls on each row that is being written or referred to.
pub(super) struct WriteLimiter {
    connections: usize,
    rows: Mutex<HashMap<Row, Arc<Semaphore>>>,
}

/// Permits one call to write a row, or to refer to it, until it is dropped.
pub(super) struct WritePermit<'a> {
    limiter: &'a WriteLimiter,
    row: Row,
    permit: Option<OwnedSemaphorePermit>,
}

impl WriteLimiter {
    pub(super) fn new(connections: usize) -> Self {
        Self { connections, rows: Mutex::default() }
    }

    /// Waits for a permit for each row, in their order, without holding a connection. Every call names a row that
    /// reaches less far before one that reaches further, so that no two wait for each other.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when not all are free within `wait`.
    pub(super) async fn acquire(&self, rows: &[Row], wait: Duration) -> Result<Vec<WritePermit<'_>>, StoreError> {
        let until = Instant::now() + wait;
        let mut permits = Vec::with_capacity(rows.len());
        for row in rows {
            permits.push(self.acquire_one(*row, until).await?);
        }
        Ok(permits)
    }

    async fn acquire_one(&self, row: Row, until: Instant) -> Result<WritePermit<'_>, StoreError> {
        let semaphore = {
            let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Semaphore::new(row.limit(self.connections)));
            Arc::clone(rows.entry(row).or_insert_with(new))
        };
        // Made before the wait, so that a call that gives up removes its entry too.
        let mut permit = WritePermit { limiter: self, row, permit: None };
        match tokio::time::timeout_at(until.into(), semaphore.acquire_owned()).await {
            Ok(Ok(acquired)) => {
                permit.permit = Some(acquired);
                Ok(permit)
            }
            _ => Err(unavailable("others are writing the same object")),
        }
    }
}

impl Drop for WritePermit<'_> {
    fn drop(&mut self) {
        self.permit = None;
        let mut rows = self.limiter.rows.lock().unwrap_or_else(PoisonError::into_inner);
        // A waiting call holds the semaphore too: the last one removes it.
        if rows.get(&self.row).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            rows.remove(&self.row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn two_write_an_object_and_a_third_waits_while_others_are_free() {
        let (one, other) = ([Row::Written(Uuid::from_u128(1))], [Row::Written(Uuid::from_u128(2))]);
        let writers = WriteLimiter::new(8);
        let first = writers.acquire(&one, SOON).await.unwrap();
        let second = writers.acquire(&one, SOON).await.unwrap();
        assert!(matches!(writers.acquire(&one, SOON).await, Err(StoreError::Unavailable(_))));
        assert!(writers.acquire(&other, SOON).await.is_ok());
        drop(first);
        let third = writers.acquire(&one, SOON).await.unwrap();
        drop((second, third));
        assert!(writers.rows.lock().unwrap().is_empty(), "an object without writers has no entry");
    }

    #[tokio::test]
    async fn who_refers_to_a_locked_row_leaves_room_for_others_of_the_account_and_for_other_accounts() {
        let id = Uuid::from_u128;
        let limiter = WriteLimiter::new(8);
        let walk = |user, flow, account| [Row::User(id(user)), Row::Target(id(flow)), Row::Account(id(account))];
        let mut held = Vec::new();
        let mut begun = async |user, flow, account| match limiter.acquire(&walk(user, flow, account), SOON).await {
            Ok(permits) => {
                held.push(permits);
                true
            }
            Err(_) => false,
        };
        // Two of a user, four of a flow, six of an account.
        assert!(begun(1, 1, 1).await && begun(1, 2, 1).await && !begun(1, 3, 1).await);
        assert!(begun(2, 1, 1).await && begun(3, 1, 1).await && begun(4, 1, 1).await && !begun(5, 1, 1).await);
        assert!(begun(6, 3, 1).await && !begun(7, 4, 1).await);
        assert!(begun(8, 5, 2).await && begun(9, 6, 2).await);
        drop(held);
        assert!(limiter.rows.lock().unwrap().is_empty(), "also those who gave up have left no entry");
    }
}
