//! Whether the ways of a tree lead somewhere, and every node is on one.

use super::graph::Graph;
use super::typo::is_slip;
use crate::flow::defect::{Defect, DefectCode, MAX_NODES, MAX_STEPS_FROM_ROOT, Place, shown};
use crate::flow::outline::{Outline, OutlineNode, WayPlace, Ways};

/// The place of a node of the outline.
pub(super) fn place_of(index: usize, node: &OutlineNode) -> Place {
    Place::node(index, node.id.as_deref())
}

fn place_of_way(node: &Place, way: WayPlace) -> Place {
    match way {
        WayPlace::Answer(index) => node.at("answers").at(index).at("next"),
        WayPlace::Next => node.at("next"),
    }
}

/// Repeated ids, a missing root, targets that are not there.
pub(super) fn names(outline: &Outline, graph: &Graph, found: &mut Vec<Defect>) {
    if let (Some(root), None) = (&outline.root, graph.root) {
        let message = format!("the flow begins with `{}`, which is no node of it: name one of its nodes", shown(root));
        found.push(Place::document().at("root").defect(DefectCode::RootMissing, message));
    }
    for (index, node) in outline.nodes.iter().enumerate() {
        let place = place_of(index, node);
        if node.id.as_ref().is_some_and(|id| graph.index.get(id) != Some(&index)) {
            let message = "another node of the flow has this id: give each its own";
            found.push(place.at("id").defect(DefectCode::NodeIdRepeated, message));
        }
        for (way, target) in node.ways.targets() {
            let Some(target) = target.filter(|target| !graph.index.contains_key(*target)) else { continue };
            let message =
                format!("leads to `{}`, which is no node of the flow: name a node, or add this one", shown(target));
            found.push(place_of_way(&place, way).defect(DefectCode::TargetMissing, message));
        }
    }
}

/// Nodes that no way leads to, and nodes that lead to no end.
pub(super) fn reach(outline: &Outline, graph: &Graph, found: &mut Vec<Defect>) {
    let (reached, ending) = (graph.reached(), graph.ending());
    // Where a node could not be read, its ways are not known: what it leads to is not unreachable for that.
    let unread = |node: &OutlineNode| matches!(node.ways, Ways::Unknown) || node.id.is_none();
    let all_read = graph.root.is_some() && !outline.nodes.iter().any(unread);
    let reached = if all_read { with_slips(outline, graph, reached) } else { reached };
    for ((index, node), (reached, ending)) in outline.nodes.iter().enumerate().zip(reached.into_iter().zip(ending)) {
        let place = place_of(index, node);
        let first_of_id = node.id.as_ref().is_some_and(|id| graph.index.get(id) == Some(&index));
        if all_read && first_of_id && !reached {
            let message = "no way leads from the root to this node: let an answer lead to it, or take it out";
            found.push(place.defect(DefectCode::Unreachable, message));
        }
        if !ending {
            let message = "no way leads from this node to a resolved or escalate node: let one of the nodes after it lead to an end";
            found.push(place.defect(DefectCode::NoWayOut, message));
        }
    }
}

/// `reached`, and what would be reached if each target that is a slip for the id of another node led there.
fn with_slips(outline: &Outline, graph: &Graph, reached: Vec<bool>) -> Vec<bool> {
    let nodes = || outline.nodes.iter().enumerate();
    let islands = nodes().zip(&reached).filter(|(_, reached)| !**reached);
    let islands: Vec<(usize, &str)> = islands.filter_map(|((at, node), _)| Some((at, node.id.as_deref()?))).collect();
    if islands.is_empty() {
        return reached;
    }
    let targets = nodes().flat_map(|(at, node)| node.ways.targets().into_iter().map(move |(_, target)| (at, target)));
    let missing = targets.filter_map(|(at, target)| Some((at, target?)));
    let missing = missing.filter(|(_, target)| !graph.index.contains_key(*target));
    let mut slips = Vec::new();
    // Every one is compared with every other: of more than a flow may have, only the first ones.
    for (from, target) in missing.take(MAX_NODES) {
        let meant = islands.iter().take(MAX_NODES).filter(|(_, id)| is_slip(target, id));
        slips.extend(meant.map(|(to, _)| (from, *to)));
    }
    graph.reached_with(&slips)
}

/// Nodes where a way first becomes too long. `through` tells of a node how many steps it takes to leave it by the
/// shortest way, and how many to go to the furthest node inside it.
pub(super) fn far(outline: &Outline, graph: &Graph, through: impl Fn(usize) -> (u32, u32), found: &mut Vec<Defect>) {
    let distances = graph.distances(MAX_STEPS_FROM_ROOT, |at| through(at).0);
    for ((index, node), distance) in outline.nodes.iter().enumerate().zip(distances) {
        let furthest = distance.map(|distance| distance + through(index).1);
        if let Some(furthest) = furthest.filter(|furthest| *furthest > MAX_STEPS_FROM_ROOT) {
            let message = format!(
                "takes {furthest} steps from the root by the shortest way: at most {MAX_STEPS_FROM_ROOT} are allowed, so branch earlier"
            );
            found.push(place_of(index, node).defect(DefectCode::TooFar, message));
        }
    }
}
