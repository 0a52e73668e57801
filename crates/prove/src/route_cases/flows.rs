//! Authored flows, and suggestions of them.

use serde_json::{Value, json};

use super::probe::{Object, Probe, RouteCase, Who};

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

pub(super) fn suggest(words: &dyn Fn(&str) -> String) -> RouteCase {
    // A word that flows of every account have, beside one that only the caller's have.
    let said = format!("printer {}", words("keyword")).replace(' ', "+");
    RouteCase::of(
        Who::FirstLine,
        [
            Probe::get(&format!("/api/v1/l1/flows/suggest?q={said}&limit=20")),
            Probe::get("/api/v1/l1/flows/suggest").own(422).labelled("without a question"),
        ],
    )
}

pub(super) fn suggest_for_body(words: &dyn Fn(&str) -> String) -> RouteCase {
    let path = "/api/v1/l1/flows/suggest";
    let said = format!("printer {}", words("keyword"));
    RouteCase::of(
        Who::FirstLine,
        [
            Probe::post(path, json!({ "q": said, "limit": 20 })).reading(),
            Probe::post(path, json!({})).own(422).labelled("without a question"),
        ],
    )
}

pub(super) fn list() -> RouteCase {
    RouteCase::of(
        Who::FlowReaders,
        [
            Probe::get("/api/v1/flows?limit=200"),
            Probe::get("/api/v1/flows?status=published").labelled("filtered"),
            Probe::get("/api/v1/flows?limit=1&cursor={}").naming(Object::FlowCursor).missing(422).labelled("next page"),
        ],
    )
}

pub(super) fn create(words: &dyn Fn(&str) -> String) -> RouteCase {
    let mut calling = document(words, "calling {fresh}");
    calling["nodes"][0]["answers"][0]["next"] = json!("other");
    let other = json!({ "id": "other", "kind": "sub_flow", "flow": "{own}", "next": "broken" });
    calling["nodes"].as_array_mut().expect("a list").push(other);
    let flows = "/api/v1/flows";
    RouteCase::of(
        Who::FlowAuthors,
        [
            Probe::post(flows, document(words, "made {fresh}")).own(201),
            Probe::post(flows, calling).beside(Object::AuthoredFlow).own(201).labelled("that runs another"),
            Probe::post(flows, json!({ "format": "firstline-flow/1" })).own(400).labelled("with gaps in its form"),
        ],
    )
}

pub(super) fn read() -> RouteCase {
    RouteCase::of(Who::FlowReaders, [of_flow("")])
}

pub(super) fn edit(words: &dyn Fn(&str) -> String) -> RouteCase {
    let path = "/api/v1/flows/{}/draft";
    RouteCase::of(Who::FlowAuthors, [Probe::post(path, document(words, "edited")).naming(Object::AuthoredFlow)])
}

pub(super) fn check() -> RouteCase {
    RouteCase::of(Who::FlowAuthors, [of_flow("/check")])
}

pub(super) fn publish() -> RouteCase {
    RouteCase::of(Who::FlowAuthors, [of_flow("/publish").changing()])
}

pub(super) fn archive() -> RouteCase {
    RouteCase::of(Who::FlowAuthors, [of_flow("/archive").changing()])
}

pub(super) fn restore() -> RouteCase {
    let restore = Probe::post("/api/v1/flows/{}/restore", json!({ "version": 1 })).naming(Object::AuthoredFlow);
    RouteCase::of(Who::FlowAuthors, [restore])
}

pub(super) fn diff() -> RouteCase {
    RouteCase::of(
        Who::FlowAuthors,
        [of_flow("/diff?from=1&to=2"), of_flow("/diff?from=1&to=draft").labelled("with the draft")],
    )
}

pub(super) fn export_draft() -> RouteCase {
    RouteCase::of(
        Who::FlowAuthors,
        [of_flow("/draft/export"), of_flow("/draft/export?format=mermaid").labelled("as a diagram")],
    )
}

pub(super) fn versions() -> RouteCase {
    let next = "/api/v1/flows/{own}/versions?limit=1&cursor={}";
    let next = Probe::get(next).naming(Object::FlowVersionCursor).beside(Object::AuthoredFlow).missing(422);
    RouteCase::of(Who::FlowReaders, [of_flow("/versions"), next.labelled("next page")])
}

pub(super) fn version() -> RouteCase {
    RouteCase::of(Who::FlowReaders, [of_flow("/versions/2")])
}

pub(super) fn export_version() -> RouteCase {
    RouteCase::of(
        Who::FlowReaders,
        [of_flow("/versions/2/export"), of_flow("/versions/2/export?format=mermaid").labelled("as a diagram")],
    )
}

pub(super) fn stats() -> RouteCase {
    RouteCase::of(Who::FlowAuthors, [of_flow("/stats"), of_flow("/stats?version=1").labelled("of one version")])
}

fn of_flow(rest: &str) -> Probe {
    Probe::get(&format!("/api/v1/flows/{{}}{rest}")).naming(Object::AuthoredFlow)
}
