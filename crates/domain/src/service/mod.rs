//! The use cases: what a technician, a coverage engineer, an author, a manager or a job can do, over the traits of
//! [`ports`](crate::ports).
//!
//! Every use case that a person starts takes an actor, such as [`L1Actor`](crate::account::L1Actor), which only the
//! access rules give out, and sees that actor's account alone. Changes are decided on what was loaded and saved only if
//! that is still current; if it is not, they are decided again, until a deadline.

mod cache;
mod compiled;
mod flows;
mod retry;
mod search;
mod sessions;
mod stats;
mod sweep;
mod tickets;
mod users;

pub use compiled::{CompiledCache, CompiledFlows};
pub use flows::{ExpectedRevision, FlowManagement, FlowManagementError, FlowQuery, FlowSide, FlowView, VersionQuery};
pub use search::{SuggestCache, Suggestions};
pub use sessions::{
    EscalateWithoutWalk, EventView, Intake, ListedView, MAX_ACTIVE_LISTED, MAX_LISTED_BYTES, SessionEventQuery,
    SessionView, TicketView, WalkBegun, Workspace, WorkspaceError, WorkspaceSettings,
};
pub use stats::{
    FOLD_BATCH, FlowReport, FlowStatistics, FlowStatsError, Folded, MAX_PENDING_COUNTED, MAX_VERSIONS_LISTED,
    Staleness, VersionReport,
};
pub use sweep::{SWEEP_BATCH, Swept, TouchedAhead};
pub use tickets::QueueQuery;
pub use users::{UserEventQuery, UserManagement, UserManagementError, UserQuery};
