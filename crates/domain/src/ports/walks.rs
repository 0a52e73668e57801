//! What a store of sessions is given and gives back.

use crate::clock::Instant;
use crate::ids::{AccountId, SessionId, TicketId};
use crate::session::{Event, Header, Session};
use crate::ticket::Ticket;

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

/// What became of a [`Save`](crate::session::Save). Anything but `Saved` has written nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveOutcome {
    /// All of it is written.
    Saved,
    /// The session has another version by now: here it is, as it stands, to decide again on.
    Conflict(Box<Session>),
    /// The session is not there.
    Missing,
}

/// A session that was not touched for a while, as the sweeper finds it.
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
    /// The place in the order of [`SessionStore::idle`](super::SessionStore::idle).
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
