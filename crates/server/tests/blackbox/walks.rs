//! A call from its intake to its end.

use firstline_testkit::answers::SESSION_MEMBERS;
use serde_json::{Value, json};

use crate::site::{Site, intake, path, step, text};

pub fn a_call_is_walked_to_its_resolution(site: &Site) {
    let client = site.technician();
    let (session, ticket) = intake(&client, &json!({ "flow_id": site.ours.flow }));
    let fresh = client.get(&path(&session, "")).expect(200);
    let members: Vec<&str> = fresh.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, SESSION_MEMBERS);
    assert_eq!((&fresh["status"], &fresh["version"]), (&json!("active"), &json!(1)));
    assert_eq!((&fresh["flow_id"], &fresh["current_node_id"]), (&json!(site.ours.flow), &Value::Null));
    assert_eq!((&fresh["walked_path"], &fresh["walk_notes"]), (&json!([]), &json!([])));

    for node in ["root", "safe-mode", "add-ins"] {
        let answer = client.post(&path(&session, "/step"), &step(node)).expect(200);
        assert_eq!(answer["current_node_id"], json!(node));
    }
    let noted = json!({ "node_id": "n4", "question": "?", "answer": "!", "note": "said \"maybe\" — 漢" });
    let walked = client.post(&path(&session, "/step"), &noted).expect(200);
    let steps = walked["walked_path"].as_array().unwrap();
    let members: Vec<&str> = steps[3].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["node_id", "question", "answer", "note", "answered_at", "answer_id", "next_node_id"]);
    assert_eq!((&steps[0]["note"], &steps[3]["note"]), (&Value::Null, &noted["note"]));
    assert_eq!(steps[3]["answered_at"], walked["last_step_at"]);
    assert_eq!(text(&walked, "last_step_at").len(), "2026-01-01T00:00:00.000000Z".len());

    let end = json!({ "helpful": true, "resolution_notes": "add-in switched off" });
    let resolved = client.post(&path(&session, "/resolve"), &end).expect(200);
    assert_eq!((&resolved["status"], &resolved["helpful"]), (&json!("resolved"), &json!(true)));
    assert_eq!(resolved["resolution_notes"], end["resolution_notes"]);
    assert_eq!(resolved["last_step_at"], walked["last_step_at"], "closing is no step");
    assert_eq!(client.get(&path(&session, "")).expect(200), resolved);
    let ticket = client.get(&format!("/api/v1/l1/tickets/{ticket}")).expect(200);
    assert_eq!(ticket["status"], json!("resolved"));
}

pub fn a_call_is_handed_over_and_escalated(site: &Site) {
    let (session, _) = intake(&site.technician(), &json!({ "flow_id": site.ours.flow }));
    let coverage = site.as_user(site.ours.coverage);
    coverage.post(&path(&session, "/step"), &step("root")).expect(200);
    let body = json!({ "reason_category": "permissions" });
    let escalated = coverage.post(&path(&session, "/escalate"), &body).expect(200);
    assert_eq!(escalated["status"], json!("escalated"));
    assert_eq!((&escalated["escalation_reason"], &escalated["acting_as"]), (&json!(""), &Value::Null));
    assert_eq!(escalated["escalation_reason_category"], json!("permissions"));
    assert_eq!(escalated["created_by_user_id"], json!(site.ours.technician));
    assert!(escalated["escalated_at"].is_string() && escalated["resolved_at"].is_null());
}

pub fn an_escalation_without_walk_makes_both_at_once(site: &Site) {
    let coverage = site.as_user(site.ours.coverage);
    let body =
        json!({ "problem_statement": "Fire", "reason_category": "safety", "reason": "smoke", "customer_name": "" });
    let session = coverage.post("/api/v1/l1/escalate-without-walk", &body).expect(200);
    assert_eq!((&session["session_kind"], &session["status"]), (&json!("adhoc"), &json!("escalated")));
    assert_eq!((&session["version"], &session["acting_as"]), (&json!(2), &json!("l1_coverage")));
    assert_eq!(session["walked_path"], json!([]));
    let ticket = coverage.get(&format!("/api/v1/l1/tickets/{}", text(&session, "ticket_id"))).expect(200);
    assert_eq!((&ticket["status"], &ticket["customer_name"]), (&json!("escalated"), &Value::Null));
}

pub fn a_closed_session_refuses_every_change(site: &Site) {
    let client = site.technician();
    let ends = [
        ("resolved", "/resolve", json!({ "helpful": false, "resolution_notes": "" })),
        ("escalated", "/escalate", json!({ "reason_category": "x" })),
    ];
    for (status, end, body) in &ends {
        let (session, _) = intake(&client, &json!({ "flow_id": site.ours.flow }));
        let closed = client.post(&path(&session, end), body).expect(200);
        let changes = [("/step", step("a")), ("/undo", json!({})), ("/notes", json!({ "notes": [{}] }))];
        for (route, body) in changes.iter().chain(&[(ends[0].1, ends[0].2.clone()), (ends[1].1, ends[1].2.clone())]) {
            let refused = client.post(&path(&session, route), body);
            assert_eq!(refused.problem(400), "session_not_active");
            assert_eq!(refused.json()["detail"], json!(format!("Session not active (status={status})")));
        }
        assert_eq!(client.get(&path(&session, "")).expect(200), closed);
    }
}

pub fn an_ad_hoc_session_has_notes_and_no_steps(site: &Site) {
    let client = site.technician();
    let (session, _) = intake(&client, &json!({}));
    assert_eq!(client.post(&path(&session, "/step"), &step("a")).problem(400), "adhoc_session");
    let noted = client.post(&path(&session, "/notes"), &json!({ "notes": [{ "t": 1 }] })).expect(200);
    assert_eq!((&noted["session_kind"], &noted["version"]), (&json!("adhoc"), &json!(2)));
}

pub fn notes_are_replaced_whole_and_too_large_ones_refused(site: &Site) {
    let client = site.technician();
    let (session, ticket) = intake(&client, &json!({}));
    let raw = r#"{"notes": [ {"z": 1, "a": {"y": "ü", "b": [1.5, null, true]}} ]}"#;
    let saved = client.post_text(&path(&session, "/notes"), raw);
    saved.expect(200);
    let kept = r#""walk_notes":[{"z":1,"a":{"y":"ü","b":[1.5,null,true]}}]"#;
    assert!(saved.to_string().contains(kept), "{saved}");
    let again = client.post_text(&path(&session, "/notes"), raw).expect(200);
    assert_eq!(again, saved.json(), "equal notes change nothing");
    let large = json!({ "notes": [{ "t": "x".repeat(262_145 - 10) }] });
    assert_eq!(client.post(&path(&session, "/notes"), &large).problem(400), "notes_too_large");
    let largest = json!({ "notes": [{ "t": "x".repeat(262_144 - 10) }] });
    assert_eq!(client.get(&path(&session, "")).expect(200), again);
    let kept = client.post(&path(&session, "/notes"), &largest).expect(200);
    assert_eq!(kept["walk_notes"], largest["notes"]);
    let ticket = client.get(&format!("/api/v1/l1/tickets/{ticket}")).expect(200);
    assert_eq!(ticket["status"], json!("walking"));
}

pub fn an_undone_step_leaves_the_path_and_stays_marked_in_the_events(site: &Site) {
    let client = site.technician();
    for target in [json!({ "flow_id": site.ours.flow }), json!({ "flow_proposal_id": site.ours.proposal })] {
        let (session, ticket) = intake(&client, &target);
        let undo = |body: &Value| client.post(&path(&session, "/undo"), body);
        assert_eq!(undo(&json!({})).problem(400), "nothing_to_undo");
        for node in ["a", "b", "c"] {
            client.post(&path(&session, "/step"), &step(node)).expect(200);
        }
        let undone = client.post_text(&path(&session, "/undo"), "").expect(200);
        assert_eq!((&undone["current_node_id"], &undone["version"]), (&json!("b"), &json!(5)));
        assert_eq!(client.get(&path(&session, "")).expect(200), undone);
        let refused = undo(&json!({ "node_id": "c" }));
        assert_eq!(refused.problem(400), "step_not_current");
        assert_eq!(refused.json()["expected_node_id"], json!("b"));
        undo(&json!({ "node_id": "b" })).expect(200);
        let fresh = undo(&json!({ "node_id": null })).expect(200);
        assert_eq!((&fresh["current_node_id"], &fresh["walked_path"]), (&Value::Null, &json!([])));
        assert_eq!(undo(&json!({})).problem(400), "nothing_to_undo");
        let last = client.post(&path(&session, "/step"), &step("d")).expect(200);
        assert_eq!((&last["walked_path"][0]["node_id"], &last["version"]), (&json!("d"), &json!(8)));
        let ticket = client.get(&format!("/api/v1/l1/tickets/{ticket}")).expect(200);
        assert_eq!((&ticket["status"], &ticket["sessions"][0]["current_node_id"]), (&json!("walking"), &json!("d")));
        let events = client.get(&path(&session, "/events")).expect(200);
        let column = |member: &str| -> Vec<Value> {
            events.as_array().unwrap().iter().map(|event| event[member].clone()).collect()
        };
        assert_eq!(
            column("undone_by_seq"),
            [json!(null), json!(7), json!(6), json!(5), json!(null), json!(null), json!(null), json!(null)]
        );
        assert_eq!((&events[4]["kind"], &events[4]["data"]), (&json!("step_undone"), &json!({ "node_id": "c" })));
    }
    let (adhoc, _) = intake(&client, &json!({}));
    assert_eq!(client.post(&path(&adhoc, "/undo"), &json!({})).problem(400), "adhoc_session");
}

pub fn only_published_flows_of_the_account_can_be_walked(site: &Site) {
    let client = site.technician();
    let unknown = uuid::Uuid::now_v7();
    for (target, detail) in [
        (json!({ "flow_id": unknown }), "Flow not found"),
        (json!({ "flow_id": site.ours.draft }), "Flow not found"),
        (json!({ "flow_id": site.theirs.flow }), "Flow not found"),
        (json!({ "flow_id": site.ours.proposal }), "Flow not found"),
        (json!({ "flow_proposal_id": unknown }), "Flow proposal not found"),
        (json!({ "flow_proposal_id": site.theirs.proposal }), "Flow proposal not found"),
    ] {
        let mut body = json!({ "problem_statement": "x" });
        body.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
        let refused = client.post("/api/v1/l1/intake", &body);
        refused.problem(404);
        assert_eq!(refused.json()["detail"], json!(detail), "{target}");
    }
    assert_eq!(client.get("/api/v1/l1/queue").expect(200), json!([]), "a ticket is left behind");
}

pub fn a_proposal_is_walked_like_a_flow(site: &Site) {
    let client = site.technician();
    let (session, _) = intake(&client, &json!({ "flow_proposal_id": site.ours.proposal }));
    client.post(&path(&session, "/step"), &step("a")).expect(200);
    let end = json!({ "helpful": true, "resolution_notes": "" });
    let resolved = client.post(&path(&session, "/resolve"), &end).expect(200);
    assert_eq!(resolved["session_kind"], json!("proposal"));
    assert_eq!(resolved["flow_proposal_id"], json!(site.ours.proposal));
}

pub fn active_lists_the_callers_own_newest_touch_first(site: &Site) {
    let client = site.technician();
    assert_eq!(client.get("/api/v1/l1/sessions/active").expect(200), json!([]));
    let mut mine: Vec<String> = (0..22).map(|_| intake(&client, &json!({ "flow_id": site.ours.flow })).0).collect();
    intake(&site.as_user(site.ours.colleague), &json!({}));
    let touched = mine.remove(0);
    client.post(&path(&touched, "/step"), &step("a")).expect(200);
    client.post(&path(&mine.pop().unwrap(), "/escalate"), &json!({ "reason_category": "x" })).expect(200);
    mine.reverse();
    mine.insert(0, touched);
    mine.truncate(20);
    let listed = client.get("/api/v1/l1/sessions/active").expect(200);
    let ids: Vec<String> = listed.as_array().unwrap().iter().map(|session| text(session, "id")).collect();
    assert_eq!(ids, mine);
    assert_eq!(listed[0]["walked_path"][0]["node_id"], json!("a"));
}

pub fn events_name_who_did_what(site: &Site) {
    let (session, _) = intake(&site.technician(), &json!({ "flow_id": site.ours.flow }));
    let coverage = site.as_user(site.ours.coverage);
    coverage.post(&path(&session, "/step"), &step("a")).expect(200);
    coverage.post(&path(&session, "/notes"), &json!({ "notes": [{ "secret": "not in events" }] })).expect(200);
    site.technician()
        .post(&path(&session, "/resolve"), &json!({ "helpful": false, "resolution_notes": "done" }))
        .expect(200);
    let answer = site.technician().get(&path(&session, "/events"));
    let events = answer.expect(200);
    let column =
        |member: &str| -> Vec<Value> { events.as_array().unwrap().iter().map(|event| event[member].clone()).collect() };
    assert_eq!(column("seq"), [json!(1), json!(2), json!(3), json!(4)]);
    assert_eq!(column("kind"), ["started", "step_recorded", "notes_replaced", "resolved"].map(Value::from));
    let (technician, engineer) = (json!(site.ours.technician), json!(site.ours.coverage));
    assert_eq!(column("actor_user_id"), [technician.clone(), engineer.clone(), engineer, technician]);
    assert_eq!(column("acting_as"), [Value::Null, json!("l1_coverage"), json!("l1_coverage"), Value::Null]);
    let digest = events[2]["data"].as_object().unwrap();
    assert_eq!(digest.keys().collect::<Vec<_>>(), ["count", "bytes", "sha256"]);
    assert!(!answer.to_string().contains("not in events"));
}
