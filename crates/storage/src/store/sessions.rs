//! Tickets, sessions and events.

use async_trait::async_trait;
use firstline_domain::clock::Instant;
use firstline_domain::error::StoreError;
use firstline_domain::ids::{AccountId, SessionId, TicketId, UserId};
use firstline_domain::ports::{
    CreateOutcome, IdleSession, ListedSession, NewWalk, QueuePosition, QueueRow, SaveOutcome, SessionStore,
};
use firstline_domain::session::{Event, Save, Session, StepMark, TicketWithSessions};
use firstline_domain::ticket::TicketStatus;
use tracing::instrument;

use super::engine::{Engine, SqlStore};
use crate::error::{Constraint, WriteError};
use crate::rows::{self, ClockRow, EventsRow, IdleRow, ListedRow, QueueTicketRow, SessionRow, StepMarkRow, TicketRow};
use crate::statement::Statement;
use crate::statements::{sessions, tickets};

#[async_trait]
impl<E: Engine> SessionStore for SqlStore<E> {
    #[instrument(
        name = "store.create", level = "debug", skip_all,
        fields(account = %walk.header.account_id, session = %walk.header.id)
    )]
    async fn create(&self, walk: NewWalk) -> Result<CreateOutcome, StoreError> {
        match self.0.create(walk).await {
            Err(WriteError::Constraint(Constraint::OneActiveSession, _)) => Ok(CreateOutcome::TicketNotOpen),
            outcome => Ok(outcome?),
        }
    }

    #[instrument(
        name = "store.save", level = "debug", skip_all,
        fields(account = %save.header.account_id, session = %save.header.id)
    )]
    async fn save(&self, save: Save) -> Result<SaveOutcome, StoreError> {
        let (account_id, id) = (save.header.account_id, save.header.id);
        if self.0.save(save).await? {
            return Ok(SaveOutcome::Saved);
        }
        // A new statement: the snapshot of the one before may be from before the other's commit.
        let current = self.session(account_id, id).await?;
        Ok(current.map_or(SaveOutcome::Missing, |session| SaveOutcome::Conflict(Box::new(session))))
    }

    #[instrument(name = "store.session", level = "debug", skip_all, fields(account = %account_id, session = %id))]
    async fn session(&self, account_id: AccountId, id: SessionId) -> Result<Option<Session>, StoreError> {
        let statement = Statement::new(sessions::SESSION).id(account_id.as_uuid()).id(id.as_uuid());
        self.one::<SessionRow, _>(statement).await
    }

    #[instrument(name = "store.active", level = "debug", skip_all, fields(account = %account_id, user = %created_by))]
    async fn active(
        &self,
        account_id: AccountId,
        created_by: UserId,
        limit: u16,
        text_bytes: u64,
    ) -> Result<Vec<ListedSession>, StoreError> {
        let text_bytes = i64::try_from(text_bytes).unwrap_or(i64::MAX);
        // In the order of their first appearance in the text, which is how SQLite numbers them.
        let statement = Statement::new(sessions::ACTIVE).int(text_bytes).id(account_id.as_uuid());
        self.all::<ListedRow, _>(statement.id(created_by.as_uuid()).int(limit)).await
    }

    #[instrument(name = "store.event_page", level = "debug", skip_all, fields(account = %account_id, session = %id))]
    async fn event_page(
        &self,
        account_id: AccountId,
        id: SessionId,
        after: i64,
        rows: u16,
    ) -> Result<Option<Vec<Event>>, StoreError> {
        let statement = Statement::new(sessions::EVENTS).int(after).id(account_id.as_uuid()).id(id.as_uuid());
        rows::event_page(id, after, rows, self.0.read::<EventsRow>(statement.int(rows)).await?)
    }

    #[instrument(name = "store.step_marks", level = "debug", skip_all, fields(account = %account_id, session = %id))]
    async fn step_marks(&self, account_id: AccountId, id: SessionId) -> Result<Vec<(i64, StepMark)>, StoreError> {
        let statement = Statement::new(sessions::STEP_MARKS).id(account_id.as_uuid()).id(id.as_uuid());
        rows::step_marks(id, self.0.read::<StepMarkRow>(statement).await?)
    }

    #[instrument(name = "store.ticket", level = "debug", skip_all, fields(account = %account_id, ticket = %id))]
    async fn ticket(&self, account_id: AccountId, id: TicketId) -> Result<Option<TicketWithSessions>, StoreError> {
        let statement = Statement::new(tickets::TICKET).id(account_id.as_uuid()).id(id.as_uuid());
        rows::with_sessions(self.0.read::<TicketRow>(statement).await?)
    }

    #[instrument(name = "store.queue", level = "debug", skip_all, fields(account = %account_id))]
    async fn queue(
        &self,
        account_id: AccountId,
        status: Option<TicketStatus>,
        after: Option<QueuePosition>,
        rows: u16,
    ) -> Result<Vec<QueueRow>, StoreError> {
        let text = match (status, after) {
            (None, None) => E::QUEUE.all,
            (None, Some(_)) => E::QUEUE.after,
            (Some(_), None) => E::QUEUE.of_status,
            (Some(_), Some(_)) => E::QUEUE.of_status_after,
        };
        let mut statement = Statement::new(text).id(account_id.as_uuid());
        if let Some(status) = status {
            statement = statement.text(status.as_str());
        }
        if let Some(after) = after {
            statement = statement.at(after.created_at).id(after.ticket_id.as_uuid());
        }
        self.all::<QueueTicketRow, _>(statement.int(rows)).await
    }

    #[instrument(name = "store.now", level = "debug", skip_all)]
    async fn now(&self) -> Result<Option<Instant>, StoreError> {
        let Some(clock) = E::CLOCK else { return Ok(None) };
        Ok(self.0.read::<ClockRow>(Statement::new(clock)).await?.first().map(|row| row.at))
    }

    #[instrument(name = "store.idle", level = "debug", skip_all)]
    async fn idle(
        &self,
        before: Instant,
        after: Option<IdleSession>,
        limit: u16,
    ) -> Result<Vec<IdleSession>, StoreError> {
        let statement = match after {
            None => Statement::new(sessions::IDLE).at(before),
            Some(after) => {
                Statement::new(sessions::IDLE_AFTER).at(before).at(after.last_step_at).id(after.session_id.as_uuid())
            }
        };
        let found = self.0.read::<IdleRow>(statement.int(limit)).await?;
        Ok(found.into_iter().map(IdleSession::from).collect())
    }
}
