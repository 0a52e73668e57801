//! Typed identifiers: a ticket's id cannot be passed where a session's is asked for.
//!
//! Every id is a UUID. New ones come from the [`IdSource`] that the embedding program passes in (version 7 in the
//! service, so that keys grow with time and indexes stay compact); the domain never invents one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where new identifiers come from: a parameter, so that tests can count and services can use UUID version 7.
pub trait IdSource: Send + Sync {
    /// Returns an identifier that no earlier call, in this process or another, has returned.
    fn new_id(&self) -> Uuid;
}

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// Text form, in JSON and in `Display`: the lower-case hyphenated UUID.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes the next identifier from `ids`.
            pub fn generate(ids: &dyn IdSource) -> Self {
                Self(ids.new_id())
            }

            /// The bare UUID, for a store's column.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

typed_id! {
    /// An account: one managed service provider or internal helpdesk. Nothing crosses its border.
    AccountId;
    /// A user of an account.
    UserId;
    /// A ticket.
    TicketId;
    /// A walk session.
    SessionId;
    /// A flow.
    FlowId;
    /// A flow proposal.
    FlowProposalId;
}
