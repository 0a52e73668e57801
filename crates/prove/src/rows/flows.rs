//! Authored flows, and suggestions of them.

use serde_json::{Value, json};

use super::{Object, Row, Shot, Who};

/// A flow without any defect, of these words. `aspect` tells one apart from another.
pub(crate) fn document(words: &dyn Fn(&str) -> String, aspect: &str) -> Value {
    json!({
        "format": "firstline-flow/1", "name": words(&format!("flow {aspect}")),
        "description": words("printer description"),
        "keywords": ["printer", words("keyword")], "language": "en", "root": "power",
        "nodes": [
            { "id": "power", "kind": "question", "prompt": words(aspect), "help": words("help"), "answers": [
                { "id": "yes", "label": words("yes"), "key": 1, "next": "broken" },
                { "id": "no", "label": words("no"), "key": 2, "next": "fixed" },
            ] },
            { "id": "fixed", "kind": "resolved", "text": words("resolution") },
            { "id": "broken", "kind": "escalate", "reason_category": words("category"), "text": words("reason") },
        ],
    })
}

pub(super) fn suggest(words: &dyn Fn(&str) -> String) -> Row {
    // A word that flows of every account have, beside one that only the caller's have.
    let said = format!("printer {}", words("keyword")).replace(' ', "+");
    Row::of(
        Who::FirstLine,
        [
            Shot::get(&format!("/api/v1/l1/flows/suggest?q={said}&limit=20")),
            Shot::get("/api/v1/l1/flows/suggest").own(422).labelled("without a question"),
        ],
    )
}

pub(super) fn suggest_for_body(words: &dyn Fn(&str) -> String) -> Row {
    let path = "/api/v1/l1/flows/suggest";
    let said = format!("printer {}", words("keyword"));
    Row::of(
        Who::FirstLine,
        [
            Shot::post(path, json!({ "q": said, "limit": 20 })).reading(),
            Shot::post(path, json!({})).own(422).labelled("without a question"),
        ],
    )
}

pub(super) fn list() -> Row {
    Row::of(
        Who::FlowReaders,
        [
            Shot::get("/api/v1/flows?limit=200"),
            Shot::get("/api/v1/flows?status=published").labelled("filtered"),
            Shot::get("/api/v1/flows?limit=1&cursor={}").naming(Object::FlowCursor).missing(422).labelled("next page"),
        ],
    )
}

pub(super) fn create(words: &dyn Fn(&str) -> String) -> Row {
    let mut calling = document(words, "calling {fresh}");
    calling["nodes"][0]["answers"][0]["next"] = json!("other");
    let other = json!({ "id": "other", "kind": "sub_flow", "flow": "{own}", "next": "broken" });
    calling["nodes"].as_array_mut().expect("a list").push(other);
    let flows = "/api/v1/flows";
    Row::of(
        Who::FlowAuthors,
        [
            Shot::post(flows, document(words, "made {fresh}")).own(201),
            Shot::post(flows, calling).beside(Object::AuthoredFlow).own(201).labelled("that runs another"),
            Shot::post(flows, json!({ "format": "firstline-flow/1" })).own(400).labelled("with gaps in its form"),
        ],
    )
}

pub(super) fn read() -> Row {
    Row::of(Who::FlowReaders, [of_flow("")])
}

pub(super) fn edit(words: &dyn Fn(&str) -> String) -> Row {
    let path = "/api/v1/flows/{}/draft";
    Row::of(Who::FlowAuthors, [Shot::post(path, document(words, "edited")).naming(Object::AuthoredFlow)])
}

pub(super) fn check() -> Row {
    Row::of(Who::FlowAuthors, [of_flow("/check")])
}

pub(super) fn publish() -> Row {
    Row::of(Who::FlowAuthors, [of_flow("/publish").changing()])
}

pub(super) fn archive() -> Row {
    Row::of(Who::FlowAuthors, [of_flow("/archive").changing()])
}

pub(super) fn restore() -> Row {
    let restore = Shot::post("/api/v1/flows/{}/restore", json!({ "version": 1 })).naming(Object::AuthoredFlow);
    Row::of(Who::FlowAuthors, [restore])
}

pub(super) fn diff() -> Row {
    Row::of(
        Who::FlowAuthors,
        [of_flow("/diff?from=1&to=2"), of_flow("/diff?from=1&to=draft").labelled("with the draft")],
    )
}

pub(super) fn export_draft() -> Row {
    Row::of(
        Who::FlowAuthors,
        [of_flow("/draft/export"), of_flow("/draft/export?format=mermaid").labelled("as a diagram")],
    )
}

pub(super) fn versions() -> Row {
    let next = "/api/v1/flows/{own}/versions?limit=1&cursor={}";
    let next = Shot::get(next).naming(Object::FlowVersionCursor).beside(Object::AuthoredFlow).missing(422);
    Row::of(Who::FlowReaders, [of_flow("/versions"), next.labelled("next page")])
}

pub(super) fn version() -> Row {
    Row::of(Who::FlowReaders, [of_flow("/versions/2")])
}

pub(super) fn export_version() -> Row {
    Row::of(
        Who::FlowReaders,
        [of_flow("/versions/2/export"), of_flow("/versions/2/export?format=mermaid").labelled("as a diagram")],
    )
}

pub(super) fn stats() -> Row {
    Row::of(Who::FlowAuthors, [of_flow("/stats"), of_flow("/stats?version=1").labelled("of one version")])
}

fn of_flow(rest: &str) -> Shot {
    Shot::get(&format!("/api/v1/flows/{{}}{rest}")).naming(Object::AuthoredFlow)
}
