//! The statistics of a version counted anew from whole histories, in another way than the fold goes: by looking at each event and
//! the one before it, without walking along.

use std::collections::BTreeSet;

use crate::session::{Event, EventData, undone_by};
use crate::stats::{Ends, VersionStats};
use crate::text::NodeId;

/// What the statistics of ended walks of one version must be.
#[must_use]
pub fn recount<'a>(histories: impl IntoIterator<Item = &'a [Event]>) -> VersionStats {
    let mut stats = VersionStats::default();
    for history in histories {
        count(history, &mut stats);
    }
    stats
}

fn count(history: &[Event], stats: &mut VersionStats) {
    let moves: Vec<(usize, NodeId)> = history
        .iter()
        .enumerate()
        .filter_map(|(place, event)| match &event.data {
            EventData::Started(started) => Some((place, started.next_node_id.clone().unwrap())),
            EventData::StepRecorded(step) => Some((place, step.next_node_id.clone().unwrap())),
            EventData::StepUndone(undone) => Some((place, undone.node_id.clone())),
            _ => None,
        })
        .collect();
    for (_, node) in &moves {
        stats.nodes.entry(node.clone()).or_default().visits += 1;
    }
    for node in moves.iter().map(|(_, node)| node).collect::<BTreeSet<_>>() {
        stats.nodes.get_mut(node).unwrap().walks += 1;
    }
    let undone = undone_by(history);
    for pair in moves.windows(2) {
        let (before, (place, _)) = (&history[pair[0].0], &pair[1]);
        let EventData::StepRecorded(step) = &history[*place].data else { continue };
        let node = stats.nodes.get_mut(&step.node_id).unwrap();
        if undone[*place].is_some() {
            node.undone += 1;
        } else {
            *node.answers.entry(step.answer_id.clone().unwrap()).or_default() += 1;
            node.seconds.record(history[*place].at - before.at);
        }
    }
    let (first, last) = (&history[0], history.last().unwrap());
    let way = match &last.data {
        EventData::Resolved(resolved) if resolved.helpful => Ends { helpful: 1, ..Ends::default() },
        EventData::Resolved(_) => Ends { not_helpful: 1, ..Ends::default() },
        EventData::Escalated(_) => Ends { escalated: 1, ..Ends::default() },
        EventData::Abandoned => Ends { abandoned: 1, ..Ends::default() },
        _ => panic!("the walk goes on"),
    };
    stats.nodes.get_mut(&moves.last().unwrap().1).unwrap().ended.add(&way);
    if way.abandoned == 0 {
        stats.seconds.record(last.at - first.at);
    }
}
