//! The check of a flow: *every* defect, each with a code, its node, its place in the document and what to do about it.
//!
//! [`check`] looks at a tree, [`check_text`] at a document as it lies in a file, so that what is wrong with its form
//! and what is wrong with its ways come in one report. A flow without errors can be published; warnings are advice.
//!
//! A defect is named once, where it is: a way to a node that is not there is the way's defect, and not also one of the
//! node that therefore leads to no end.

mod answers;
mod code;
mod graph;
mod known;
mod limits;
mod outline;
mod report;
mod sub_flows;
mod texts;
mod warnings;
mod ways;

use serde_json::Value;

use super::format::{self, Origin};
use super::tree::Tree;
use graph::Graph;

pub use code::{DefectCode, Severity};
pub use known::{KnownFlow, KnownFlows, NotLookedUp};
pub(crate) use limits::MAX_ERRORS_READ;
pub use limits::{
    LONG_PROMPT_CHARS, MAX_ANSWERS, MAX_DEFECTS, MAX_DOCUMENT_BYTES, MAX_KEYWORDS, MAX_NODES, MAX_STEPS_FROM_ROOT,
    MIN_ANSWERS,
};
pub(crate) use outline::{Outline, OutlineAnswer, OutlineNode, Ways};
pub use report::{Defect, Report};
pub(crate) use report::{Place, shown};

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
    Report::of(found)
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

fn checked(reading: format::Reading, flows: &dyn KnownFlows) -> Checked {
    let mut found = reading.defects;
    if let Some(outline) = &reading.outline {
        found.extend(structure(outline, flows));
    }
    if let Some(tree) = &reading.tree {
        of_tree(tree, &mut found);
    }
    Checked { tree: reading.tree, report: Report::of(found) }
}

/// What only a whole tree tells.
fn of_tree(tree: &Tree, found: &mut Vec<Defect>) {
    size(tree, found);
    texts::check(tree, found);
    warnings::check(tree, found);
}

/// Whether the document as a whole has the size that it may have: form, so that no draft is without it either.
pub(super) fn size(tree: &Tree, found: &mut Vec<Defect>) {
    let bytes = format::canonical(tree).len();
    if bytes > MAX_DOCUMENT_BYTES {
        let message = format!(
            "the document has {bytes} bytes: at most {MAX_DOCUMENT_BYTES} are allowed, so shorten texts or split it"
        );
        found.push(Place::document().defect(DefectCode::DocumentTooLarge, message));
    }
    if tree.keywords.len() > MAX_KEYWORDS {
        let message =
            format!("{} keywords: at most {MAX_KEYWORDS} are allowed, so keep the telling ones", tree.keywords.len());
        found.push(Place::document().at("keywords").defect(DefectCode::TooManyKeywords, message));
    }
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
