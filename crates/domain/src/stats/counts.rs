//! The numbers that are kept of a flow's version.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::seconds::Seconds;
use crate::flow::tree::AnswerId;
use crate::text::NodeId;

/// How walks ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ends {
    /// Resolved, and the walk was what helped.
    pub helpful: u64,
    /// Resolved, but not by the walk.
    pub not_helpful: u64,
    /// Escalated.
    pub escalated: u64,
    /// Abandoned.
    pub abandoned: u64,
}

impl Ends {
    /// Counts all that `other` has counted.
    pub fn add(&mut self, other: &Self) {
        let Self { helpful, not_helpful, escalated, abandoned } = other;
        let pairs = [
            (&mut self.helpful, helpful),
            (&mut self.not_helpful, not_helpful),
            (&mut self.escalated, escalated),
            (&mut self.abandoned, abandoned),
        ];
        for (counted, more) in pairs {
            *counted = counted.saturating_add(*more);
        }
    }

    /// How many walks ended, in whatever way.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.helpful.saturating_add(self.not_helpful).saturating_add(self.escalated).saturating_add(self.abandoned)
    }

    /// The share of the resolved walks that helped; `None` if none was resolved.
    #[must_use]
    pub fn helpful_rate(&self) -> Option<f64> {
        share(self.helpful, self.helpful.saturating_add(self.not_helpful))
    }
}

/// What happened at one node.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NodeStats {
    /// How often a walk came to stand here: because it began here, because a step led here, or because the step from
    /// here was undone.
    pub visits: u64,
    /// How many walks came to stand here at least once.
    pub walks: u64,
    /// How often each answer was given, not counting those that were undone.
    pub answers: BTreeMap<AnswerId, u64>,
    /// How many answers were undone.
    pub undone: u64,
    /// How walks ended that stood here then.
    pub ended: Ends,
    /// How long it took from coming here to the answer, not counting those that were undone.
    pub seconds: Seconds,
}

impl NodeStats {
    /// Counts all that `other` has counted.
    pub fn add(&mut self, other: &Self) {
        let Self { visits, walks, answers, undone, ended, seconds } = other;
        self.visits = self.visits.saturating_add(*visits);
        self.walks = self.walks.saturating_add(*walks);
        for (answer, times) in answers {
            let counted = self.answers.entry(answer.clone()).or_default();
            *counted = counted.saturating_add(*times);
        }
        self.undone = self.undone.saturating_add(*undone);
        self.ended.add(ended);
        self.seconds.add(seconds);
    }

    /// How many answers were given and not undone.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.answers.values().fold(0, |sum, times| sum.saturating_add(*times))
    }

    /// The share of all answers given here that were undone; `None` if none was given.
    #[must_use]
    pub fn undo_rate(&self) -> Option<f64> {
        share(self.undone, self.undone.saturating_add(self.answered()))
    }
}

/// What happened in walks of one version of a flow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VersionStats {
    /// How long walks took that were resolved or escalated, from their beginning to their end.
    pub seconds: Seconds,
    /// What happened at each node that any walk came to.
    pub nodes: BTreeMap<NodeId, NodeStats>,
}

/// Kept statistics that cannot be read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the statistics cannot be read")]
pub struct StatsUnreadable;

impl VersionStats {
    /// Counts all that `other` has counted. Order and grouping do not matter.
    pub fn add(&mut self, other: &Self) {
        let Self { seconds, nodes } = other;
        self.seconds.add(seconds);
        for (id, node) in nodes {
            self.nodes.entry(id.clone()).or_default().add(node);
        }
    }

    /// How the walks ended: each of them at one node.
    #[must_use]
    pub fn ended(&self) -> Ends {
        self.sum(|ended: &mut Ends, node| ended.add(&node.ended))
    }

    /// The share of all answers given that were undone; `None` if none was given.
    #[must_use]
    pub fn undo_rate(&self) -> Option<f64> {
        let (undone, answered) = self.sum(|(undone, answered): &mut (u64, u64), node| {
            *undone = undone.saturating_add(node.undone);
            *answered = answered.saturating_add(node.answered());
        });
        share(undone, undone.saturating_add(answered))
    }

    fn sum<T: Default>(&self, add: impl Fn(&mut T, &NodeStats)) -> T {
        let mut sum = T::default();
        self.nodes.values().for_each(|node| add(&mut sum, node));
        sum
    }

    /// As JSON text, for a store's column.
    ///
    /// # Errors
    /// Whatever `serde_json` says; it has no reason to, as every part is a string or a number.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads back what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`StatsUnreadable`] when it is something else: the row is damaged.
    pub fn from_json(text: &str) -> Result<Self, StatsUnreadable> {
        // Its own error would repeat the text.
        serde_json::from_str(text).map_err(|_| StatsUnreadable)
    }
}

/// How large a part of `all` is; `None` if there is nothing that it could be a part of.
fn share(part: u64, all: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "of counts beyond 2^53 the first fifteen digits are enough")]
    let share = (all > 0).then(|| part as f64 / all as f64);
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_shares_and_nothing_where_there_is_nothing_to_share() {
        let ended = Ends { helpful: 3, not_helpful: 1, escalated: 5, abandoned: 7 };
        assert_eq!((ended.helpful_rate(), ended.total()), (Some(0.75), 16));
        assert_eq!(Ends { escalated: 5, ..Ends::default() }.helpful_rate(), None);
        let node =
            NodeStats { answers: [(AnswerId::new("yes").unwrap(), 3)].into(), undone: 1, ..NodeStats::default() };
        assert_eq!(node.undo_rate(), Some(0.25));
        assert_eq!(NodeStats::default().undo_rate(), None);
        let nodes = [(NodeId::new("a").unwrap(), node), (NodeId::new("b").unwrap(), NodeStats::default())].into();
        assert_eq!(VersionStats { nodes, ..VersionStats::default() }.undo_rate(), Some(0.25));
    }

    #[test]
    fn what_cannot_be_read_back_is_no_guess() {
        for text in ["", "null", "{}", r#"{"seconds":{},"nodes":{"a":{}}}"#, r#"{"seconds":{"x":1},"nodes":{}}"#] {
            assert_eq!(VersionStats::from_json(text), Err(StatsUnreadable), "{text}");
        }
    }
}
