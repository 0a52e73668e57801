//! What differs between two versions of a flow, field by field.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::flow::format::node_value;
use crate::flow::tree::{Language, LocalNodeId, Node, Tree};
use crate::json::pointer_token;
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
    let (old_order, new_order) = (named(older), named(newer));
    let old: HashMap<Named<'_>, &Node> = old_order.iter().copied().collect();
    let new: HashSet<Named<'_>> = new_order.iter().map(|(name, _)| *name).collect();
    let mut nodes = Vec::new();
    for (name, node) in &new_order {
        let node_id = node.id.clone();
        match old.get(name) {
            None => nodes.push(NodeChange::Added { node_id }),
            Some(before) => {
                let fields = changes(&flat_node(before), &flat_node(node));
                if !fields.is_empty() {
                    nodes.push(NodeChange::Changed { node_id, fields });
                }
            }
        }
    }
    let removed = old_order.iter().filter(|(name, _)| !new.contains(name));
    nodes.extend(removed.map(|(_, node)| NodeChange::Removed { node_id: node.id.clone() }));
    let kept_old = old_order.iter().map(|(name, _)| name).filter(|name| new.contains(*name));
    let kept_new = new_order.iter().map(|(name, _)| name).filter(|name| old.contains_key(*name));
    let reordered = !kept_old.eq(kept_new);
    TreeDiff { flow: changes(&flat_flow(older), &flat_flow(newer)), nodes, reordered }
}

/// A node by its id, and which one of that id it is, from 1: a draft may have it twice.
type Named<'a> = (&'a LocalNodeId, usize);

fn named(tree: &Tree) -> Vec<(Named<'_>, &Node)> {
    let mut seen: HashMap<&LocalNodeId, usize> = HashMap::new();
    tree.nodes
        .iter()
        .map(|node| {
            let times = seen.entry(&node.id).or_default();
            *times += 1;
            ((&node.id, *times), node)
        })
        .collect()
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
                let mut seen: HashMap<String, usize> = HashMap::new();
                for (place, answer) in answers.into_iter().enumerate() {
                    let id = answer.get("id").and_then(Value::as_str).map(pointer_token).unwrap_or_default();
                    let times = seen.entry(id.clone()).or_default();
                    *times += 1;
                    // A draft may have an id twice.
                    let name = if *times == 1 { id } else { format!("{id}({times})") };
                    flat_answer(&format!("/{field}/{name}"), place, answer, &mut flat);
                }
            }
            value => {
                flat.insert(format!("/{field}"), value);
            }
        }
    }
    flat
}

fn flat_answer(pointer: &str, place: usize, answer: Value, flat: &mut Flat) {
    let Value::Object(members) = answer else { return };
    for (part, value) in members.into_iter().filter(|(part, _)| part != "id") {
        flat.insert(format!("{pointer}/{part}"), value);
    }
    flat.insert(format!("{pointer}/place"), place.into());
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
