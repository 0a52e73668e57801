//! What the flows that a tree runs must be, and what they add to its size.

use std::collections::HashMap;
use std::sync::Arc;

use super::known::{KnownFlow, KnownFlows};
use super::ways::place_of;
use crate::flow::defect::{Defect, DefectCode, MAX_NODES, Place};
use crate::flow::outline::{Outline, Ways};
use crate::flow::walk::CompiledFlow;
use crate::ids::FlowId;
use crate::text::{NodeId, TextRule};

/// The published flow behind each sub-flow node, by the node's index.
pub(super) type Called = HashMap<usize, Arc<CompiledFlow>>;

/// Looks every sub-flow up, each flow once.
pub(super) fn look_up(outline: &Outline, flows: &dyn KnownFlows, found: &mut Vec<Defect>) -> Called {
    let mut known: HashMap<FlowId, KnownFlow> = HashMap::new();
    let mut called = Called::new();
    for (index, node) in outline.nodes.iter().enumerate() {
        let Ways::Call { flow: Some(id), .. } = node.ways else { continue };
        let place = place_of(index, node);
        let at = place.at("flow");
        if flows.this() == Some(id) {
            let message = "runs the very flow that it is part of: lead back to a node instead";
            found.push(at.defect(DefectCode::SubFlowCycle, message));
            continue;
        }
        match known.entry(id).or_insert_with(|| flows.find(id)) {
            KnownFlow::Unknown => {
                let message = format!("there is no flow {id} in this account: name one that is there");
                found.push(at.defect(DefectCode::SubFlowUnknown, message));
            }
            KnownFlow::NotPublished => {
                let message = format!("the flow {id} is not published: publish it first, or name another");
                found.push(at.defect(DefectCode::SubFlowNotPublished, message));
            }
            KnownFlow::NotLookedUp => {
                let message =
                    format!("the flow {id} cannot be looked up here: whether it may be run is checked at publishing");
                found.push(at.defect(DefectCode::SubFlowUnchecked, message));
            }
            KnownFlow::Published(flow) => {
                published(flow, flows.this(), node.id.as_deref().unwrap_or_default(), &place, found);
                called.insert(index, Arc::clone(flow));
            }
        }
    }
    called
}

fn published(flow: &CompiledFlow, this: Option<FlowId>, node_id: &str, place: &Place, found: &mut Vec<Defect>) {
    let (id, at) = (flow.flow_id(), place.at("flow"));
    if this.is_some_and(|this| flow.runs(this)) {
        let message = format!("the flow {id} runs this flow in its turn: take one of the two sub-flows out");
        found.push(at.defect(DefectCode::SubFlowCycle, message));
    }
    let longest = node_id.chars().count() + 1 + flow.longest_id();
    if longest > NodeId::MAX_CHARS {
        let message = format!(
            "in a walk, a node of the flow {id} would have a name of {longest} characters behind this node's id: at most \
             {} are allowed, so shorten the id or nest less",
            NodeId::MAX_CHARS
        );
        found.push(place.at("id").defect(DefectCode::SubFlowNameTooLong, message));
    }
    if flow.may_escalate() {
        let message = format!(
            "the flow {id} has an end that escalates, and the walk goes on here all the same: ask afterwards how it ended"
        );
        found.push(at.defect(DefectCode::SubFlowEscalates, message));
    }
}

/// The size of the whole, sub-flows counted as often as they are run.
pub(super) fn size(outline: &Outline, called: &Called, found: &mut Vec<Defect>) {
    let own = outline.nodes.len();
    let inside: usize = called.values().map(|flow| flow.node_count()).sum();
    if own + inside > MAX_NODES {
        let message = if inside == 0 {
            format!("the flow has {own} nodes: at most {MAX_NODES} are allowed, so move a part into a flow of its own")
        } else {
            format!("the flow has {own} nodes and its sub-flows {inside}: at most {MAX_NODES} are allowed together")
        };
        found.push(Place::document().at("nodes").defect(DefectCode::TooManyNodes, message));
    }
}
