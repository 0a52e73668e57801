//! Rows as both databases give them, and what they mean. A row that contradicts the rules is an error that names
//! table and id, never a guess; its message holds no customer text.

mod authored;
mod common;
mod directory;
mod event;
mod flow;
mod flow_stats;
#[macro_use]
mod header;
mod session;
mod table;
mod ticket;
mod user;

pub(crate) use authored::{AuthoredFlowRow, FlowHeadRow, FlowVersionRow, MarkRow, VersionHeadRow, WalkableRow};
pub(crate) use common::{ClockRow, CreatedRow, IdRow, Row, WrittenRow};
pub(crate) use directory::AccountRow;
pub(crate) use event::{EventsRow, StepMarkRow, event_page, step_marks};
pub(crate) use flow::{FlowRow, ProposalRow};
pub(crate) use flow_stats::{FlowStatsRow, PendingRow, UnfoldedRow};
pub(crate) use header::{inserted, updated};
pub(crate) use session::{ListedRow, SessionRow};
pub(crate) use ticket::{IdleRow, QueueTicketRow, TicketRow, with_sessions};
pub(crate) use user::{RosterRow, UserEventRow, UserRow, roster};
