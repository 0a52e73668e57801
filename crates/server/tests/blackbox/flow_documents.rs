//! Flows as documents: in and out byte for byte, and everything that is wrong with one told at once.

use serde_json::{Value, json};

use crate::flow_kit::{FLOWS, act, at, author, document, drafted, published, put_draft, starters};
use crate::site::{Site, text};

pub fn starter_flows_come_back_byte_for_byte(site: &Site) {
    let engineer = author(site);
    for (file, source) in starters() {
        let id = text(&engineer.post_text(FLOWS, &source).expect(201), "id");
        let draft = engineer.get(&at(&id, "/draft/export"));
        assert!(draft.status == 200 && draft.body == source.as_bytes(), "{file}: {draft}");
        assert_eq!((draft.header("content-type"), draft.header("etag")), ("application/json", "\"1\""), "{file}");
        act(&engineer, &id, "publish").expect(200);
        let version = site.technician().get(&at(&id, "/versions/1/export?format=json"));
        assert!(version.status == 200 && version.body == source.as_bytes(), "{file}: {version}");
        assert_eq!(version.header("etag"), "\"v1\"");
        let disposition = version.header("content-disposition");
        assert!(
            disposition.starts_with("attachment; filename=\"") && disposition.ends_with(".v1.json\""),
            "{disposition}"
        );

        let again = text(&engineer.post_text(FLOWS, std::str::from_utf8(&version.body).unwrap()).expect(201), "id");
        assert_eq!(engineer.get(&at(&again, "/draft/export")).body, source.as_bytes(), "{file}");
        let diagram = site.technician().get(&at(&id, "/versions/1/export?format=mermaid"));
        let drawn = String::from_utf8(diagram.body.clone()).unwrap();
        assert!(diagram.status == 200 && drawn.starts_with("flowchart TD\n"), "{file}: {diagram}");
        assert_eq!(diagram.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(engineer.get(&at(&id, "/draft/export?format=mermaid")).body, diagram.body, "{file}");
    }
}

pub fn a_text_that_is_not_canonical_is_kept_as_the_flow_that_it_says(site: &Site) {
    let engineer = author(site);
    let (_, canonical) = starters().remove(0);
    let value: Value = serde_json::from_str(&canonical).unwrap();
    let mut turned = serde_json::Map::new();
    turned.extend(value.as_object().unwrap().clone().into_iter().rev());
    let id = text(&engineer.post_text(FLOWS, &Value::Object(turned).to_string()).expect(201), "id");
    assert_eq!(engineer.get(&at(&id, "/draft/export")).body, canonical.as_bytes());
}

pub fn a_document_that_cannot_be_read_is_refused_with_every_reason(site: &Site) {
    let engineer = author(site);
    let before = engineer.get(FLOWS).expect(200);
    let mut broken = document("Fan loud", "fan");
    broken["colour"] = json!("red");
    broken["nodes"][0]["prompt"] = json!(" ");
    broken["nodes"][0]["answers"][1]["key"] = json!("2");
    broken["nodes"][2]["kind"] = json!("giveUp");
    // A field that stands twice is lost in a value of JSON: it must be looked for in the text.
    let text = broken.to_string().replacen("{\"format\"", "{\"name\":\"Twice\",\"format\"", 1);
    let answer = engineer.post_text(FLOWS, &text);
    assert_eq!(answer.problem(400), "flow_unreadable");
    let problem = answer.json();
    let told: Vec<(&str, &str, &Value)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["code"].as_str().unwrap(), error["pointer"].as_str().unwrap(), &error["node_id"]))
        .collect();
    let (power, none) = (json!("power"), Value::Null);
    assert_eq!(
        told,
        [
            ("field_repeated", "/name", &none),
            ("text_blank", "/nodes/0/prompt", &power),
            ("key_invalid", "/nodes/0/answers/1/key", &power),
            ("kind_unknown", "/nodes/2/kind", &json!("broken")),
            ("field_unknown", "/colour", &none),
        ],
        "{problem}"
    );
    assert_eq!((&problem["warnings"], &problem["left_out"]), (&json!([]), &json!(0)));
    assert!(problem["errors"].as_array().unwrap().iter().all(|error| error["detail"].is_string()), "{problem}");
    assert_eq!(engineer.post_text(FLOWS, "{\"format\":").problem(400), "malformed_json");
    assert_eq!(engineer.post_text(FLOWS, "{}").problem(400), "flow_unreadable");
    assert_eq!(engineer.post_text(FLOWS, "7").problem(400), "flow_unreadable");
    let plain = engineer.send("POST", FLOWS, &[("content-type", "text/plain")], Some(b"{}"));
    assert_eq!(plain.problem(415), "unsupported_media_type");
    assert_eq!(engineer.get(FLOWS).expect(200), before, "nothing was made");
}

pub fn a_defective_draft_is_kept_and_told_of_and_not_published(site: &Site) {
    let engineer = author(site);
    let mut defective = document("Mouse stuck", "mouse");
    defective["nodes"][0]["answers"][0]["next"] = json!("nowhere");
    defective["description"] = Value::Null;
    defective.as_object_mut().unwrap().remove("description");
    let id = drafted(&engineer, &defective);
    let report = act(&engineer, &id, "check").expect(200);
    let brief = |value: &Value| -> Vec<(String, String, Value)> {
        let all = value.as_array().unwrap().iter();
        all.map(|one| (text(one, "code"), text(one, "pointer"), one["node_id"].clone())).collect()
    };
    let errors = vec![
        ("target_missing".to_owned(), "/nodes/0/answers/0/next".to_owned(), json!("power")),
        ("unreachable".to_owned(), "/nodes/2".to_owned(), json!("broken")),
    ];
    let warnings = vec![("no_description".to_owned(), String::new(), Value::Null)];
    assert_eq!(report["publishable"], json!(false));
    assert_eq!((brief(&report["errors"]), brief(&report["warnings"])), (errors.clone(), warnings.clone()), "{report}");

    let refused = act(&engineer, &id, "publish");
    assert_eq!(refused.problem(422), "flow_defective");
    let problem = refused.json();
    assert_eq!((&problem["errors"], &problem["warnings"]), (&report["errors"], &report["warnings"]));
    let flow = engineer.get(&at(&id, "")).expect(200);
    assert_eq!(
        (&flow["status"], &flow["revision"], &flow["draft"]["document"]),
        (&json!("draft"), &json!(1), &defective)
    );
    assert_eq!(site.technician().get(&at(&id, "")).problem(404), "flow_not_found");
}

pub fn sub_flows_are_pinned_and_rings_are_refused(site: &Site) {
    let engineer = author(site);
    let inner = published(&engineer, &document("Identity check", "identity"));
    let mut outer = document("Password", "password");
    outer["nodes"][0]["answers"][0]["next"] = json!("who");
    outer["nodes"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "who", "kind": "sub_flow", "flow": inner, "next": "broken" }));
    let parent = published(&engineer, &outer);
    put_draft(&engineer, &inner, &document("Identity check, longer", "identity"), None).expect(200);
    act(&engineer, &inner, "publish").expect(200);
    let version = engineer.get(&at(&parent, "/versions/1")).expect(200);
    assert_eq!(version["pins"], json!([{ "flow_id": inner, "version": 1 }]));
    assert_eq!(act(&engineer, &parent, "publish").expect(200)["latest_version"], 2, "the sub-flow is newer");
    assert_eq!(engineer.get(&at(&parent, "/versions/2")).expect(200)["pins"][0]["version"], 2);

    let mut ring = document("Identity check", "identity");
    ring["nodes"][0]["answers"][0]["next"] = json!("again");
    ring["nodes"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "again", "kind": "sub_flow", "flow": parent, "next": "broken" }));
    put_draft(&engineer, &inner, &ring, None).expect(200);
    let refused = act(&engineer, &inner, "publish");
    assert_eq!(refused.problem(422), "flow_defective");
    assert_eq!(refused.json()["errors"][0]["code"], "sub_flow_cycle", "{refused}");
    let mut foreign = outer;
    let theirs = published(&site.as_user(site.theirs.engineer), &document("Theirs", "theirs"));
    foreign["nodes"][3]["flow"] = json!(theirs);
    let id = drafted(&engineer, &foreign);
    assert_eq!(act(&engineer, &id, "check").expect(200)["errors"][0]["code"], "sub_flow_unknown");
}

pub fn a_flow_of_five_hundred_nodes_fits_and_what_is_larger_is_refused_in_words(site: &Site) {
    let engineer = author(site);
    let full = chain(500, 570);
    let text = serde_json::to_string_pretty(&full).unwrap();
    assert!((350_000..393_216).contains(&text.len()), "{}", text.len());
    let id = published(&engineer, &full);
    let version = site.technician().get(&at(&id, "/versions/1/export"));
    assert_eq!(serde_json::from_slice::<Value>(&version.body).unwrap(), full);

    let id = drafted(&engineer, &chain(501, 20));
    let refused = act(&engineer, &id, "publish");
    assert_eq!(refused.problem(422), "flow_defective");
    assert_eq!(refused.json()["errors"][0]["code"], "too_many_nodes", "{refused}");
    let large = put_draft(&engineer, &id, &chain(500, 700), None);
    assert_eq!(large.problem(400), "flow_unreadable");
    assert_eq!(large.json()["errors"][0]["code"], "document_too_large", "{large}");
    assert_eq!(put_draft(&engineer, &id, &chain(500, 1_200), None).problem(413), "body_too_large");
}

/// `nodes` nodes with texts of so many characters: questions in rows of nine answers, so that none is far from the root.
fn chain(nodes: usize, chars: usize) -> Value {
    let questions = nodes.div_ceil(9);
    let mut all = Vec::new();
    let mut next = 1;
    for at in 0..questions {
        let wanted = (nodes - next).clamp(2, 9);
        let answers: Vec<Value> = (0..wanted)
            .map(|answer| {
                let target = if next < nodes { next } else { nodes - 1 };
                next += usize::from(next < nodes);
                json!({ "id": format!("a{answer}"), "label": format!("Answer {answer}"), "key": answer + 1, "next": format!("n{target}") })
            })
            .collect();
        all.push(json!({ "id": format!("n{at}"), "kind": "question", "prompt": format!("{at} {}", "x".repeat(chars)), "answers": answers }));
        if next >= nodes {
            break;
        }
    }
    let ends = all.len()..nodes;
    all.extend(ends.map(
        |at| json!({ "id": format!("n{at}"), "kind": "resolved", "text": format!("{at} {}", "x".repeat(chars)) }),
    ));
    json!({ "format": "firstline-flow/1", "name": "Large", "description": "Large.", "keywords": ["large"], "root": "n0", "nodes": all })
}
