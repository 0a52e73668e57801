//! Use cases of walks: they begin, go on, are looked at and end.

mod begin;
mod change;
mod error;
mod guide;
mod read;
mod workspace;

pub use begin::{EscalateWithoutWalk, Intake, WalkBegun};
pub use error::WorkspaceError;
pub(super) use guide::current_walk;
pub use guide::{ListedView, SessionView, TicketView};
pub use read::{EventView, MAX_ACTIVE_LISTED, MAX_LISTED_BYTES, SessionEventQuery};
pub use workspace::{Workspace, WorkspaceSettings};
