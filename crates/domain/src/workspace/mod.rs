//! The use cases: what a technician, a coverage engineer or the sweeper can do, over the repository traits.
//!
//! Every use case that a person starts takes an [`L1Actor`](crate::account::L1Actor), which only the access rule
//! gives out, and sees that actor's account alone. Changes are decided on what was loaded and saved only if it is
//! still current; if it is not, they are decided again, until a deadline.

mod ahead;
mod change;
mod error;
mod guide;
mod intake;
mod read;
mod sweep;

use std::sync::Arc;

use chrono::TimeDelta;

use crate::clock::{Clock, Instant, to_micros};
use crate::flow_management::CompiledFlows;
use crate::ids::IdSource;
use crate::ports::{FlowStore, SessionStore};

pub use ahead::TouchedAhead;
pub use error::WorkspaceError;
pub use guide::{ListedView, SessionView, TicketView};
pub use intake::{EscalateWithoutWalk, Intake, WalkBegun};
pub use read::{EventView, SessionEventQuery};
pub use sweep::{SWEEP_BATCH, Swept};

/// How many of the caller's active sessions are listed at most.
pub const MAX_ACTIVE_LISTED: u16 = 20;

/// The most bytes of text that a list of sessions reads at once, as
/// [`Header::text_bytes`](crate::session::Header::text_bytes) counts them.
pub const MAX_LISTED_BYTES: u64 = 262_144;

/// What an operator can set about the use cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// How long a change is decided again when others keep coming first. Default 2 s.
    pub contention_deadline: TimeDelta,
    /// How long nobody must have touched a session before the sweeper abandons it. Default 24 h.
    pub idle_after: TimeDelta,
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self { contention_deadline: TimeDelta::seconds(2), idle_after: TimeDelta::hours(24) }
    }
}

/// The L1 workspace: every use case, over the stores, clock and ids that it is given.
#[derive(Clone)]
pub struct Workspace {
    sessions: Arc<dyn SessionStore>,
    flows: Arc<dyn FlowStore>,
    compiled: CompiledFlows,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    settings: WorkspaceSettings,
}

impl Workspace {
    /// Puts the workspace together. `compiled` keeps the versions that guided walks follow, out of `flows`.
    #[must_use]
    pub fn new(
        sessions: Arc<dyn SessionStore>,
        flows: Arc<dyn FlowStore>,
        compiled: CompiledFlows,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        settings: WorkspaceSettings,
    ) -> Self {
        Self { sessions, flows, compiled, clock, ids, settings }
    }

    fn now(&self) -> Instant {
        to_micros(self.clock.now())
    }
}
