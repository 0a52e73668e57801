//! Tickets: what a call is about. A ticket's status follows from its walk sessions and is changed by nothing else.

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::ids::{AccountId, TicketId, UserId};
use crate::text::{CustomerContact, CustomerName, ProblemStatement};

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// Not worked on yet, or its walk was abandoned.
    Open,
    /// Its session has a step or a note.
    Walking,
    /// Its session was resolved.
    Resolved,
    /// Its session was escalated.
    Escalated,
}

impl TicketStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Open, Self::Walking, Self::Resolved, Self::Escalated];

    /// The name in JSON, in columns and in the queue's filter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Walking => "walking",
            Self::Resolved => "resolved",
            Self::Escalated => "escalated",
        }
    }

    /// The status of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// Where a ticket lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    /// In Firstline. The kind `psa` (a professional services automation system) is reserved and not made yet.
    Internal,
}

impl TicketKind {
    /// Every kind.
    pub const ALL: [Self; 1] = [Self::Internal];

    /// The name in JSON and in columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
        }
    }

    /// The kind of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        (name == Self::Internal.as_str()).then_some(Self::Internal)
    }
}

/// What a technician writes down when the call comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallDetails {
    /// What the customer says is wrong.
    pub problem_statement: ProblemStatement,
    /// Who calls.
    pub customer_name: Option<CustomerName>,
    /// How to reach them.
    pub customer_contact: Option<CustomerContact>,
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its identifier.
    pub id: TicketId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// Who took the call.
    pub created_by: UserId,
    /// What the call is about.
    pub call: CallDetails,
    /// Where it stands.
    pub status: TicketStatus,
    /// When the call was taken.
    pub created_at: Instant,
    /// When its status last changed.
    pub updated_at: Instant,
}

impl Ticket {
    /// The place in the queue, which runs from the greatest to the least.
    #[must_use]
    pub const fn place(&self) -> (Instant, TicketId) {
        (self.created_at, self.id)
    }
}

/// A new walk was refused: the ticket is closed, or it has an active walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Ticket not open for a new walk{}", why_not_open(*.status))]
pub struct TicketNotOpen {
    /// The ticket's status as last seen; `open` and `walking` when it has an active walk.
    pub status: TicketStatus,
}

fn why_not_open(status: TicketStatus) -> &'static str {
    match status {
        TicketStatus::Open | TicketStatus::Walking => ": a walk is active already",
        TicketStatus::Resolved => " (status=resolved)",
        TicketStatus::Escalated => " (status=escalated)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_walk_names_the_active_one_or_the_end_of_the_ticket() {
        let refusals = TicketStatus::ALL.map(|status| TicketNotOpen { status }.to_string());
        assert_eq!(
            refusals,
            [
                "Ticket not open for a new walk: a walk is active already",
                "Ticket not open for a new walk: a walk is active already",
                "Ticket not open for a new walk (status=resolved)",
                "Ticket not open for a new walk (status=escalated)",
            ]
        );
    }
}
