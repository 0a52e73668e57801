//! Tickets, sessions and events in memory.

use async_trait::async_trait;

use super::MemoryStore;
use super::tables::{SessionRecord, Tables, TicketRecord, is_of};
use crate::clock::Instant;
use crate::error::StoreError;
use crate::flow::TreeLocation;
use crate::ids::{AccountId, SessionId, TicketId, UserId};
use crate::ports::{
    CreateOutcome, IdleSession, ListedSession, NewWalk, QueuePosition, QueueRow, SaveOutcome, SessionStore,
    WalkedTicket,
};
use crate::session::{
    Event, EventData, Header, Notes, Save, Session, SessionState, StepMark, Target, TicketWithSessions, step_marks,
};
use crate::ticket::TicketStatus;

#[async_trait]
impl SessionStore for MemoryStore {
    async fn create(&self, walk: NewWalk) -> Result<CreateOutcome, StoreError> {
        let mut tables = self.tables();
        let header = walk.header;
        if let Some(outcome) = tables.target_missing(&header) {
            return Ok(outcome);
        }
        let key = (header.account_id, header.ticket_id);
        match walk.ticket {
            WalkedTicket::New(ticket) => {
                tables.tickets.insert(key, TicketRecord { ticket, sessions: vec![header.id] });
            }
            WalkedTicket::Existing(_) => {
                if !tables.takes_walk(key) {
                    return Ok(CreateOutcome::TicketNotOpen);
                }
                if let Some(record) = tables.tickets.get_mut(&key) {
                    record.sessions.push(header.id);
                }
            }
        }
        let session = Session { header: header.clone(), path: Vec::new(), walk_notes: Notes::empty() };
        tables.sessions.insert((header.account_id, header.id), SessionRecord { session, events: walk.events });
        Ok(CreateOutcome::Created)
    }

    async fn save(&self, save: Save) -> Result<SaveOutcome, StoreError> {
        let mut tables = self.tables();
        let (account_id, session_id) = (save.header.account_id, save.header.id);
        let Some(record) = tables.sessions.get_mut(&(account_id, session_id)) else {
            return Ok(SaveOutcome::Missing);
        };
        if record.session.header.version != save.expected_version {
            return Ok(SaveOutcome::Conflict(Box::new(record.session.clone())));
        }
        for event in &save.events {
            match &event.data {
                EventData::StepRecorded(step) => record.session.path.push(step.clone()),
                EventData::StepUndone(_) => drop(record.session.path.pop()),
                _ => {}
            }
        }
        if let Some(notes) = save.notes {
            record.session.walk_notes = notes;
        }
        let updated_at = save.events.last().map_or(save.header.last_step_at, |event| event.at);
        record.events.extend(save.events);
        let ticket_id = save.header.ticket_id;
        record.session.header = save.header;
        if let (Some(status), Some(ticket)) = (save.ticket_status, tables.tickets.get_mut(&(account_id, ticket_id))) {
            ticket.ticket.status = status;
            ticket.ticket.updated_at = updated_at;
        }
        if let Some(proposal) = save.validated_proposal.and_then(|id| tables.proposals.get_mut(&(account_id, id))) {
            proposal.validated_by_outcome = true;
        }
        tables.note_end((account_id, session_id));
        Ok(SaveOutcome::Saved)
    }

    async fn session(&self, account_id: AccountId, id: SessionId) -> Result<Option<Session>, StoreError> {
        let tables = self.tables();
        Ok(tables.session(account_id, id).map(|record| record.session.clone()))
    }

    async fn active(
        &self,
        account_id: AccountId,
        created_by: UserId,
        limit: u16,
        text_bytes: u64,
    ) -> Result<Vec<ListedSession>, StoreError> {
        let tables = self.tables();
        let mut found: Vec<&Session> = tables
            .sessions
            .values()
            .map(|record| &record.session)
            .filter(|session| session.header.account_id == account_id && session.header.created_by == created_by)
            .filter(|session| matches!(session.header.state, SessionState::Active))
            .collect();
        found.sort_by_key(|session| std::cmp::Reverse((session.header.last_step_at, session.header.id)));
        Ok(ListedSession::within(text_bytes, found.into_iter().take(usize::from(limit)).cloned()))
    }

    async fn event_page(
        &self,
        account_id: AccountId,
        id: SessionId,
        after: i64,
        rows: u16,
    ) -> Result<Option<Vec<Event>>, StoreError> {
        let tables = self.tables();
        let page = |record: &SessionRecord| {
            let later = record.events.iter().filter(|event| event.seq > after);
            later.take(usize::from(rows)).cloned().collect()
        };
        Ok(tables.session(account_id, id).map(page))
    }

    async fn step_marks(&self, account_id: AccountId, id: SessionId) -> Result<Vec<(i64, StepMark)>, StoreError> {
        let tables = self.tables();
        let found = tables.session(account_id, id);
        Ok(found.map(|record| step_marks(&record.events).collect()).unwrap_or_default())
    }

    async fn ticket(&self, account_id: AccountId, id: TicketId) -> Result<Option<TicketWithSessions>, StoreError> {
        let tables = self.tables();
        Ok(tables.ticket(account_id, id).map(|record| tables.with_sessions(record)))
    }

    async fn queue(
        &self,
        account_id: AccountId,
        status: Option<TicketStatus>,
        after: Option<QueuePosition>,
        rows: u16,
    ) -> Result<Vec<QueueRow>, StoreError> {
        let tables = self.tables();
        let of_account = |record: &&TicketRecord| is_of(record.ticket.account_id, account_id);
        let mut found: Vec<&TicketRecord> = tables
            .tickets
            .values()
            .filter(of_account)
            .filter(|record| status.is_none_or(|status| record.ticket.status == status))
            .filter(|record| after.is_none_or(|after| record.ticket.place() < after.place()))
            .collect();
        found.sort_by_key(|record| std::cmp::Reverse(record.ticket.place()));
        Ok(found
            .into_iter()
            .take(usize::from(rows))
            .map(|record| QueueRow::of(&tables.with_sessions(record)))
            .collect())
    }

    async fn idle(
        &self,
        before: Instant,
        after: Option<IdleSession>,
        limit: u16,
    ) -> Result<Vec<IdleSession>, StoreError> {
        let tables = self.tables();
        let mut found: Vec<IdleSession> = tables
            .sessions
            .values()
            .map(|record| &record.session.header)
            .filter(|header| matches!(header.state, SessionState::Active) && header.last_step_at < before)
            .map(IdleSession::from)
            .filter(|idle| after.is_none_or(|after| idle.place() > after.place()))
            .collect();
        found.sort_by_key(IdleSession::place);
        found.truncate(usize::from(limit));
        Ok(found)
    }
}

impl Tables {
    /// What stands in the way of walking the header's target, if anything does.
    fn target_missing(&self, header: &Header) -> Option<CreateOutcome> {
        match header.target {
            Target::Adhoc => None,
            Target::Flow(id) => {
                // One whose tree is known is walked by a version of it, any other without.
                let guided =
                    if header.flow_version.is_some() { TreeLocation::Authored } else { TreeLocation::External };
                let flow = self.flows.get(&(header.account_id, id));
                let walkable = flow.is_some_and(|flow| flow.can_be_walked() && flow.tree == guided);
                (!walkable).then_some(CreateOutcome::FlowNotFound)
            }
            Target::Proposal(id) => {
                let there = self.proposals.contains_key(&(header.account_id, id));
                (!there).then_some(CreateOutcome::FlowProposalNotFound)
            }
        }
    }

    fn takes_walk(&self, key: (AccountId, TicketId)) -> bool {
        self.tickets.get(&key).is_some_and(|record| self.with_sessions(record).may_start_walk().is_ok())
    }

    fn with_sessions(&self, record: &TicketRecord) -> TicketWithSessions {
        let account_id = record.ticket.account_id;
        let sessions = record.sessions.iter().filter_map(|id| self.sessions.get(&(account_id, *id)));
        TicketWithSessions::new(record.ticket.clone(), sessions.map(|record| record.session.header.clone()).collect())
    }
}
