//! What a store must do. Split so that reuse is cheap: [`SessionStore`] is needed, [`Directory`], [`UserStore`] and
//! [`FlowStore`] stand beside it and may be another system's; [`FlowStatsStore`] needs the sessions beside it. All are
//! object-safe; the `conformance` feature has a suite for each.
//!
//! A store obeys: it compares versions and keeps uniqueness, and decides nothing. Looking up what is not there is
//! `Ok(None)`; another account's rows are not there.

mod directory;
mod flows;
mod put;
mod queue;
mod sessions;
mod stats;
mod store;
mod users;
mod walks;

pub use directory::Directory;
pub use flows::{FlowFilter, FlowHead, FlowSaveOutcome, FlowStore, VersionHead, Walkable};
pub use put::PutOutcome;
pub use queue::{QueuePosition, QueueRow, QueueSession};
pub use sessions::SessionStore;
pub use stats::{FlowStatsStore, FoldOutcome, KeptStats, PendingWalks, UnfoldedWalk};
pub use store::Store;
pub use users::{UserFilter, UserSaveOutcome, UserStore};
pub use walks::{CreateOutcome, IdleSession, ListedSession, NewWalk, SaveOutcome, WalkedTicket};
