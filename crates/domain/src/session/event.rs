//! What has happened to a session: append-only events, numbered from 1 without gaps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::command::By;
use super::notes::NotesDigest;
use super::start::Started;
use super::step::Step;
use crate::account::ActingAs;
use crate::clock::Instant;
use crate::error::EventUnreadable;
use crate::ids::UserId;
use crate::paging::Listed;
use crate::text::{EscalationReason, NodeId, ReasonCategory, ResolutionNotes};

/// One accepted change of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the session, from 1 without gaps.
    pub seq: i64,
    /// What happened.
    pub data: EventData,
    /// Who did it; `None` for the system.
    pub actor_user_id: Option<UserId>,
    /// In what capacity they did it.
    pub acting_as: Option<ActingAs>,
    /// When; never before the event with the seq before.
    pub at: Instant,
}

impl Listed for Event {
    type Key = i64;

    fn key(&self) -> i64 {
        self.seq
    }
}

impl Event {
    /// The event numbered `seq`, done by `by`.
    #[must_use]
    pub const fn new(seq: i64, data: EventData, by: By, at: Instant) -> Self {
        Self { seq, data, actor_user_id: by.user_id(), acting_as: by.acting_as(), at }
    }
}

/// What happened, with its particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventData {
    /// The session began: always seq 1, never again.
    Started(Started),
    /// A question was answered.
    StepRecorded(Step),
    /// The newest step that was not undone yet was taken back. It stays in the history and leaves the path.
    StepUndone(StepUndone),
    /// The notes were replaced. The text is not here: it is large and saved often.
    NotesReplaced(NotesDigest),
    /// The walk ended solved.
    Resolved(Resolved),
    /// The walk ended with an engineer.
    Escalated(Escalated),
    /// The call went to an engineer without any walk: seq 2 of an ad hoc session.
    EscalatedWithoutWalk(Escalated),
    /// The walk ended because it was idle.
    Abandoned,
}

/// Which step was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepUndone {
    /// The node that it had answered.
    pub node_id: NodeId,
}

/// How a session was resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// Whether the walk was what helped.
    pub helpful: bool,
    /// How the problem was solved.
    pub resolution_notes: ResolutionNotes,
}

/// Why a session was escalated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// Why; empty when nothing was said.
    pub reason: EscalationReason,
    /// The kind of reason.
    pub reason_category: ReasonCategory,
}

/// The bare name of an [`EventData`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// See [`EventData::Started`].
    Started,
    /// See [`EventData::StepRecorded`].
    StepRecorded,
    /// See [`EventData::StepUndone`].
    StepUndone,
    /// See [`EventData::NotesReplaced`].
    NotesReplaced,
    /// See [`EventData::Resolved`].
    Resolved,
    /// See [`EventData::Escalated`].
    Escalated,
    /// See [`EventData::EscalatedWithoutWalk`].
    EscalatedWithoutWalk,
    /// See [`EventData::Abandoned`].
    Abandoned,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Started,
        Self::StepRecorded,
        Self::StepUndone,
        Self::NotesReplaced,
        Self::Resolved,
        Self::Escalated,
        Self::EscalatedWithoutWalk,
        Self::Abandoned,
    ];

    /// The name in JSON and in columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::StepRecorded => "step_recorded",
            Self::StepUndone => "step_undone",
            Self::NotesReplaced => "notes_replaced",
            Self::Resolved => "resolved",
            Self::Escalated => "escalated",
            Self::EscalatedWithoutWalk => "escalated_without_walk",
            Self::Abandoned => "abandoned",
        }
    }

    /// The kind of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

#[derive(Serialize, Deserialize)]
struct Nothing {}

impl EventData {
    /// The bare name.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Started(_) => EventKind::Started,
            Self::StepRecorded(_) => EventKind::StepRecorded,
            Self::StepUndone(_) => EventKind::StepUndone,
            Self::NotesReplaced(_) => EventKind::NotesReplaced,
            Self::Resolved(_) => EventKind::Resolved,
            Self::Escalated(_) => EventKind::Escalated,
            Self::EscalatedWithoutWalk(_) => EventKind::EscalatedWithoutWalk,
            Self::Abandoned => EventKind::Abandoned,
        }
    }

    /// The particulars as a JSON object, for a store's column and for answers. What it holds per kind:
    ///
    /// | kind | members |
    /// |---|---|
    /// | `started` | those of [`Started`]; of the target `session_kind`, `flow_id`, `flow_proposal_id` |
    /// | `step_recorded` | `node_id`, `question`, `answer`, `note`, `answered_at`; in a guided walk `answer_id`, `next_node_id` |
    /// | `step_undone` | `node_id` |
    /// | `notes_replaced` | `count`, `bytes`, `sha256` |
    /// | `resolved` | `helpful`, `resolution_notes` |
    /// | `escalated`, `escalated_without_walk` | `reason`, `reason_category` |
    /// | `abandoned` | none |
    ///
    /// # Errors
    /// Whatever `serde_json` says; it has no reason to, as every part is a string, number, bool or null.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::Started(started) => serde_json::to_string(started),
            Self::StepRecorded(step) => serde_json::to_string(step),
            Self::StepUndone(undone) => serde_json::to_string(undone),
            Self::NotesReplaced(digest) => serde_json::to_string(digest),
            Self::Resolved(resolved) => serde_json::to_string(resolved),
            Self::Escalated(escalated) | Self::EscalatedWithoutWalk(escalated) => serde_json::to_string(escalated),
            Self::Abandoned => serde_json::to_string(&Nothing {}),
        }
    }

    /// Reads back what [`to_json`](Self::to_json) wrote for an event of `kind`.
    ///
    /// # Errors
    /// [`EventUnreadable`] when the kind is unknown or the data does not fit it: the row is damaged.
    pub fn from_json(kind: &str, data: &str) -> Result<Self, EventUnreadable> {
        Self::read(kind, data).ok_or_else(|| EventUnreadable { kind: kind.to_owned() })
    }

    fn read(kind: &str, data: &str) -> Option<Self> {
        fn parsed<'a, T: Deserialize<'a>>(data: &'a str) -> Option<T> {
            serde_json::from_str(data).ok()
        }
        Some(match EventKind::parse(kind)? {
            EventKind::Started => Self::Started(parsed(data)?),
            EventKind::StepRecorded => Self::StepRecorded(parsed(data)?),
            EventKind::StepUndone => Self::StepUndone(parsed(data)?),
            EventKind::NotesReplaced => Self::NotesReplaced(parsed(data)?),
            EventKind::Resolved => Self::Resolved(parsed(data)?),
            EventKind::Escalated => Self::Escalated(parsed(data)?),
            EventKind::EscalatedWithoutWalk => Self::EscalatedWithoutWalk(parsed(data)?),
            EventKind::Abandoned => parsed::<Nothing>(data).map(|_| Self::Abandoned)?,
        })
    }
}

/// What an event does to the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepMark {
    /// It adds a step.
    Recorded,
    /// It takes the newest step back.
    Undone,
}

impl EventKind {
    /// What events of this kind do to the path, if anything.
    #[must_use]
    pub const fn step_mark(self) -> Option<StepMark> {
        match self {
            Self::StepRecorded => Some(StepMark::Recorded),
            Self::StepUndone => Some(StepMark::Undone),
            Self::Started
            | Self::NotesReplaced
            | Self::Resolved
            | Self::Escalated
            | Self::EscalatedWithoutWalk
            | Self::Abandoned => None,
        }
    }
}

/// Maps the seq of each undone step to the seq of its undo. `marks` are those of the whole history by seq.
#[must_use]
pub fn undone_steps(marks: impl IntoIterator<Item = (i64, StepMark)>) -> BTreeMap<i64, i64> {
    let (mut undone, mut standing) = (BTreeMap::new(), Vec::new());
    for (seq, mark) in marks {
        match mark {
            StepMark::Recorded => standing.push(seq),
            StepMark::Undone => {
                if let Some(step) = standing.pop() {
                    undone.insert(step, seq);
                }
            }
        }
    }
    undone
}

/// The marks of events that are there.
pub fn step_marks(events: &[Event]) -> impl Iterator<Item = (i64, StepMark)> + '_ {
    events.iter().filter_map(|event| event.data.kind().step_mark().map(|mark| (event.seq, mark)))
}

/// For each event of a whole history the seq of the event that undid it, if it is a step that was undone.
#[must_use]
pub fn undone_by(events: &[Event]) -> Vec<Option<i64>> {
    let undone = undone_steps(step_marks(events));
    events.iter().map(|event| undone.get(&event.seq).copied()).collect()
}
