//! The document: one tree has one canonical text, and reading it back gives the tree.

use firstline_domain::flow::check::{NotLookedUp, check};
use firstline_domain::flow::format::{canonical, import, mermaid, parse};
use firstline_domain::flow::tree::Tree;
use proptest::prelude::*;
use serde_json::json;

use super::support::{call, document, flow_id, instruction, question, random, resolved, sound, tree};

const CANONICAL: &str = r#"{
  "format": "firstline-flow/1",
  "name": "Größe \"A\"",
  "keywords": [],
  "root": "ask",
  "nodes": [
    {
      "id": "ask",
      "kind": "question",
      "prompt": "Line 1\nLine 2",
      "help": "Look.",
      "answers": [
        {
          "id": "yes",
          "label": "Yes",
          "key": 1,
          "next": "do"
        },
        {
          "id": "no",
          "label": "No",
          "key": 2,
          "next": "run"
        }
      ]
    },
    {
      "id": "do",
      "kind": "instruction",
      "text": "Do it.",
      "done": "Done",
      "next": "good"
    },
    {
      "id": "run",
      "kind": "sub_flow",
      "flow": "00000000-0000-0000-0000-000000000007",
      "next": "bad"
    },
    {
      "id": "good",
      "kind": "resolved",
      "text": "Well."
    },
    {
      "id": "bad",
      "kind": "escalate",
      "reason_category": "hardware"
    }
  ]
}
"#;

#[test]
fn canonical_text_comes_back_byte_for_byte() {
    assert_eq!(canonical(&parse(CANONICAL).unwrap()), CANONICAL);
}

#[test]
fn order_of_fields_white_space_and_escapes_do_not_change_the_tree() {
    let mut value: serde_json::Value = serde_json::from_str(CANONICAL).unwrap();
    let root = value.as_object_mut().unwrap().shift_remove("root").unwrap();
    value.as_object_mut().unwrap().insert("root".to_owned(), root);
    value.as_object_mut().unwrap().shift_remove("keywords");
    let squeezed = value.to_string().replace('ö', "\\u00f6");
    assert_eq!(canonical(&parse(&squeezed).unwrap()), CANONICAL);
}

#[test]
fn nodes_stay_in_the_authors_order() {
    let document = document(&json!([question("z", &["m", "a"]), resolved("m"), instruction("a", "m")]));
    let ids: Vec<String> = parse(&document.to_string()).unwrap().nodes.iter().map(|node| node.id.to_string()).collect();
    assert_eq!(ids, ["z", "m", "a"]);
}

#[test]
fn a_tree_is_its_document_to_serde_too() {
    let tree = tree(&sound());
    let json = serde_json::to_string(&tree).unwrap();
    assert_eq!(serde_json::from_str::<Tree>(&json).unwrap(), tree);
    let broken = json.replace("\"Done\"", "\"\"");
    let error = serde_json::from_str::<Tree>(&broken).unwrap_err().to_string();
    assert!(error.contains("text_blank") && error.contains("/nodes/1/done"), "{error}");
}

#[test]
fn a_text_that_older_rules_accepted_stays_readable_and_is_not_published_again() {
    let mut nodes = sound();
    nodes[0]["answers"][1]["label"] = json!("\u{200b}");
    nodes[1]["help"] = json!("\u{ad}");
    let mut kept = document(&nodes);
    kept["name"] = json!("\u{2060}");
    kept["keywords"] = json!(["a", "\u{feff}"]);
    let text = kept.to_string();
    assert!(import(&text).is_err());
    let tree = parse(&text).unwrap();
    assert_eq!(serde_json::from_str::<Tree>(&text).unwrap(), tree);
    let report = check(&tree, &NotLookedUp);
    let found: Vec<&str> = report.errors.iter().map(|defect| defect.pointer.as_str()).collect();
    assert_eq!(found, ["/name", "/keywords/1", "/nodes/0/answers/1/label", "/nodes/1/help"]);
    assert!(report.errors.iter().all(|defect| defect.code.as_str() == "text_blank"));
}

#[test]
fn the_diagram_draws_every_node_and_every_way() {
    let nodes = json!([
        question("end", &["graph", "run"]),
        instruction("graph", "done"),
        call("run", flow_id(7), "done"),
        resolved("done"),
    ]);
    let diagram = mermaid(&tree(&nodes));
    let expected = [
        "flowchart TD",
        r#"    start(["Printer offline"]) --> n0"#,
        r#"    n0{"What about end?"}"#,
        r#"    n0 -->|"1 Answer 1"| n1"#,
        r#"    n0 -->|"2 Answer 2"| n2"#,
        r#"    n1["Do graph."]"#,
        "    n1 --> n3",
        r#"    n2[["run #40;00000000-0000-0000-0000-000000000007#41;"]]"#,
        "    n2 --> n3",
        r#"    n3(["Resolved: It works again."])"#,
    ];
    assert_eq!(diagram.lines().collect::<Vec<_>>(), expected);
}

proptest! {
    #[test]
    fn writing_and_reading_give_the_same_tree_and_the_same_text(tree in random::trees()) {
        let text = canonical(&tree);
        let read = parse(&text).unwrap();
        prop_assert_eq!(&read, &tree);
        prop_assert_eq!(canonical(&read), text);
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_reason(text in "\\PC{0,80}|[\\[\\]{}\",:0-9a-z]{0,80}") {
        if let Err(malformed) = parse(&text) {
            prop_assert!(!malformed.report.errors.is_empty());
        }
    }

    #[test]
    fn the_diagram_of_any_tree_has_a_line_for_each_node_and_way(tree in random::trees()) {
        let ways: usize = tree.nodes.iter().map(|node| node.body.targets().count()).sum();
        let diagram = mermaid(&tree);
        prop_assert_eq!(diagram.lines().count(), 2 + tree.nodes.len() + ways);
        for line in diagram.lines() {
            prop_assert!(line.matches('"').count() % 2 == 0, "{}", line);
        }
    }
}
