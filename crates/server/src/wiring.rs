//! The use cases over a store, with this machine's clock and ids.

use std::sync::Arc;

use firstline_domain::ports::Store;
use firstline_domain::service::{
    CompiledCache, CompiledFlows, FlowManagement, FlowStatistics, UserManagement, Workspace,
};

use crate::settings::Settings;
use crate::system::{SystemClock, UuidV7};

/// The use cases over a store, with this machine's clock and ids; `kept` is what the process keeps of flows.
pub(crate) fn workspace(store: &Arc<dyn Store>, settings: &Settings, kept: &CompiledCache) -> Workspace {
    Workspace::new(
        Arc::clone(store) as _,
        Arc::clone(store) as _,
        CompiledFlows::new(Arc::clone(store) as _, kept.clone()),
        Arc::new(SystemClock),
        Arc::new(UuidV7),
        settings.workspace(),
    )
}

/// The use cases of user management over a store, with this machine's clock and ids.
pub(crate) fn user_management(store: &Arc<dyn Store>, settings: &Settings) -> UserManagement {
    let deadline = settings.workspace().contention_deadline;
    UserManagement::new(Arc::clone(store) as _, Arc::new(SystemClock), Arc::new(UuidV7), deadline)
}

/// The use cases of the statistics of flows over a store, with this machine's clock.
pub(crate) fn flow_statistics(store: &Arc<dyn Store>) -> FlowStatistics {
    let (sessions, flows, stats) = (Arc::clone(store) as _, Arc::clone(store) as _, Arc::clone(store) as _);
    FlowStatistics::new(sessions, flows, stats, Arc::new(SystemClock))
}

/// The use cases of flow management over a store, with this machine's clock and ids.
pub(crate) fn flow_management(store: &Arc<dyn Store>, settings: &Settings, kept: CompiledCache) -> FlowManagement {
    let deadline = settings.workspace().contention_deadline;
    FlowManagement::new(Arc::clone(store) as _, kept, Arc::new(SystemClock), Arc::new(UuidV7), deadline)
}
