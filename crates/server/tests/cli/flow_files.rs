//! Flows as files: `flow check`, `flow format` and `flow diagram` need no database and no settings.

use std::process::Output;

use serde_json::{Value, json};

use crate::place::{Place, object};

fn sound() -> Value {
    json!({
        "format": "firstline-flow/1",
        "name": "Printer offline",
        "description": "For when nothing comes out.",
        "keywords": ["printer"],
        "root": "power",
        "nodes": [
            { "id": "power", "kind": "question", "prompt": "Is it on?", "answers": [
                { "id": "yes", "label": "Yes", "key": 1, "next": "broken" },
                { "id": "no", "label": "No", "key": 2, "next": "fixed" } ] },
            { "id": "fixed", "kind": "resolved", "text": "Switched the printer on." },
            { "id": "broken", "kind": "escalate", "reason_category": "hardware" }
        ]
    })
}

fn put(place: &Place, name: &str, document: &Value) {
    std::fs::write(place.folder.path().join(name), format!("{document:#}\n")).unwrap();
}

/// A database that cannot be reached and settings that are wrong do not matter.
fn run(place: &Place, args: &[&str]) -> Output {
    let mut command = place.command(args);
    command.env("FIRSTLINE__DATABASE__URL", "nowhere:").env("FIRSTLINE__NO__SUCH", "1").output().unwrap()
}

fn told(output: &Output, code: i32) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_good_flow_is_told_so_and_exits_with_0() {
    let place = Place::new();
    put(&place, "good.json", &sound());
    assert_eq!(told(&run(&place, &["flow", "check", "good.json"]), 0), ("good.json: good\n".to_owned(), String::new()));
    let checked = object(&run(&place, &["flow", "check", "--json", "good.json"]));
    let good = json!({ "file": "good.json", "canonical": true, "errors": [], "warnings": [], "left_out": 0 });
    assert_eq!(checked, json!({ "files": [good] }));
}

#[test]
fn every_defect_of_every_file_is_told_and_errors_exit_with_1() {
    let place = Place::new();
    let mut bad = sound();
    bad["keywords"] = json!([]);
    bad["nodes"][0]["answers"][0]["next"] = json!("brokn");
    put(&place, "bad.json", &bad);
    put(&place, "good.json", &sound());
    std::fs::write(place.folder.path().join("text.json"), "no json\n").unwrap();
    let files = ["bad.json", "good.json", "text.json"];

    let (stdout, stderr) = told(&run(&place, &[&["flow", "check"][..], &files].concat()), 1);
    for part in [
        "bad.json: 1 error, 1 warning\n",
        "  error target_missing at /nodes/0/answers/0/next (node power)\n    leads to `brokn`",
        "  warning no_keywords at /keywords\n",
        "good.json: good\n",
        "text.json: 1 error, 0 warnings\n  error json_invalid at the document\n",
    ] {
        assert!(stdout.contains(part), "{part} in {stdout}");
    }
    assert!(stderr.contains("2 of 3 flows cannot be published"), "{stderr}");

    let output = run(&place, &[&["flow", "check", "--json"][..], &files].concat());
    assert_eq!(output.status.code(), Some(1));
    let checked: Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &checked["files"][0];
    assert_eq!(first["errors"][0]["code"], "target_missing");
    assert_eq!(first["errors"][0]["node_id"], "power");
    assert_eq!(first["errors"][0]["pointer"], "/nodes/0/answers/0/next");
    assert_eq!(first["warnings"][0]["code"], "no_keywords");
    assert_eq!(checked["files"][2]["canonical"], Value::Null);
}

#[test]
fn warnings_alone_exit_with_0() {
    let place = Place::new();
    let mut document = sound();
    document["keywords"] = json!([]);
    put(&place, "warned.json", &document);
    let (stdout, _) = told(&run(&place, &["flow", "check", "warned.json"]), 0);
    assert!(stdout.starts_with("warned.json: 0 errors, 1 warning\n"), "{stdout}");
}

#[test]
fn formatting_writes_the_canonical_form_once() {
    let place = Place::new();
    let file = place.folder.path().join("flow.json");
    std::fs::write(&file, sound().to_string()).unwrap();
    let (stdout, _) = told(&run(&place, &["flow", "check", "flow.json"]), 0);
    assert!(stdout.contains("`firstline flow format`"), "{stdout}");
    let formatted = object(&run(&place, &["flow", "format", "flow.json"]));
    assert_eq!(formatted, json!({ "files": 1, "written": ["flow.json"] }));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{:#}\n", sound()));
    assert_eq!(object(&run(&place, &["flow", "format", "flow.json"])), json!({ "files": 1, "written": [] }));
}

#[test]
fn a_diagram_is_printed_as_mermaid_text() {
    let place = Place::new();
    put(&place, "flow.json", &sound());
    let (stdout, _) = told(&run(&place, &["flow", "diagram", "flow.json"]), 0);
    assert!(stdout.starts_with("flowchart TD\n") && stdout.contains("n0 -->|\"2 No\"| n1"), "{stdout}");
}

#[test]
fn what_cannot_be_read_or_is_no_flow_is_refused_with_a_remedy_and_left_alone() {
    let place = Place::new();
    let file = place.folder.path().join("broken.json");
    std::fs::write(&file, "{}").unwrap();
    for call in ["check", "format", "diagram"] {
        let (_, stderr) = told(&run(&place, &["flow", call, "missing.json"]), 1);
        assert!(stderr.contains("missing.json cannot be read") && stderr.contains("->"), "{stderr}");
    }
    for call in ["format", "diagram"] {
        let (_, stderr) = told(&run(&place, &["flow", call, "broken.json"]), 1);
        assert!(stderr.contains("firstline flow check broken.json"), "{stderr}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{}");
    told(&run(&place, &["flow", "check"]), 2);
}
