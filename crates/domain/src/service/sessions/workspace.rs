//! The workspace: what its use cases are made of.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::clock::{Clock, Instant, to_micros};
use crate::ids::IdSource;
use crate::ports::{FlowStore, SessionStore};
use crate::service::compiled::CompiledFlows;

/// What an operator can set about the use cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// How long a change is decided again when others keep coming first. Default 2 s.
    pub contention_deadline: TimeDelta,
    /// How long a session stays untouched before the sweeper abandons it. Default 24 h.
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
    pub(in crate::service) sessions: Arc<dyn SessionStore>,
    pub(in crate::service) flows: Arc<dyn FlowStore>,
    pub(in crate::service) compiled: CompiledFlows,
    pub(in crate::service) clock: Arc<dyn Clock>,
    pub(in crate::service) ids: Arc<dyn IdSource>,
    pub(in crate::service) settings: WorkspaceSettings,
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

    pub(in crate::service) fn now(&self) -> Instant {
        to_micros(self.clock.now())
    }
}
