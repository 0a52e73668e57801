//! Who may do what with flows, and whose flows are not there.

use serde_json::json;
use uuid::Uuid;

use crate::flow_kit::{FLOWS, act, at, author, document, drafted, published, put_draft};
use crate::site::{Site, text};

pub fn authors_write_the_first_line_reads_what_is_published_and_viewers_nothing(site: &Site) {
    let team = &site.ours;
    let engineer = author(site);
    let sample = document("Webcam", "webcam");
    let (live, draft) = (published(&engineer, &sample), drafted(&engineer, &sample));
    for (who, user, writes, reads, first_line) in [
        ("technician", team.technician, false, true, true),
        ("coverage engineer", team.coverage, true, true, true),
        ("engineer", team.engineer, true, true, false),
        ("admin", team.admin, true, true, false),
        ("owner", team.owner, true, true, false),
        ("viewer with the flag", team.viewer, false, false, false),
    ] {
        let client = site.as_user(user);
        let refused = |answer: firstline_testkit::http::Answer, may: bool, code: &str| {
            if may {
                assert!(answer.status < 300, "{who}: {answer}");
            } else {
                assert_eq!(answer.problem(403), code, "{who}");
            }
        };
        let authoring = "flow_authoring_required";
        refused(client.post(FLOWS, &sample), writes, authoring);
        refused(put_draft(&client, &draft, &sample, None), writes, authoring);
        refused(act(&client, &draft, "check"), writes, authoring);
        refused(act(&client, &live, "publish"), writes, authoring);
        refused(client.post(&at(&live, "/restore"), &json!({ "version": 1 })), writes, authoring);
        // 403 comes before anything about the body.
        if !writes {
            assert_eq!(client.post_text(FLOWS, "{").problem(403), authoring, "{who}");
        }
        for rest in ["", "/versions", "/versions/1", "/versions/1/export", "/versions/1/export?format=mermaid"] {
            refused(client.get(&at(&live, rest)), reads, "flow_access_required");
        }
        refused(client.get(FLOWS), reads, "flow_access_required");
        refused(client.get("/api/v1/l1/flows/suggest?q=webcam"), first_line, "l1_access_required");
        refused(client.post("/api/v1/l1/flows/suggest", &json!({ "q": "webcam" })), first_line, "l1_access_required");
        for rest in ["/draft/export", "/diff?from=1&to=draft"] {
            refused(client.get(&at(&live, rest)), writes, authoring);
        }
        if reads {
            assert_eq!(client.get(&at(&draft, "")).status, if writes { 200 } else { 404 }, "{who}");
        }
        refused(act(&client, &drafted(&engineer, &sample), "archive"), writes, authoring);
    }
}

pub fn another_accounts_flows_are_byte_for_byte_missing_ones(site: &Site) {
    let sample = document("Secret sauce", "sauce");
    let theirs = site.as_user(site.theirs.engineer);
    let (live, draft) = (published(&theirs, &sample), drafted(&theirs, &sample));
    let before = (theirs.get(FLOWS).expect(200), theirs.get(&at(&live, "")).expect(200));
    let body = sample.to_string();
    let restore = json!({ "version": 1 }).to_string();
    for user in [site.ours.engineer, site.ours.technician] {
        let client = site.as_user(user);
        for (method, rest, body) in [
            ("GET", "", None),
            ("GET", "/versions", None),
            ("GET", "/versions/1", None),
            ("GET", "/versions/1/export", None),
            ("GET", "/draft/export?format=mermaid", None),
            ("GET", "/diff?from=1&to=draft", None),
            ("PUT", "/draft", Some(&body)),
            ("POST", "/check", None),
            ("POST", "/publish", None),
            ("POST", "/archive", None),
            ("POST", "/restore", Some(&restore)),
        ] {
            let answered = |id: &str| {
                let json = ("content-type", "application/json");
                let headers: &[(&str, &str)] = if body.is_some() { &[json] } else { &[] };
                let answer = client.send(method, &at(id, rest), headers, body.map(String::as_bytes));
                let request_id = text(&answer.json(), "request_id");
                (answer.status, String::from_utf8(answer.body).unwrap().replace(&request_id, ""))
            };
            let missing = answered(&Uuid::now_v7().to_string());
            let reading = method == "GET" && !rest.starts_with("/draft") && !rest.starts_with("/diff");
            let allowed = user == site.ours.engineer || reading;
            assert_eq!(missing.0, if allowed { 404 } else { 403 }, "{method} {rest}: {}", missing.1);
            for id in [&live, &draft] {
                assert_eq!(answered(id), missing, "{method} {rest}");
            }
        }
        let listed = client.get(&format!("{FLOWS}?limit=200")).expect(200).to_string();
        assert!(!listed.contains(&live) && !listed.contains("sauce"), "{listed}");
    }
    let suggested = site.technician().get("/api/v1/l1/flows/suggest?q=secret+sauce").expect(200);
    assert_eq!(suggested, json!([]));
    assert_eq!((theirs.get(FLOWS).expect(200), theirs.get(&at(&live, "")).expect(200)), before);
}
