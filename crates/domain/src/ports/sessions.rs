//! What a store must do so that tickets can be walked.

use async_trait::async_trait;

use super::queue::{QueuePosition, QueueRow};
use super::walks::{CreateOutcome, IdleSession, ListedSession, NewWalk, SaveOutcome};
use crate::clock::Instant;
use crate::error::StoreError;
use crate::ids::{AccountId, SessionId, TicketId, UserId};
use crate::paging::MAX_SESSION_EVENTS;
use crate::session::{Event, Save, Session, StepMark, TicketWithSessions};
use crate::ticket::TicketStatus;

/// Keeps tickets, sessions and events, which change together.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Writes a new session with its ticket and events, checking in the same transaction what [`CreateOutcome`] names.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be tried or its end is unknown.
    async fn create(&self, walk: NewWalk) -> Result<CreateOutcome, StoreError>;

    /// Writes an accepted command if the session still has the expected version: of any number of savers from one
    /// version exactly one is `Saved`.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be tried or its end is unknown.
    async fn save(&self, save: Save) -> Result<SaveOutcome, StoreError>;

    /// The whole session, in one consistent snapshot.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn session(&self, account_id: AccountId, id: SessionId) -> Result<Option<Session>, StoreError>;

    /// The active sessions that `created_by` started in the account, by (`last_step_at`, id) descending, at most
    /// `limit`. Their text comes as in [`ListedSession::within`]; `text_bytes` zero reads headers only.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn active(
        &self,
        account_id: AccountId,
        created_by: UserId,
        limit: u16,
        text_bytes: u64,
    ) -> Result<Vec<ListedSession>, StoreError>;

    /// The session's events after the seq `after`, by seq, at most `rows`.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn event_page(
        &self,
        account_id: AccountId,
        id: SessionId,
        after: i64,
        rows: u16,
    ) -> Result<Option<Vec<Event>>, StoreError>;

    /// What the session's steps and undos do to its path, by seq; none for a session that is not there.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn step_marks(&self, account_id: AccountId, id: SessionId) -> Result<Vec<(i64, StepMark)>, StoreError>;

    /// All of the session's events by seq, read page by page.
    ///
    /// # Errors
    /// As [`event_page`](Self::event_page).
    async fn events(&self, account_id: AccountId, id: SessionId) -> Result<Option<Vec<Event>>, StoreError> {
        let mut all = Vec::new();
        loop {
            let after = all.last().map_or(0, |event: &Event| event.seq);
            let Some(page) = self.event_page(account_id, id, after, MAX_SESSION_EVENTS).await? else { return Ok(None) };
            let is_last = page.len() < usize::from(MAX_SESSION_EVENTS);
            append(&mut all, page, id)?;
            if is_last {
                return Ok(Some(all));
            }
        }
    }

    /// The ticket with all its sessions.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn ticket(&self, account_id: AccountId, id: TicketId) -> Result<Option<TicketWithSessions>, StoreError>;

    /// The account's tickets, by (`created_at`, id) descending, at most `rows`: only those with `status`, if given, and
    /// only those after the place `after` in that order, if given.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn queue(
        &self,
        account_id: AccountId,
        status: Option<TicketStatus>,
        after: Option<QueuePosition>,
        rows: u16,
    ) -> Result<Vec<QueueRow>, StoreError>;

    /// The present time by the store's own clock. `None` when it has none, so that the clock of the process is the
    /// store's: a store in memory, or a file that one process serves.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn now(&self) -> Result<Option<Instant>, StoreError> {
        Ok(None)
    }

    /// Active sessions of *all* accounts last touched before `before`, by (`last_step_at`, id) ascending, at most
    /// `limit`, only those after `after` in that order. For the sweeper alone: no request of a user leads here.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn idle(
        &self,
        before: Instant,
        after: Option<IdleSession>,
        limit: u16,
    ) -> Result<Vec<IdleSession>, StoreError>;
}

/// Appends a page of events to those before it.
///
/// # Errors
/// [`StoreError::Corrupt`] when the page does not go on where they end: reading on would never come to an end.
fn append(all: &mut Vec<Event>, page: Vec<Event>, id: SessionId) -> Result<(), StoreError> {
    let after = all.last().map_or(0, |event| event.seq);
    if page.first().is_some_and(|first| first.seq <= after) {
        return Err(StoreError::corrupt(
            "session_events",
            id,
            "a page of events begins before the end of the last one",
        ));
    }
    all.extend(page);
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::session::EventData;

    fn events(seqs: std::ops::Range<i64>) -> Vec<Event> {
        let event = |seq| Event {
            seq,
            data: EventData::Abandoned,
            actor_user_id: None,
            acting_as: None,
            at: DateTime::default(),
        };
        seqs.map(event).collect()
    }

    #[test]
    fn a_page_that_leads_back_is_an_error_and_not_an_endless_loop() {
        let (mut all, id) = (Vec::new(), SessionId::from(Uuid::from_u128(1)));
        append(&mut all, events(1..4), id).unwrap();
        append(&mut all, events(4..6), id).unwrap();
        assert_eq!(all, events(1..6));
        for again in [1..4, 5..8] {
            assert!(matches!(append(&mut all, events(again), id), Err(StoreError::Corrupt { .. })));
        }
        append(&mut all, Vec::new(), id).unwrap();
        assert_eq!(all, events(1..6));
    }
}
