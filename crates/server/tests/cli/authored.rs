//! Flows that are brought in and written out: `flow import` and `flow export`.

use serde_json::{Value, json};

use crate::place::{Place, text};

const FLOW: &str = "0190a000-0000-7000-8000-00000000f10e";
const NOBODY: &str = "0190a000-0000-7000-8000-00000000dead";

fn document(prompt: &str) -> String {
    let document = json!({
        "format": "firstline-flow/1", "name": "Dock", "description": "For docks.", "keywords": ["dock"], "root": "ask",
        "nodes": [
            { "id": "ask", "kind": "question", "prompt": prompt, "answers": [
                { "id": "yes", "label": "Yes", "key": 1, "next": "solved" },
                { "id": "no", "label": "No", "key": 2, "next": "ask" } ] },
            { "id": "solved", "kind": "resolved", "text": "It works." },
        ],
    });
    format!("{document:#}\n")
}

fn put(place: &Place, content: &str) {
    std::fs::write(place.folder.path().join("flow.json"), content).unwrap();
}

/// An account and an engineer of it.
fn author(place: &Place) -> (String, String) {
    let account = place.account();
    let user = place.user(&account, "ada@example.com");
    place.call(&["user", "update", &user, "--role", "engineer"]);
    (account, user)
}

fn exported(place: &Place, args: &[&str]) -> String {
    let output = place.command(&[&["flow", "export"], args].concat()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_brought_in_is_written_out_byte_for_byte_draft_and_version_apart() {
    let place = Place::new();
    let (account, user) = author(&place);
    let import = ["flow", "import", "--author", &user, "--flow", FLOW, "flow.json"];
    let publish = [&import[..], &["--publish"]].concat();
    put(&place, &document("First?"));
    assert_eq!(place.call(&import), json!({ "flow_id": FLOW, "revision": 1, "version": null }));
    assert_eq!(place.call(&publish), json!({ "flow_id": FLOW, "revision": 2, "version": 1 }));
    assert_eq!(place.call(&publish), json!({ "flow_id": FLOW, "revision": 2, "version": 1 }), "nothing is new");
    put(&place, &document("Second?"));
    assert_eq!(place.call(&import), json!({ "flow_id": FLOW, "revision": 3, "version": 1 }));
    let of = ["--account", &account, FLOW];
    assert_eq!(exported(&place, &of), document("Second?"));
    assert_eq!(exported(&place, &[&of[..], &["--version", "1"]].concat()), document("First?"));
    let new = place.call(&["flow", "import", "--author", &user, "flow.json"]);
    assert!(new["flow_id"] != FLOW && new["revision"] == 1, "{new}");
    for (args, says) in [
        (["--account", &account, FLOW, "--version", "2"], "its versions are 1 to 1"),
        (["--account", &account, &text(&new["flow_id"]), "--version", "1"], "it was never published"),
        (["--account", NOBODY, FLOW, "--version", "1"], "there is no authored flow"),
    ] {
        let refused = place.refused(&[&["flow", "export"], &args[..]].concat(), 1);
        assert!(refused.contains(says), "{says} in {refused}");
    }
}

#[test]
fn what_is_no_flow_or_has_errors_or_no_author_leaves_nothing_behind() {
    let place = Place::new();
    let (account, user) = author(&place);
    let technician = place.user(&account, "mia@example.com");
    let import = |author: &str, flags: &[&str]| {
        place.refused(&[&["flow", "import", "--author", author, "--flow", FLOW, "flow.json"], flags].concat(), 1)
    };
    put(&place, "{}");
    assert!(import(&user, &[]).contains("field_missing at /name"));
    put(&place, &document("First?").replace("\"next\": \"ask\"", "\"next\": \"asl\""));
    assert!(import(&user, &["--publish"]).contains("target_missing at /nodes/0/answers/1/next (node ask)"));
    put(&place, &document("First?"));
    assert!(import(&technician, &[]).contains("active engineer, admin or owner"));
    assert!(import(NOBODY, &[]).contains("there is no user"));
    place.call(&["user", "update", &user, "--active", "false"]);
    assert!(import(&user, &[]).contains("may not author flows"));
    let refused = place.refused(&["flow", "export", "--account", &account, FLOW], 1);
    assert!(refused.contains("there is no authored flow"), "{refused}");
}

#[test]
fn a_flow_whose_sub_flow_cannot_be_run_is_kept_as_a_draft_and_said_so() {
    let place = Place::new();
    let (account, user) = author(&place);
    let mut flow: Value = serde_json::from_str(&document("First?")).unwrap();
    flow["nodes"][1] = json!({ "id": "solved", "kind": "sub_flow", "flow": NOBODY, "next": "end" });
    flow["nodes"].as_array_mut().unwrap().push(json!({ "id": "end", "kind": "resolved", "text": "It works." }));
    put(&place, &format!("{flow:#}\n"));
    let refused = place.refused(&["flow", "import", "--author", &user, "--flow", FLOW, "--publish", "flow.json"], 1);
    for part in ["sub_flow_unknown at /nodes/1/flow (node solved)", "the draft is kept", FLOW] {
        assert!(refused.contains(part), "{part} in {refused}");
    }
    assert_eq!(exported(&place, &["--account", &account, FLOW]), format!("{flow:#}\n"));
}

#[test]
fn a_file_that_registers_an_authored_flow_provisions_nothing_and_names_it() {
    let place = Place::new();
    let (account, user) = author(&place);
    put(&place, &document("First?"));
    place.call(&["flow", "import", "--author", &user, "--flow", FLOW, "--publish", "flow.json"]);
    let other = "0190a000-0000-7000-8000-00000000acc0";
    let content = json!({
        "accounts": [{ "id": other, "name": "N" }],
        "flows": [{ "id": FLOW, "account_id": account, "name": "Mine", "status": "archived" }],
    });
    std::fs::write(place.folder.path().join("provision.json"), content.to_string()).unwrap();
    let refused = place.refused(&["serve", "--provision", "provision.json"], 1);
    assert!(refused.contains(&format!("flow {FLOW}: is authored in this service")), "{refused}");
    assert_eq!(exported(&place, &["--account", &account, FLOW]), document("First?"));
    let registering = ["flow", "register", "--account", other, "--name", "F"];
    assert!(place.refused(&registering, 1).contains("there is no account"), "the file's account was not made either");
}

#[test]
fn an_id_that_is_registered_takes_no_authored_flow() {
    let place = Place::new();
    let (account, user) = author(&place);
    let flow = text(&place.call(&["flow", "register", "--account", &account, "--name", "Outlook"])["flow_id"]);
    put(&place, &document("First?"));
    let refused = place.refused(&["flow", "import", "--author", &user, "--flow", &flow, "flow.json"], 1);
    assert!(refused.contains("its tree lives elsewhere") && refused.contains("without --flow"), "{refused}");
}
