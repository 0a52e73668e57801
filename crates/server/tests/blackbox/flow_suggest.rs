//! Suggestions: the domain's own scores, the same on every store, from the moment a flow is published.

use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::flow::format::parse;
use firstline_domain::flow::tree::Tree;
use firstline_domain::search::{SuggestIndex, Suggestable};
use firstline_testkit::http::Client;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::flow_kit::{FLOWS, act, author, document, elsewhere, published, put_draft, reworded, starters};
use crate::site::{Site, text};

fn suggest(by: &Client, q: &str, limit: usize) -> Vec<Value> {
    let q = q.replace(' ', "+");
    let answer = by.get(&format!("/api/v1/l1/flows/suggest?q={q}&limit={limit}"));
    let found = answer.expect(200).as_array().unwrap().clone();
    let sent = by.post("/api/v1/l1/flows/suggest", &json!({ "q": q.replace('+', " "), "limit": limit }));
    assert_eq!(sent.expect(200), json!(found), "a body and a URL ask the same");
    found
}

fn names(found: &[Value]) -> Vec<String> {
    found.iter().map(|one| text(one, "name")).collect()
}

pub fn starter_flows_are_suggested_with_the_same_scores_on_every_store(site: &Site) {
    let engineer = author(site);
    let mut trees: Vec<(Uuid, Tree)> = Vec::new();
    for (_, source) in starters() {
        let id = text(&engineer.post_text(FLOWS, &source).expect(201), "id");
        act(&engineer, &id, "publish").expect(200);
        trees.push((id.parse().unwrap(), parse(&source).unwrap()));
    }
    trees.sort_by_key(|(id, _)| *id);
    let index = SuggestIndex::build(trees.iter().map(|(id, tree)| Suggestable {
        flow_id: (*id).into(),
        version: VersionNumber::FIRST,
        tree,
    }));
    for said in [
        "Outlook hangs at loading profile since the update",
        "cannot connect to the vpn from my hotel",
        "printer shows offline",
        "forgot my password, the account is locked",
        "nobody hears me in the meeting",
        "new phone, codes do not arrive",
    ] {
        for limit in [1, 20] {
            let expected: Vec<Value> = index
                .suggest(said, limit)
                .into_iter()
                .map(|one| {
                    json!({
                        "flow_id": one.flow_id, "flow_version": 1, "name": one.name.as_str(), "score": one.score,
                        "matched_words": one.matched,
                    })
                })
                .collect();
            assert!(!expected.is_empty(), "{said}");
            assert_eq!(suggest(&elsewhere(site, site.ours.technician), said, limit), expected, "{said}");
        }
    }
    assert_eq!(suggest(&elsewhere(site, site.theirs.technician), "printer", 20), Vec::<Value>::new());
}

pub fn what_is_published_is_suggested_at_once_and_what_is_archived_no_more(site: &Site) {
    let (engineer, here, there) = (author(site), site.technician(), elsewhere(site, site.ours.coverage));
    assert_eq!(suggest(&here, "plotter", 5), Vec::<Value>::new());
    for round in 1..=3 {
        let id = published(&engineer, &document(&format!("Plotter {round}"), "plotter"));
        for client in [&here, &there] {
            let found = suggest(client, "the plotter squeaks", 5);
            assert_eq!((found.len(), &found[0]["matched_words"]), (1, &json!(["plotter"])), "{found:?}");
            assert_eq!(found[0]["flow_version"], 1);
        }
        put_draft(&engineer, &id, &reworded(&document(&format!("Squeaky plotter {round}"), "plotter"), "Noise?"), None)
            .expect(200);
        assert_eq!(names(&suggest(&there, "plotter squeaky", 5)), [format!("Plotter {round}")], "the draft waits");
        act(&engineer, &id, "publish").expect(200);
        for client in [&here, &there] {
            let found = suggest(client, "plotter squeaky", 5);
            assert_eq!(names(&found), [format!("Squeaky plotter {round}")]);
            assert_eq!(found[0]["flow_version"], 2);
        }
        act(&engineer, &id, "archive").expect(200);
        for client in [&here, &there] {
            assert_eq!(suggest(client, "plotter squeaky", 5), Vec::<Value>::new());
        }
    }
}

pub fn a_question_that_breaks_a_rule_is_named(site: &Site) {
    let technician = site.technician();
    let path = "/api/v1/l1/flows/suggest";
    for (query, pointer) in [
        ("", "/query/q"),
        ("?q=", "/query/q"),
        ("?q=+%09", "/query/q"),
        ("?q=a%00b", "/query/q"),
        ("?q=a&q=b", "/query/q"),
        ("?q=a&limit=0", "/query/limit"),
        ("?q=a&limit=21", "/query/limit"),
        ("?q=a&limit=five", "/query/limit"),
    ] {
        let answer = technician.get(&format!("{path}{query}"));
        assert_eq!(answer.problem(422), "invalid_request", "{query}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{query}: {answer}");
    }
    for (body, pointer) in [
        (json!({}), "/q"),
        (json!({ "q": null }), "/q"),
        (json!({ "q": " \t" }), "/q"),
        (json!({ "q": "a\0b" }), "/q"),
        (json!({ "q": ["a"] }), "/q"),
        (json!({ "q": "a", "limit": 0 }), "/limit"),
        (json!({ "q": "a", "limit": 21 }), "/limit"),
        (json!({ "q": "a", "limit": "5" }), "/limit"),
        (json!({ "q": "a", "limit": 1.5 }), "/limit"),
    ] {
        let answer = technician.post(path, &body);
        assert_eq!(answer.problem(422), "invalid_request", "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}: {answer}");
    }
    assert_eq!(technician.get(&format!("{path}?q=xyzzy")).expect(200), json!([]));
}
