//! Walk sessions: what they are ([`state`]), what can be asked of them ([`command`]), what has happened to them
//! ([`event`]), and the pure rules that lead from one to the next ([`decide()`], [`evolve()`], [`replay()`],
//! [`plan()`]).

pub mod command;
pub mod decide;
pub mod event;
pub mod evolve;
pub mod notes;
pub mod plan;
pub mod refusal;
mod start;
pub mod state;
pub mod step;
mod stepping;
mod ticket;

pub use command::{AheadSince, By, Command, CommandName};
pub use decide::{PlanError, decide, start, start_escalated};
pub use event::{Event, EventData, EventKind, StepMark, step_marks, undone_by, undone_steps};
pub use evolve::{CorruptHistory, evolve, replay};
pub use notes::{MAX_NOTES_BYTES, Notes, NotesDigest, NotesUnreadable, NulInNotes};
pub use plan::{Plan, Save, plan};
pub use refusal::{Refusal, RefusalReason};
pub use start::{Beginning, Started, WalkRequest};
pub use state::{Header, Session, SessionKind, SessionState, SessionStatus, Target};
pub use step::Step;
pub use ticket::TicketWithSessions;
