//! What a store must do. Split so that reuse is cheap: [`SessionStore`] is needed, [`Directory`], [`UserStore`] and
//! [`FlowStore`] stand beside it and may be somebody else's; [`FlowStatsStore`] needs the sessions beside it. All are
//! object-safe; the `conformance` feature has a suite for each.
//!
//! A store obeys: it compares versions and keeps uniqueness, and decides nothing. Looking up what is not there is
//! `Ok(None)`; another account's rows are not there.

mod flow_stats;
mod flows;
mod users;

use async_trait::async_trait;

use crate::account::{Account, Identity, User};
use crate::clock::Instant;
use crate::error::StoreError;
use crate::ids::{AccountId, FlowProposalId, SessionId, TicketId, UserId};
use crate::notes::Notes;
use crate::paging::MAX_SESSION_EVENTS;
use crate::queue::{QueuePosition, QueueRow};
use crate::session::{Event, Header, Session, StepMark};
use crate::text::Email;
use crate::ticket::{Ticket, TicketStatus, TicketWithSessions};

pub use flow_stats::{FlowStatsStore, FoldOutcome, FoldSave, KeptStats, PendingWalks, UnfoldedWalk};
pub use flows::{FlowFilter, FlowHead, FlowSaveOutcome, FlowStore, VersionHead, Walkable};
pub use users::{Roster, UserFilter, UserSave, UserSaveOutcome, UserStore};

/// The ticket of a new session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WalkedTicket {
    /// One that is made with the session.
    New(Ticket),
    /// One that is there: it must be open and have no active session at the moment of writing.
    Existing(TicketId),
}

/// A new session, its events and its ticket: written together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWalk {
    /// The ticket.
    pub ticket: WalkedTicket,
    /// The session as it is after `events`. It has no steps and no notes.
    pub header: Header,
    /// Its first events, from seq 1.
    pub events: Vec<Event>,
}

/// What became of a [`NewWalk`]. Anything but `Created` has written nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateOutcome {
    /// All of it is written.
    Created,
    /// The target flow is not there, not of this account, or not published.
    FlowNotFound,
    /// The target proposal is not there or not of this account.
    FlowProposalNotFound,
    /// The existing ticket is not there, not open, or has an active session.
    TicketNotOpen,
}

/// One accepted command, ready to be written together or not at all, if the session still has `expected_version`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// The session as it is to be; `header.version` is the seq of the last of `events`.
    pub header: Header,
    /// The version that the decision was made on.
    pub expected_version: i64,
    /// The events to append, in order, without a gap from `expected_version`.
    pub events: Vec<Event>,
    /// The notes that replace the stored ones.
    pub notes: Option<Notes>,
    /// The ticket's new status, with the last event's time as its `updated_at`.
    pub ticket_status: Option<TicketStatus>,
    /// The proposal whose `validated_by_outcome` becomes true.
    pub validated_proposal: Option<FlowProposalId>,
}

/// What became of a [`Save`]. Anything but `Saved` has written nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveOutcome {
    /// All of it is written.
    Saved,
    /// The session has another version by now: here it is, as it stands, to decide again on.
    Conflict(Box<Session>),
    /// The session is not there.
    Missing,
}

/// A session that nobody has touched for a while, as the sweeper finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdleSession {
    /// The account it belongs to.
    pub account_id: AccountId,
    /// The session.
    pub session_id: SessionId,
    /// When it was last touched.
    pub last_step_at: Instant,
}

impl IdleSession {
    /// The place in the order of [`SessionStore::idle`].
    #[must_use]
    pub const fn place(&self) -> (Instant, SessionId) {
        (self.last_step_at, self.session_id)
    }
}

impl From<&Header> for IdleSession {
    fn from(header: &Header) -> Self {
        Self { account_id: header.account_id, session_id: header.id, last_step_at: header.last_step_at }
    }
}

/// A session in a list that is bounded in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListedSession {
    /// The whole session.
    Whole(Session),
    /// The header of a session whose path and notes the list has no room for.
    Header(Header),
}

impl ListedSession {
    /// Lists `sessions` within `text_bytes`: a session comes whole while its [`Header::text_bytes`] and those of all
    /// sessions before it add up to no more.
    #[must_use]
    pub fn within(text_bytes: u64, sessions: impl IntoIterator<Item = Session>) -> Vec<Self> {
        let mut sum: u64 = 0;
        let list = sessions.into_iter().map(|session| {
            sum = sum.saturating_add(session.header.text_bytes());
            if sum <= text_bytes { Self::Whole(session) } else { Self::Header(session.header) }
        });
        list.collect()
    }
}

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

/// What became of writing a directory or flow record. Anything but `Stored` has written nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOutcome {
    /// It is written.
    Stored,
    /// There is no such account.
    AccountNotFound,
    /// The flow is authored here: its name and status follow its versions.
    Authored,
}

/// Knows accounts and users. Whoever has a directory already implements [`Directory::user`] over it.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The user with that id, of whatever account, as they are now: who signs in is not known to be of any account yet.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// The user with that e-mail address in the account.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn user_by_email(&self, account_id: AccountId, email: &Email) -> Result<Option<User>, StoreError>;

    /// The user whom an identity provider names so, in the account.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn user_by_identity(&self, account_id: AccountId, identity: &Identity) -> Result<Option<User>, StoreError>;

    /// The account with that id.
    ///
    /// # Errors
    /// [`StoreError`], also for a row that contradicts the rules.
    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError>;

    /// Makes the account, or renames the one with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put_account(&self, account: &Account) -> Result<PutOutcome, StoreError>;
}

/// All that the service needs of one database.
pub trait Store: SessionStore + Directory + UserStore + FlowStore + FlowStatsStore {}

impl<T: SessionStore + Directory + UserStore + FlowStore + FlowStatsStore> Store for T {}

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
