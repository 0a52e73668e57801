//! Planted bugs of the store in memory: what it does when it forgets to compare accounts.

use super::tables::Tables;
use crate::ids::{AccountId, FlowId, FlowProposalId, SessionId, TicketId};
use crate::sabotage::planted;

/// Whether accounts are not compared.
pub(super) fn forgets_accounts() -> bool {
    planted("no-account-filter")
}

/// The account of the first key with this id if accounts are forgotten, else the one that was asked for.
fn account_of<'a, Id: PartialEq + Copy + 'a>(
    mut keys: impl Iterator<Item = &'a (AccountId, Id)>,
    (account_id, id): (AccountId, Id),
    forgets: bool,
) -> AccountId {
    let found = if forgets { keys.find(|(_, there)| *there == id) } else { None };
    found.map_or(account_id, |(account_id, _)| *account_id)
}

impl Tables {
    pub(super) fn account_of_session(&self, account_id: AccountId, id: SessionId) -> AccountId {
        // The other bug needs to know that a session is there, to say so in other words.
        let forgets = forgets_accounts() || planted("foreign-told-apart");
        account_of(self.sessions.keys(), (account_id, id), forgets)
    }

    pub(super) fn account_of_ticket(&self, account_id: AccountId, id: TicketId) -> AccountId {
        account_of(self.tickets.keys(), (account_id, id), forgets_accounts())
    }

    pub(super) fn account_of_flow(&self, account_id: AccountId, id: FlowId) -> AccountId {
        account_of(self.flows.keys(), (account_id, id), forgets_accounts())
    }

    pub(super) fn account_of_proposal(&self, account_id: AccountId, id: FlowProposalId) -> AccountId {
        account_of(self.proposals.keys(), (account_id, id), forgets_accounts())
    }
}
