//! What is held, keyed as in the databases: the account first, where a row belongs to one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::account::{Account, User};
use crate::flow::authored::{AuthoredFlow, FlowVersion, VersionNumber};
use crate::flow::{Flow, FlowProposal};
use crate::ids::{AccountId, FlowId, FlowProposalId, SessionId, TicketId, UserId};
use crate::ports::KeptStats;
use crate::session::{Event, Session};
use crate::ticket::Ticket;
use crate::user::UserEvent;

/// A session with its history.
pub(super) struct SessionRecord {
    pub(super) session: Session,
    pub(super) events: Vec<Event>,
}

/// A ticket with the ids of its sessions, in the order in which they were made.
pub(super) struct TicketRecord {
    pub(super) ticket: Ticket,
    pub(super) sessions: Vec<SessionId>,
}

/// Everything that the store holds.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) accounts: HashMap<AccountId, Account>,
    pub(super) users: BTreeMap<UserId, User>,
    /// The accounts' events of users, each account's by seq from 1.
    pub(super) user_events: HashMap<AccountId, Vec<UserEvent>>,
    pub(super) tickets: BTreeMap<(AccountId, TicketId), TicketRecord>,
    pub(super) sessions: HashMap<(AccountId, SessionId), SessionRecord>,
    /// Registered and authored.
    pub(super) flows: HashMap<(AccountId, FlowId), Flow>,
    pub(super) authored: HashMap<(AccountId, FlowId), AuthoredFlow>,
    pub(super) versions: HashMap<(AccountId, FlowId), BTreeMap<VersionNumber, FlowVersion>>,
    pub(super) proposals: HashMap<(AccountId, FlowProposalId), FlowProposal>,
    /// Ended walks of a flow's version that are in no statistics yet.
    pub(super) unfolded: BTreeSet<(AccountId, SessionId)>,
    pub(super) flow_stats: BTreeMap<(AccountId, FlowId, VersionNumber), KeptStats>,
}
