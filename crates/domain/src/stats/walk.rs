//! What one ended walk adds to the statistics of its version.

use std::collections::BTreeSet;

use super::counts::{Ends, VersionStats};
use crate::clock::Instant;
use crate::flow::authored::VersionNumber;
use crate::flow::tree::AnswerId;
use crate::ids::FlowId;
use crate::session::event::Resolved;
use crate::session::{Event, EventData, Started, Step, Target};
use crate::text::NodeId;

/// An ended walk, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldedWalk {
    /// The flow that was walked.
    pub flow_id: FlowId,
    /// Its version.
    pub version: VersionNumber,
    /// What the walk adds.
    pub stats: VersionStats,
}

/// A history that adds nothing to any statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfoldable {
    /// It is no walk of an authored flow's version.
    #[error("it is no walk of a flow's version")]
    NotGuided,
    /// The walk goes on.
    #[error("the walk has not ended")]
    NotEnded,
    /// An event is not one that can follow those before it.
    #[error("event {seq} cannot follow the one before it")]
    Broken {
        /// Its seq.
        seq: i64,
    },
}

/// Counts an ended walk: `events` is its whole history.
///
/// # Errors
/// [`Unfoldable`] when the history is not that of an ended walk of a flow's version.
pub fn of_walk(events: &[Event]) -> Result<FoldedWalk, Unfoldable> {
    let (first, rest) = events.split_first().ok_or(Unfoldable::NotGuided)?;
    let EventData::Started(Started { target: Target::Flow(flow_id), flow_version, next_node_id, .. }) = &first.data
    else {
        return Err(Unfoldable::NotGuided);
    };
    let (version, root) = flow_version.zip(next_node_id.as_ref()).ok_or(Unfoldable::NotGuided)?;
    let mut walk = Walk::begin(root, first.at);
    for event in rest {
        if let Some(way) = walk.go_on(event)? {
            return Ok(FoldedWalk { flow_id: *flow_id, version, stats: walk.end(&way, first.at, event.at) });
        }
    }
    Err(Unfoldable::NotEnded)
}

/// A step that is not undone so far.
struct Standing<'a> {
    node: &'a NodeId,
    answer: &'a AnswerId,
    came: Instant,
    answered: Instant,
}

struct Walk<'a> {
    node: &'a NodeId,
    came: Instant,
    path: Vec<Standing<'a>>,
    been: BTreeSet<&'a NodeId>,
    stats: VersionStats,
}

impl<'a> Walk<'a> {
    fn begin(root: &'a NodeId, at: Instant) -> Self {
        let mut walk =
            Self { node: root, came: at, path: Vec::new(), been: BTreeSet::new(), stats: VersionStats::default() };
        walk.come_to(root, at);
        walk
    }

    fn come_to(&mut self, node: &'a NodeId, at: Instant) {
        (self.node, self.came) = (node, at);
        let first_time = self.been.insert(node);
        let counted = self.stats.nodes.entry(node.clone()).or_default();
        counted.visits += 1;
        counted.walks += u64::from(first_time);
    }

    /// Takes in the next event; the last one says how the walk ended.
    fn go_on(&mut self, event: &'a Event) -> Result<Option<Ends>, Unfoldable> {
        let broken = Unfoldable::Broken { seq: event.seq };
        match &event.data {
            EventData::StepRecorded(step) => {
                let Step { node_id: node, answer_id: Some(answer), next_node_id: Some(next), .. } = step else {
                    return Err(broken);
                };
                if node != self.node {
                    return Err(broken);
                }
                self.path.push(Standing { node, answer, came: self.came, answered: event.at });
                self.come_to(next, event.at);
            }
            EventData::StepUndone(_) => {
                let Standing { node, .. } = self.path.pop().ok_or(broken)?;
                self.stats.nodes.entry(node.clone()).or_default().undone += 1;
                self.come_to(node, event.at);
            }
            EventData::NotesReplaced(_) => {}
            EventData::Resolved(Resolved { helpful: true, .. }) => {
                return Ok(Some(Ends { helpful: 1, ..Ends::default() }));
            }
            EventData::Resolved(_) => return Ok(Some(Ends { not_helpful: 1, ..Ends::default() })),
            EventData::Escalated(_) => return Ok(Some(Ends { escalated: 1, ..Ends::default() })),
            EventData::Abandoned => return Ok(Some(Ends { abandoned: 1, ..Ends::default() })),
            EventData::Started(_) | EventData::EscalatedWithoutWalk(_) => return Err(broken),
        }
        Ok(None)
    }

    fn end(mut self, way: &Ends, began: Instant, ended: Instant) -> VersionStats {
        for step in self.path {
            let counted = self.stats.nodes.entry(step.node.clone()).or_default();
            *counted.answers.entry(step.answer.clone()).or_default() += 1;
            counted.seconds.record(step.answered - step.came);
        }
        self.stats.nodes.entry(self.node.clone()).or_default().ended.add(way);
        // An abandoned walk ends when the sweeper comes by, which tells nothing of the walk.
        if way.abandoned == 0 {
            self.stats.seconds.record(ended - began);
        }
        self.stats
    }
}
