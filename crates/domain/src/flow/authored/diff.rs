//! What differs between two versions of a flow, field by field.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::flow::format::node_value;
use crate::flow::tree::{Language, LocalNodeId, Node, Tree};
use crate::notes::pointer_token;
use crate::text::{FlowDescription, Keyword};

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Which: a JSON pointer within the flow or the node; an answer stands under its id, as `/answers/yes/label`.
    pub field: String,
    /// What it was; null when it was not there.
    pub before: Value,
    /// What it is; null when it is no more.
    pub after: Value,
}

/// What happened to a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum NodeChange {
    /// It is new.
    Added {
        /// The node.
        node_id: LocalNodeId,
    },
    /// It is no more.
    Removed {
        /// The node.
        node_id: LocalNodeId,
    },
    /// It is another.
    Changed {
        /// The node.
        node_id: LocalNodeId,
        /// The fields that differ.
        fields: Vec<FieldChange>,
    },
}

/// What differs between two trees.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TreeDiff {
    /// The fields of the flow itself, in the format's order.
    pub flow: Vec<FieldChange>,
    /// The nodes: new and changed ones in the order of the newer tree, then removed ones in the order of the older.
    pub nodes: Vec<NodeChange>,
    /// Whether the nodes that both have stand in another order.
    pub reordered: bool,
}

impl TreeDiff {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flow.is_empty() && self.nodes.is_empty() && !self.reordered
    }
}

/// What differs between `older` and `newer`. Nodes are the same by their id, answers by theirs.
#[must_use]
pub fn diff(older: &Tree, newer: &Tree) -> TreeDiff {
    let (old, new) = (by_id(older), by_id(newer));
    let mut nodes = Vec::new();
    for node in &newer.nodes {
        let node_id = node.id.clone();
        match old.get(&node.id) {
            None => nodes.push(NodeChange::Added { node_id }),
            Some(before) => {
                let fields = changes(&flat_node(before), &flat_node(node));
                if !fields.is_empty() {
                    nodes.push(NodeChange::Changed { node_id, fields });
                }
            }
        }
    }
    let removed = older.nodes.iter().filter(|node| !new.contains_key(&node.id));
    nodes.extend(removed.map(|node| NodeChange::Removed { node_id: node.id.clone() }));
    let kept_old = older.nodes.iter().map(|node| &node.id).filter(|id| new.contains_key(id));
    let kept_new = newer.nodes.iter().map(|node| &node.id).filter(|id| old.contains_key(id));
    let reordered = !kept_old.eq(kept_new);
    TreeDiff { flow: changes(&flat_flow(older), &flat_flow(newer)), nodes, reordered }
}

fn by_id(tree: &Tree) -> HashMap<&LocalNodeId, &Node> {
    // The first of an id counts, as everywhere; a draft may have it twice.
    tree.nodes.iter().rev().map(|node| (&node.id, node)).collect()
}

type Flat = Map<String, Value>;

/// The fields of the flow itself.
fn flat_flow(tree: &Tree) -> Flat {
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    let keywords: Vec<&str> = tree.keywords.iter().map(Keyword::as_str).collect();
    let mut flat = Flat::new();
    flat.insert("/name".to_owned(), tree.name.as_str().into());
    flat.insert("/description".to_owned(), text(tree.description.as_ref().map(FlowDescription::as_str)));
    flat.insert("/keywords".to_owned(), keywords.into());
    flat.insert("/language".to_owned(), text(tree.language.map(Language::as_str)));
    flat.insert("/root".to_owned(), tree.root.as_str().into());
    flat
}

/// A node's fields by pointer, its answers by their ids and with their place.
fn flat_node(node: &Node) -> Flat {
    let mut flat = Flat::new();
    let Value::Object(members) = node_value(node) else { return flat };
    for (field, value) in members {
        match value {
            Value::Array(answers) => {
                for (place, answer) in answers.into_iter().enumerate() {
                    flat_answer(&field, place, answer, &mut flat);
                }
            }
            value => {
                flat.insert(format!("/{field}"), value);
            }
        }
    }
    flat
}

fn flat_answer(field: &str, place: usize, answer: Value, flat: &mut Flat) {
    let Value::Object(members) = answer else { return };
    let id = members.get("id").and_then(Value::as_str).map(pointer_token).unwrap_or_default();
    for (part, value) in members.into_iter().filter(|(part, _)| part != "id") {
        flat.insert(format!("/{field}/{id}/{part}"), value);
    }
    flat.insert(format!("/{field}/{id}/place"), place.into());
}

/// What differs, in the order of the newer, then what is no more.
fn changes(before: &Flat, after: &Flat) -> Vec<FieldChange> {
    let value = |flat: &Flat, field: &str| flat.get(field).cloned().unwrap_or(Value::Null);
    let gone = before.keys().filter(|field| !after.contains_key(*field));
    let fields = after.keys().chain(gone);
    let change =
        |field: &String| FieldChange { field: field.clone(), before: value(before, field), after: value(after, field) };
    fields.map(change).filter(|change| change.before != change.after).collect()
}
