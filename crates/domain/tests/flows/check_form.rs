//! What is wrong with the form of a document: every defect at once, each with its code, node and place.

use firstline_domain::flow::check::{
    MAX_DEFECTS, MAX_DOCUMENT_BYTES, MAX_KEYWORDS, NotLookedUp, check_text, check_value,
};
use firstline_domain::flow::format::{from_value, import};
use serde_json::{Value, json};

use super::support::{brief, document, escalate, instruction, question, resolved, sound};

fn errors(document: &Value) -> Vec<(String, Option<String>, String)> {
    let report = check_value(document, &NotLookedUp).report;
    brief(&report.errors)
        .into_iter()
        .map(|(code, node, at)| (code.into(), node.map(str::to_owned), at.into()))
        .collect()
}

/// The sound document with the value at `pointer` replaced.
fn with(pointer: &str, value: Value) -> Value {
    let mut document = document(&sound());
    *document.pointer_mut(pointer).unwrap() = value;
    document
}

/// The sound document with a member of the object at `pointer` added or, for null, taken out.
fn with_member(pointer: &str, field: &str, value: Value) -> Value {
    let mut document = document(&sound());
    let members = document.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        members.shift_remove(field).unwrap();
    } else {
        members.insert(field.to_owned(), value);
    }
    document
}

#[test]
fn a_sound_document_has_no_defect() {
    let checked = check_value(&document(&sound()), &NotLookedUp);
    assert!(checked.report.is_clean(), "{:?}", checked.report);
    assert!(checked.tree.is_some());
}

#[test]
fn every_broken_field_is_named_with_its_place() {
    let long = |chars: usize| Value::from("x".repeat(chars));
    let table = [
        (json!([]), "type_wrong", None, ""),
        (json!("flow"), "type_wrong", None, ""),
        (with_member("", "format", Value::Null), "field_missing", None, "/format"),
        (with("/format", json!("firstline-flow/2")), "format_unknown", None, "/format"),
        (with("/format", json!(1)), "type_wrong", None, "/format"),
        (with("/name", json!(" \n")), "text_blank", None, "/name"),
        (with("/name", json!("\u{200b}")), "text_blank", None, "/name"),
        (with("/keywords", json!(["\u{ad}"])), "text_blank", None, "/keywords/0"),
        (with("/nodes/1/done", json!("\u{2800}")), "text_blank", Some("restart"), "/nodes/1/done"),
        (with("/name", long(201)), "text_too_long", None, "/name"),
        (with("/name", json!("a\0b")), "text_nul", None, "/name"),
        (with("/description", json!("")), "text_blank", None, "/description"),
        (with("/description", Value::Null), "type_wrong", None, "/description"),
        (with("/keywords", json!("printer")), "type_wrong", None, "/keywords"),
        (with("/keywords", json!(["a", 2])), "type_wrong", None, "/keywords/1"),
        (with("/keywords", json!(["a", " "])), "text_blank", None, "/keywords/1"),
        (with("/language", json!("fr")), "language_unknown", None, "/language"),
        (with("/root", json!("no such")), "id_invalid", None, "/root"),
        (with("/nodes", json!({})), "type_wrong", None, "/nodes"),
        (with("/nodes/1", json!(7)), "type_wrong", None, "/nodes/1"),
        (with_member("", "title", json!("x")), "field_unknown", None, "/title"),
        (with_member("/nodes/1", "prompt", json!("x")), "field_unknown", Some("restart"), "/nodes/1/prompt"),
        (
            with_member("/nodes/0/answers/1", "goto", json!("x")),
            "field_unknown",
            Some("power"),
            "/nodes/0/answers/1/goto",
        ),
        (with_member("/nodes/1", "id", Value::Null), "field_missing", None, "/nodes/1/id"),
        (with_member("/nodes/1", "kind", Value::Null), "field_missing", Some("restart"), "/nodes/1/kind"),
        (with("/nodes/1/kind", json!("note")), "kind_unknown", Some("restart"), "/nodes/1/kind"),
        (with("/nodes/1/kind", json!(["x"])), "type_wrong", Some("restart"), "/nodes/1/kind"),
        (with_member("/nodes/1", "next", Value::Null), "dead_end", Some("restart"), "/nodes/1"),
        (with_member("/nodes/0/answers/1", "next", Value::Null), "dead_end", Some("power"), "/nodes/0/answers/1"),
        (with("/nodes/0/answers", json!("yes")), "type_wrong", Some("power"), "/nodes/0/answers"),
        (with("/nodes/0/answers/0/key", json!(0)), "key_invalid", Some("power"), "/nodes/0/answers/0/key"),
        (with("/nodes/0/answers/0/key", json!(10)), "key_invalid", Some("power"), "/nodes/0/answers/0/key"),
        (with("/nodes/0/answers/0/key", json!("1")), "key_invalid", Some("power"), "/nodes/0/answers/0/key"),
        (with("/nodes/0/answers/0/key", json!(1.5)), "key_invalid", Some("power"), "/nodes/0/answers/0/key"),
        (with("/nodes/0/answers/0/id", json!("a/b")), "id_invalid", Some("power"), "/nodes/0/answers/0/id"),
        (with("/nodes/0/answers/0/label", long(4_097)), "text_too_long", Some("power"), "/nodes/0/answers/0/label"),
        (with("/nodes/0/prompt", long(4_097)), "text_too_long", Some("power"), "/nodes/0/prompt"),
        (with("/nodes/1/done", json!("")), "text_blank", Some("restart"), "/nodes/1/done"),
        (with("/nodes/3/text", long(65_537)), "text_too_long", Some("fixed"), "/nodes/3/text"),
        (with("/nodes/4/reason_category", long(65)), "text_too_long", Some("broken"), "/nodes/4/reason_category"),
        (with("/nodes/4/text", long(16_385)), "text_too_long", Some("broken"), "/nodes/4/text"),
    ];
    for (document, code, node, pointer) in table {
        let found = errors(&document);
        let expected = (code.to_owned(), node.map(str::to_owned), pointer.to_owned());
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
        assert!(check_value(&document, &NotLookedUp).tree.is_none(), "{expected:?}");
    }
}

#[test]
fn a_text_takes_its_limit() {
    for (pointer, chars) in [("/nodes/0/prompt", 4_096), ("/nodes/3/text", 65_536), ("/nodes/4/reason_category", 64)] {
        assert_eq!(errors(&with(pointer, Value::from("ü".repeat(chars)))), [], "{pointer}");
    }
}

#[test]
fn a_flow_id_has_one_way_to_be_written() {
    let sub_flow = |flow: &str| json!({ "id": "b", "kind": "sub_flow", "flow": flow, "next": "c" });
    let nodes = |flow: &str| json!([question("a", &["b", "c"]), sub_flow(flow), resolved("c")]);
    assert_eq!(errors(&document(&nodes("0190a000-0000-7000-8000-00000000000a"))), []);
    for flow in [
        "printer",
        "",
        "0190A000-0000-7000-8000-00000000000A",
        "{0190a000-0000-7000-8000-00000000000a}",
        "0190a00000007000800000000000000a",
    ] {
        let found = errors(&document(&nodes(flow)));
        assert_eq!(found, [("flow_id_invalid".into(), Some("b".into()), "/nodes/1/flow".into())], "{flow}");
    }
}

#[test]
fn every_defect_is_told_at_once_in_the_order_of_the_document() {
    let mut nodes = sound();
    nodes[0]["prompt"] = json!(" ");
    nodes[0]["answers"][1]["next"] = json!("nowhere");
    nodes[1]["extra"] = json!(1);
    nodes[2]["answers"][0]["key"] = json!("x");
    let mut document = document(&nodes);
    document["name"] = json!(7);
    let expected = [
        ("type_wrong", None, "/name"),
        ("text_blank", Some("power"), "/nodes/0/prompt"),
        ("target_missing", Some("power"), "/nodes/0/answers/1/next"),
        ("field_unknown", Some("restart"), "/nodes/1/extra"),
        ("key_invalid", Some("works"), "/nodes/2/answers/0/key"),
    ];
    let report = check_value(&document, &NotLookedUp).report;
    assert_eq!(brief(&report.errors), expected);

    // As the author wrote it: the answers before the prompt, the nodes before the name.
    let name = document.as_object_mut().unwrap().shift_remove("name").unwrap();
    document["name"] = name;
    let prompt = document["nodes"][0].as_object_mut().unwrap().shift_remove("prompt").unwrap();
    document["nodes"][0]["prompt"] = prompt;
    let report = check_text(&document.to_string(), &NotLookedUp).report;
    assert_eq!(brief(&report.errors), [expected[2], expected[1], expected[3], expected[4], expected[0]]);
}

#[test]
fn another_format_is_one_defect_and_not_a_hundred() {
    let document = json!({ "format": "dialogue/3", "title": "x", "steps": [] });
    assert_eq!(errors(&document), [("format_unknown".into(), None, "/format".into())]);
}

#[test]
fn a_node_that_cannot_be_read_makes_no_other_node_unreachable() {
    let mut nodes = sound();
    nodes[1] = json!("lost");
    let codes: Vec<String> = errors(&document(&nodes)).into_iter().map(|(code, _, _)| code).collect();
    assert_eq!(codes, ["target_missing", "type_wrong"]);
}

#[test]
fn text_that_is_no_json_is_told_with_its_line() {
    let report = check_text("{\n  \"format\": \"firstline-flow/1\",\n  oops\n}", &NotLookedUp).report;
    assert_eq!(brief(&report.errors), [("json_invalid", None, "")]);
    assert!(report.errors[0].message.contains("line 3"), "{}", report.errors[0].message);
}

#[test]
fn a_field_that_stands_twice_is_named() {
    let text = document(&sound()).to_string().replacen(r#""done":"Done""#, r#""done":"Done","done":"Ready""#, 1);
    let checked = check_text(&text, &NotLookedUp);
    assert_eq!(brief(&checked.report.errors), [("field_repeated", Some("restart"), "/nodes/1/done")]);
    assert_eq!(checked.tree, None);
}

#[test]
fn too_large_a_document_and_too_many_keywords_are_named() {
    let resolution = |chars: usize| json!({ "id": "end", "kind": "resolved", "text": "x".repeat(chars) });
    let mut nodes = json!([question("q", &["end", "e"]), resolution(65_536), escalate("e")]);
    let list = nodes.as_array_mut().unwrap();
    for at in 0..5 {
        list[0]["answers"].as_array_mut().unwrap().push(
            json!({ "id": format!("x{at}"), "label": format!("X{at}"), "key": at + 3, "next": format!("r{at}") }),
        );
        list.push(json!({ "id": format!("r{at}"), "kind": "resolved", "text": "x".repeat(65_536) }));
    }
    assert!(document(&nodes).to_string().len() > MAX_DOCUMENT_BYTES);
    assert_eq!(errors(&document(&nodes)), [("document_too_large".into(), None, String::new())]);

    let keywords: Vec<String> = (0..=MAX_KEYWORDS).map(|at| format!("word{at}")).collect();
    assert_eq!(errors(&with("/keywords", json!(keywords))), [("too_many_keywords".into(), None, "/keywords".into())]);
    assert_eq!(errors(&with("/keywords", json!(keywords[1..]))), []);
}

#[test]
fn what_is_brought_as_a_draft_has_the_form_and_the_size_of_a_flow_and_may_have_gaps() {
    let import = |document: &Value| import(&document.to_string()).map_err(|malformed| malformed.report);
    let refused = |document: &Value| {
        let report = import(document).unwrap_err();
        report.errors.into_iter().map(|defect| defect.code.as_str()).collect::<Vec<_>>()
    };
    let gaps = document(&json!([question("power", &["nowhere"])]));
    assert_eq!(import(&gaps).unwrap(), from_value(&gaps).unwrap());
    let prompts = (0..97).map(|at| json!({ "id": format!("n{at}"), "kind": "resolved", "text": "x".repeat(4_096) }));
    assert_eq!(refused(&document(&prompts.collect())), ["document_too_large"]);
    let keywords: Vec<String> = (0..=MAX_KEYWORDS).map(|at| format!("word{at}")).collect();
    assert_eq!(refused(&with("/keywords", json!(keywords))), ["too_many_keywords"]);
    assert_eq!(refused(&json!({ "format": "firstline-flow/1" })).len(), 3);
}

#[test]
fn no_message_repeats_a_long_or_hostile_text() {
    let hostile = format!("\u{1b}[2J{}", "x".repeat(5_000));
    let mut nodes = json!([instruction("a", "b"), resolved("b")]);
    nodes[0]["next"] = json!(hostile);
    nodes[1]["id"] = json!(hostile);
    let report = check_value(&document(&nodes), &NotLookedUp).report;
    assert!(!report.errors.is_empty());
    for defect in report.errors {
        let told = format!("{}{:?}", defect.message, defect.node_id);
        assert!(!told.contains('\u{1b}') && told.len() < 600, "{told}");
    }
}

#[test]
fn a_document_that_is_wrong_throughout_gets_a_bounded_report() {
    let report = check_value(&document(&json!(vec![0; 3_000])), &NotLookedUp).report;
    assert_eq!((report.errors.len(), report.left_out > 1_900), (MAX_DEFECTS, true));
    assert!(!report.is_publishable());
}

#[test]
fn a_hostile_document_takes_no_more_time_than_its_size_asks_for() {
    let long = "k".repeat(100_000);
    let doubled = format!("{{\"{long}\":{{{}\"a\":1}}}}", "\"a\":1,".repeat(50_000));
    let answers: Vec<Value> = (0..8_000)
        .map(|at| json!({ "id": format!("a{at}"), "label": format!("{at}"), "key": 1, "next": "end" }))
        .collect();
    let nodes = json!([{ "id": "q", "kind": "question", "prompt": "?", "answers": answers }, resolved("end")]);
    for text in [doubled, document(&nodes).to_string(), "[".repeat(400_000), "{\"nodes\":".repeat(40_000)] {
        let began = std::time::Instant::now();
        assert!(!check_text(&text, &NotLookedUp).report.is_publishable());
        // Generous: what is meant are minutes.
        assert!(began.elapsed().as_secs() < 20, "{} bytes", text.len());
    }
}

#[test]
fn of_a_document_that_is_wrong_throughout_no_more_is_read_than_anybody_can_correct() {
    let answers = vec![json!({}); 100_000];
    let questions = vec![json!({ "kind": "question", "answers": [{}, {}, {}] }); 10_000];
    let fields: serde_json::Map<String, Value> = (0..50_000).map(|at| (format!("x{at}"), json!(0))).collect();
    let flow = |nodes: Value, keywords: Value| {
        let format = "firstline-flow/1";
        json!({ "format": format, "name": "F", "keywords": keywords, "root": "a", "nodes": nodes })
    };
    for document in [
        flow(json!([{ "id": "a", "kind": "question", "prompt": "P?", "answers": answers }]), json!([])),
        flow(json!(questions), json!([])),
        flow(json!([fields]), json!([])),
        flow(json!([]), json!(vec![0; 100_000])),
    ] {
        let checked = check_value(&document, &NotLookedUp);
        assert!(checked.tree.is_none());
        assert_eq!(checked.report.errors.len(), MAX_DEFECTS);
        assert!(checked.report.left_out <= 9_100, "{}", checked.report.left_out);
    }
    let twice = format!("{{\"nodes\":[{{{}}}]}}", vec!["\"id\":\"a\""; 50_000].join(","));
    let report = check_text(&twice, &NotLookedUp).report;
    assert!(report.errors.len() == MAX_DEFECTS && report.left_out <= 9_100, "{}", report.left_out);
}
