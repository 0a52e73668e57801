//! The JSON Schema says of a document's form what the reader says.

use std::sync::LazyLock;

use firstline_domain::flow::check::{NotLookedUp, check_value};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{call, document, flow_id, random, sound};

/// The defects that a JSON Schema can see: those of one place alone. How nodes fit together it cannot.
const SEEN_BY_A_SCHEMA: [&str; 17] = [
    "field_unknown",
    "field_missing",
    "type_wrong",
    "format_unknown",
    "kind_unknown",
    "language_unknown",
    "text_blank",
    "text_too_long",
    "text_nul",
    "id_invalid",
    "key_invalid",
    "flow_id_invalid",
    "too_many_keywords",
    "dead_end",
    "too_few_answers",
    "too_many_answers",
    "too_many_nodes",
];

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let text = include_str!("../../../../docs/flow.schema.json");
    let schema: Value = serde_json::from_str(text).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
});

fn agree(document: &Value) -> bool {
    let report = check_value(document, &NotLookedUp).report;
    let seen = |code: &str| SEEN_BY_A_SCHEMA.contains(&code);
    // A document without nodes has no root either.
    let empty = document["nodes"] == json!([]);
    let accepted = !empty && !report.errors.iter().any(|defect| seen(defect.code.as_str()));
    let valid = SCHEMA.is_valid(document);
    assert_eq!(valid, accepted, "schema: {valid}, reader: {:?}\n{document}", report.errors);
    valid
}

/// A document with a node of each kind and every field.
fn full() -> Value {
    let mut nodes = sound();
    nodes[0]["help"] = json!("Look.");
    nodes[1]["help"] = json!("Turn.");
    nodes[1]["next"] = json!("run");
    nodes.as_array_mut().unwrap().push(call("run", flow_id(7), "works"));
    document(&nodes)
}

/// Every place of a document, as JSON pointers.
fn places(value: &Value, pointer: String, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| places(value, format!("{pointer}/{key}"), out));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| places(value, format!("{pointer}/{at}"), out));
        }
        _ => {}
    }
    out.push(pointer);
}

#[test]
fn schema_and_reader_agree_on_every_place_of_a_document_with_any_value_there() {
    assert!(agree(&full()));
    let mut all = Vec::new();
    places(&full(), String::new(), &mut all);
    assert!(all.len() > 50, "{}", all.len());
    let values = [
        Value::Null,
        json!(true),
        json!(0),
        json!(9),
        json!(10),
        json!(2.5),
        json!(-1),
        json!(""),
        json!(" \t\n"),
        json!("a\0b"),
        json!("fixed"),
        json!("with space"),
        json!("en"),
        json!("question"),
        json!("00000000-0000-0000-0000-000000000007"),
        json!("0190A000-0000-7000-8000-000000000001"),
        json!("ü".repeat(64)),
        json!("x".repeat(65)),
        json!("x".repeat(201)),
        json!("x".repeat(4_097)),
        json!("x".repeat(16_385)),
        json!("x".repeat(65_537)),
        json!([]),
        json!({}),
        json!([{ "id": "a", "label": "A", "key": 1, "next": "fixed" }]),
        json!(vec!["word"; 51]),
    ];
    let mut refused = 0;
    for place in &all {
        for value in &values {
            let mut document = full();
            *document.pointer_mut(place).unwrap() = value.clone();
            refused += usize::from(!agree(&document));
        }
    }
    assert!(refused > 500, "{refused} documents were refused by both");
}

#[test]
fn schema_and_reader_agree_on_members_that_are_missing_or_too_many() {
    let mut all = Vec::new();
    places(&full(), String::new(), &mut all);
    for place in all {
        let mut document = full();
        if let Some(members) = document.pointer_mut(&place).and_then(Value::as_object_mut) {
            members.insert("surplus".to_owned(), json!(1));
            assert!(!agree(&document), "{place}");
        }
        let (parent, field) = place.rsplit_once('/').unwrap_or_default();
        let mut document = full();
        if let Some(members) = document.pointer_mut(parent).and_then(Value::as_object_mut) {
            members.shift_remove(field);
            agree(&document);
        }
    }
}

proptest! {
    #[test]
    fn the_schema_takes_every_sound_tree(document in random::documents()) {
        prop_assert!(agree(&document));
    }
}
