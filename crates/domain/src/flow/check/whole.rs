//! The check of a whole tree or document.

use serde_json::Value;

use super::graph::Graph;
use super::known::KnownFlows;
use super::{answers, sub_flows, texts, warnings, ways};
use crate::flow::defect::{Defect, Report};
use crate::flow::format::{self, Origin};
use crate::flow::outline::{Outline, Ways};
use crate::flow::tree::Tree;

/// A document that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its tree, if its form is right; its ways may still be wrong.
    pub tree: Option<Tree>,
    /// Everything that is wrong with it.
    pub report: Report,
}

/// Checks whether a tree can be published.
#[must_use]
pub fn check(tree: &Tree, flows: &dyn KnownFlows) -> Report {
    let mut found = structure(&Outline::of(tree), flows);
    of_tree(tree, &mut found);
    if found.is_empty() { Report::default() } else { Report::of(&format::as_value(tree), found) }
}

/// Checks a document: its form and, as far as that can be read, its ways.
#[must_use]
pub fn check_text(text: &str, flows: &dyn KnownFlows) -> Checked {
    checked(format::read_text(text, Origin::New), flows)
}

/// Checks a document that came as JSON within something else.
#[must_use]
pub fn check_value(value: &Value, flows: &dyn KnownFlows) -> Checked {
    checked(format::read_value(value, Origin::New), flows)
}

fn checked(reading: format::Reading<'_>, flows: &dyn KnownFlows) -> Checked {
    let mut found = reading.defects;
    if let Some(outline) = &reading.outline {
        found.extend(structure(outline, flows));
    }
    if let Some(tree) = &reading.tree {
        of_tree(tree, &mut found);
    }
    Checked { tree: reading.tree, report: Report::of(&reading.document, found) }
}

/// What only a whole tree tells.
fn of_tree(tree: &Tree, found: &mut Vec<Defect>) {
    format::size(tree, found);
    texts::check(tree, found);
    warnings::check(tree, found);
}

/// What the shape tells.
fn structure(outline: &Outline, flows: &dyn KnownFlows) -> Vec<Defect> {
    let mut found = Vec::new();
    let graph = Graph::of(outline);
    ways::names(outline, &graph, &mut found);
    for (index, node) in outline.nodes.iter().enumerate() {
        answers::check(node, &ways::place_of(index, node), &mut found);
    }
    ways::reach(outline, &graph, &mut found);
    let called = sub_flows::look_up(outline, flows, &mut found);
    sub_flows::size(outline, &called, &mut found);
    let through = |at: usize| match (called.get(&at), outline.nodes.get(at).map(|node| &node.ways)) {
        (Some(flow), _) => (flow.steps_through(), flow.depth()),
        // A sub-flow that is not known takes no step that anybody could count.
        (None, Some(Ways::Call { .. })) => (0, 0),
        (None, _) => (1, 0),
    };
    ways::far(outline, &graph, through, &mut found);
    found
}
