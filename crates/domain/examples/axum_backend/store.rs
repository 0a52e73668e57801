//! A session store of one's own: here an append-only journal in memory, where a session *is* its events and is made anew
//! by replay. It shares nothing with the store in the domain crate; yours would hold these rows in your database.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use firstline_domain::clock::Instant;
use firstline_domain::error::StoreError;
use firstline_domain::ids::{AccountId, SessionId, TicketId, UserId};
use firstline_domain::ports::{
    CreateOutcome, IdleSession, ListedSession as Listed, NewWalk, QueuePosition, QueueRow, SaveOutcome, SessionStore,
    WalkedTicket,
};
use firstline_domain::session::{
    Event, Header, Notes, Save, Session, SessionStatus, StepMark, TicketWithSessions, replay, step_marks,
};
use firstline_domain::ticket::{Ticket, TicketStatus};

#[derive(Default)]
struct Journal {
    tickets: BTreeMap<TicketId, Ticket>,
    sessions: BTreeMap<(AccountId, SessionId), (Vec<Event>, Notes)>,
}

/// The store. One mutex stands for your database's transaction.
#[derive(Default)]
pub(crate) struct JournalStore(Mutex<Journal>);

impl Journal {
    fn session(&self, key: (AccountId, SessionId)) -> Result<Option<Session>, StoreError> {
        let Some((events, notes)) = self.sessions.get(&key) else { return Ok(None) };
        let session = replay(key.0, key.1, events, notes.clone());
        session.map(Some).map_err(|corrupt| StoreError::corrupt("sessions", key.1, corrupt))
    }

    /// Every session that `wanted` takes. A database would have an index for each such question.
    fn sessions(&self, wanted: impl Fn(&Header) -> bool) -> Result<Vec<Session>, StoreError> {
        let all: Result<Vec<_>, _> = self.sessions.keys().map(|key| self.session(*key)).collect();
        Ok(all?.into_iter().flatten().filter(|session| wanted(&session.header)).collect())
    }

    fn ticket(&self, account_id: AccountId, id: TicketId) -> Result<Option<TicketWithSessions>, StoreError> {
        let Some(ticket) = self.tickets.get(&id).filter(|ticket| ticket.account_id == account_id) else {
            return Ok(None);
        };
        let found = self.sessions(|header| header.account_id == account_id && header.ticket_id == id)?;
        let sessions = found.into_iter().map(|session| session.header).collect();
        Ok(Some(TicketWithSessions::new(ticket.clone(), sessions)))
    }
}

impl JournalStore {
    fn with<T>(&self, run: impl FnOnce(&mut Journal) -> Result<T, StoreError>) -> Result<T, StoreError> {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn is_active(header: &Header) -> bool {
    header.state.status() == SessionStatus::Active
}

#[async_trait]
impl SessionStore for JournalStore {
    async fn create(&self, walk: NewWalk) -> Result<CreateOutcome, StoreError> {
        self.with(|journal| {
            let account_id = walk.header.account_id;
            match walk.ticket {
                WalkedTicket::New(ticket) => drop(journal.tickets.insert(ticket.id, ticket)),
                WalkedTicket::Existing(id) => {
                    if journal.ticket(account_id, id)?.is_none_or(|ticket| ticket.may_start_walk().is_err()) {
                        return Ok(CreateOutcome::TicketNotOpen);
                    }
                }
            }
            journal.sessions.insert((account_id, walk.header.id), (walk.events, Notes::empty()));
            Ok(CreateOutcome::Created)
        })
    }

    async fn save(&self, save: Save) -> Result<SaveOutcome, StoreError> {
        self.with(|journal| {
            let key = (save.header.account_id, save.header.id);
            let Some(current) = journal.session(key)? else { return Ok(SaveOutcome::Missing) };
            if current.header.version != save.expected_version {
                return Ok(SaveOutcome::Conflict(Box::new(current)));
            }
            let at = save.events.last().map(|event| event.at);
            if let Some((events, notes)) = journal.sessions.get_mut(&key) {
                events.extend(save.events);
                *notes = save.notes.unwrap_or_else(|| notes.clone());
            }
            let ticket = journal.tickets.get_mut(&save.header.ticket_id);
            if let (Some(ticket), Some(status), Some(at)) = (ticket, save.ticket_status, at) {
                (ticket.status, ticket.updated_at) = (status, at);
            }
            Ok(SaveOutcome::Saved)
        })
    }

    async fn session(&self, account_id: AccountId, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.with(|journal| journal.session((account_id, id)))
    }

    async fn active(&self, account: AccountId, user: UserId, limit: u16, text: u64) -> Result<Vec<Listed>, StoreError> {
        self.with(|journal| {
            let mine = |header: &Header| header.account_id == account && header.created_by == user && is_active(header);
            let mut found = journal.sessions(mine)?;
            found.sort_by_key(|session| std::cmp::Reverse((session.header.last_step_at, session.header.id)));
            Ok(Listed::within(text, found.into_iter().take(usize::from(limit))))
        })
    }

    async fn event_page(
        &self,
        account: AccountId,
        id: SessionId,
        after: i64,
        rows: u16,
    ) -> Result<Option<Vec<Event>>, StoreError> {
        let page = |events: &[Event]| {
            events.iter().filter(|event| event.seq > after).take(usize::from(rows)).cloned().collect()
        };
        self.with(|journal| Ok(journal.sessions.get(&(account, id)).map(|(events, _)| page(events))))
    }

    async fn step_marks(&self, account: AccountId, id: SessionId) -> Result<Vec<(i64, StepMark)>, StoreError> {
        let marks = |events: &[Event]| step_marks(events).collect();
        self.with(|journal| {
            Ok(journal.sessions.get(&(account, id)).map(|(events, _)| marks(events)).unwrap_or_default())
        })
    }

    async fn ticket(&self, account: AccountId, id: TicketId) -> Result<Option<TicketWithSessions>, StoreError> {
        self.with(|journal| journal.ticket(account, id))
    }

    async fn queue(
        &self,
        account_id: AccountId,
        status: Option<TicketStatus>,
        after: Option<QueuePosition>,
        rows: u16,
    ) -> Result<Vec<QueueRow>, StoreError> {
        self.with(|journal| {
            let mut tickets: Vec<&Ticket> = journal.tickets.values().collect();
            tickets.retain(|ticket| ticket.account_id == account_id && status.is_none_or(|one| ticket.status == one));
            tickets.retain(|ticket| after.is_none_or(|after| ticket.place() < after.place()));
            tickets.sort_by_key(|ticket| std::cmp::Reverse(ticket.place()));
            let found = tickets.into_iter().take(usize::from(rows)).map(|ticket| journal.ticket(account_id, ticket.id));
            found.filter_map(Result::transpose).map(|found| found.map(|found| QueueRow::of(&found))).collect()
        })
    }

    async fn idle(&self, by: Instant, after: Option<IdleSession>, limit: u16) -> Result<Vec<IdleSession>, StoreError> {
        self.with(|journal| {
            let found = journal.sessions(|header| is_active(header) && header.last_step_at < by)?;
            let mut idle: Vec<IdleSession> = found.iter().map(|session| (&session.header).into()).collect();
            idle.retain(|one| after.is_none_or(|after| one.place() > after.place()));
            idle.sort_by_key(IdleSession::place);
            idle.truncate(usize::from(limit));
            Ok(idle)
        })
    }
}
