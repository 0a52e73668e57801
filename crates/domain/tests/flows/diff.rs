//! What differs between two versions, field by field, in an order that stays the same.

use firstline_domain::flow::authored::{NodeChange, diff};
use firstline_domain::flow::format::from_value;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{document, random, resolved, sound, tree};

fn told(newer: &Value) -> Value {
    serde_json::to_value(diff(&tree(&sound()), &from_value(newer).unwrap())).unwrap()
}

#[test]
fn fields_of_the_flow_of_nodes_and_of_answers_are_told_one_by_one() {
    let mut newer = document(&sound());
    newer["name"] = json!("Printer");
    newer["nodes"][0]["answers"][1]["label"] = json!("No");
    newer["nodes"][0]["help"] = json!("Look.");
    newer["nodes"][1]["next"] = json!("fixed");
    assert_eq!(
        told(&newer),
        json!({
            "flow": [{ "field": "/name", "before": "Printer offline", "after": "Printer" }],
            "nodes": [
                { "change": "changed", "node_id": "power", "fields": [
                    { "field": "/help", "before": null, "after": "Look." },
                    { "field": "/answers/a2/label", "before": "Answer 2", "after": "No" },
                ] },
                { "change": "changed", "node_id": "restart", "fields": [
                    { "field": "/next", "before": "works", "after": "fixed" },
                ] },
            ],
            "reordered": false,
        })
    );
}

#[test]
fn answers_are_the_same_by_their_id_wherever_they_stand() {
    let mut newer = document(&sound());
    newer["nodes"][2]["answers"].as_array_mut().unwrap().reverse();
    let fields = &told(&newer)["nodes"][0]["fields"];
    assert_eq!(
        *fields,
        json!([
            { "field": "/answers/a2/place", "before": 1, "after": 0 },
            { "field": "/answers/a1/place", "before": 0, "after": 1 },
        ])
    );
    let mut newer = document(&sound());
    newer["nodes"][2]["answers"][1]["id"] = json!("other");
    let fields = told(&newer)["nodes"][0]["fields"].as_array().unwrap().clone();
    let named: Vec<&str> = fields.iter().map(|field| field["field"].as_str().unwrap()).collect();
    assert_eq!(named[..2], ["/answers/other/label", "/answers/other/key"]);
    assert_eq!(named[4..6], ["/answers/a2/label", "/answers/a2/key"]);
}

#[test]
fn ids_that_a_draft_has_twice_are_told_apart_by_which_of_them_they_are() {
    let mut twice = document(&sound());
    let (first, mut again) = (twice["nodes"][0].clone(), twice["nodes"][0]["answers"][0].clone());
    again["label"] = json!("Again");
    twice["nodes"][0]["answers"].as_array_mut().unwrap().push(again);
    twice["nodes"].as_array_mut().unwrap().push(first);
    let tree = from_value(&twice).unwrap();
    assert!(diff(&tree, &tree).is_empty());
    let told = told(&twice);
    let nodes = told["nodes"].as_array().unwrap();
    let fields: Vec<&Value> = nodes[0]["fields"].as_array().unwrap().iter().map(|field| &field["field"]).collect();
    assert!(fields.contains(&&json!("/answers/a1(2)/label")), "{told}");
    assert_eq!(nodes[1], json!({ "change": "added", "node_id": "power" }), "{told}");
}

#[test]
fn new_and_removed_nodes_are_told_in_the_order_of_their_trees() {
    let mut nodes = sound();
    let list = nodes.as_array_mut().unwrap();
    list.remove(3);
    list.insert(0, resolved("first"));
    list.push(resolved("last"));
    let mut newer = document(&nodes);
    newer["root"] = json!("power");
    let changes = told(&newer)["nodes"].clone();
    assert_eq!(
        changes,
        json!([
            { "change": "added", "node_id": "first" },
            { "change": "added", "node_id": "last" },
            { "change": "removed", "node_id": "fixed" },
        ])
    );
}

#[test]
fn another_order_alone_is_a_difference() {
    let mut nodes = sound();
    nodes.as_array_mut().unwrap().swap(3, 4);
    let difference = diff(&tree(&sound()), &from_value(&document(&nodes)).unwrap());
    assert!(difference.reordered && difference.nodes.is_empty() && !difference.is_empty());
}

proptest! {
    #[test]
    fn there_is_a_difference_exactly_where_trees_differ((a, b) in (random::trees(), random::trees())) {
        prop_assert!(diff(&a, &a).is_empty());
        prop_assert_eq!(diff(&a, &b).is_empty(), a == b);
    }

    #[test]
    fn a_changed_node_is_the_one_that_is_told((tree, at) in (random::trees(), any::<prop::sample::Index>())) {
        let mut document: Value = serde_json::to_value(&tree).unwrap();
        let nodes = document["nodes"].as_array_mut().unwrap();
        let at = at.index(nodes.len());
        let field = if nodes[at]["kind"] == "question" { "prompt" } else if nodes[at]["kind"] == "escalate" { "reason_category" } else { "text" };
        nodes[at][field] = json!("changed to this");
        let newer = from_value(&document).unwrap();
        let difference = diff(&tree, &newer);
        prop_assert_eq!(difference.nodes.len(), 1);
        let NodeChange::Changed { node_id, fields } = &difference.nodes[0] else { panic!() };
        prop_assert_eq!(node_id, &tree.nodes[at].id);
        prop_assert_eq!(&fields[0].field, &format!("/{field}"));
        prop_assert_eq!(fields.len(), 1);
    }
}
