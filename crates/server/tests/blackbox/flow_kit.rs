//! Documents of flows for the tests, and the calls that every one of them makes.

use std::path::PathBuf;

use firstline_testkit::http::{Answer, Client};
use firstline_testkit::people::token;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::site::{Site, text};

pub const FLOWS: &str = "/api/v1/flows";
const JSON: (&str, &str) = ("content-type", "application/json");

pub fn at(flow: impl std::fmt::Display, rest: &str) -> String {
    format!("{FLOWS}/{flow}{rest}")
}

/// Who authors flows in our account.
pub fn author(site: &Site) -> Client {
    site.as_user(site.ours.engineer)
}

/// `user`, calling the last service: not the one that `Site::as_user` calls, where there are two.
pub fn elsewhere(site: &Site, user: Uuid) -> Client {
    site.services.last().unwrap().client(&token(user))
}

/// A small flow without any defect.
pub fn document(name: &str, keyword: &str) -> Value {
    json!({
        "format": "firstline-flow/1", "name": name, "description": format!("For when the {keyword} does not work."),
        "keywords": [keyword], "language": "en", "root": "power",
        "nodes": [
            { "id": "power", "kind": "question", "prompt": "Is it switched on?", "answers": [
                { "id": "yes", "label": "Yes", "key": 1, "next": "broken" },
                { "id": "no", "label": "No", "key": 2, "next": "fixed" },
            ] },
            { "id": "fixed", "kind": "resolved", "text": "It was switched off." },
            { "id": "broken", "kind": "escalate", "reason_category": "hardware" },
        ],
    })
}

/// The same flow with another prompt.
pub fn reworded(document: &Value, prompt: &str) -> Value {
    let mut document = document.clone();
    document["nodes"][0]["prompt"] = json!(prompt);
    document
}

/// A draft of that document; answers its id.
pub fn drafted(by: &Client, document: &Value) -> String {
    text(&by.post(FLOWS, document).expect(201), "id")
}

/// A published flow of that document; answers its id.
pub fn published(by: &Client, document: &Value) -> String {
    let id = drafted(by, document);
    act(by, &id, "publish").expect(200);
    id
}

/// One of the calls without a body.
pub fn act(by: &Client, flow: &str, what: &str) -> Answer {
    by.send("POST", &at(flow, &format!("/{what}")), &[], None)
}

/// Writes the draft, under a condition if one is given.
pub fn put_draft(by: &Client, flow: &str, document: &Value, if_match: Option<&str>) -> Answer {
    let mut headers = vec![JSON];
    headers.extend(if_match.map(|tag| ("if-match", tag)));
    by.send("PUT", &at(flow, "/draft"), &headers, Some(document.to_string().as_bytes()))
}

/// The starter library: name of the file and its text.
pub fn starters() -> Vec<(String, String)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../flows"));
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    assert!(files.len() >= 13, "{files:?}");
    let named = |file: PathBuf| {
        (file.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&file).unwrap())
    };
    files.into_iter().map(named).collect()
}
