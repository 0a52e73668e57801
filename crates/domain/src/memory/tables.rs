//! What is held, keyed as in the databases: the account first, where a row belongs to one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use crate::account::{Account, User};
use crate::fault;
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

/// Whether a row of the account `owner` belongs to `account_id`.
pub(super) fn is_of(owner: AccountId, account_id: AccountId) -> bool {
    fault!("no-account-filter", true, owner == account_id)
}

/// The row of this account and id.
pub(super) fn find<Id: Copy + Eq + Hash, Row>(
    table: &HashMap<(AccountId, Id), Row>,
    key: (AccountId, Id),
) -> Option<&Row> {
    fault!("no-account-filter", find_of_any_account(table, &key.1), table.get(&key))
}

/// The first row of this id: a planted bug's reading.
#[cfg(feature = "sabotage")]
fn find_of_any_account<'t, Id: Eq + 't, Row>(
    table: impl IntoIterator<Item = (&'t (AccountId, Id), &'t Row)>,
    id: &Id,
) -> Option<&'t Row> {
    table.into_iter().find(|((_, found), _)| found == id).map(|(_, row)| row)
}

impl Tables {
    pub(super) fn session(&self, account_id: AccountId, id: SessionId) -> Option<&SessionRecord> {
        let key = (account_id, id);
        // A store that finds what is foreign is the first half of this bug. The other half tells the caller of it.
        fault!("foreign-told-apart", find_of_any_account(&self.sessions, &id), find(&self.sessions, key))
    }

    pub(super) fn ticket(&self, account_id: AccountId, id: TicketId) -> Option<&TicketRecord> {
        fault!("no-account-filter", find_of_any_account(&self.tickets, &id), self.tickets.get(&(account_id, id)))
    }
}
