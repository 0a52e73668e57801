//! Walks that an authored flow leads, over HTTP.

use std::sync::Barrier;

use firstline_testkit::http::{Answer, Client};
use firstline_testkit::people::token;
use serde_json::{Value, json};

use crate::flow_kit::{act, author, drafted, elsewhere, published, put_draft};
use crate::site::{Site, intake, path, text};

/// A loop, an instruction and two ends; `mark` stands in its words.
fn document(mark: &str) -> Value {
    json!({
        "format": "firstline-flow/1", "name": "Printer offline", "description": "For when nothing comes out.",
        "keywords": ["printer"], "language": "en", "root": "power",
        "nodes": [
            { "id": "power", "kind": "question", "prompt": format!("Is the light on? {mark}"), "help": "At the front.", "answers": [
                { "id": "on", "label": "Yes", "key": 1, "next": "restart" },
                { "id": "off", "label": "No, it is dark", "key": 2, "next": "broken" },
            ] },
            { "id": "restart", "kind": "instruction", "text": format!("Switch it off and on. {mark}"), "done": "Done", "next": "works" },
            { "id": "works", "kind": "question", "prompt": format!("Does it print? {mark}"), "answers": [
                { "id": "yes", "label": "It does", "key": 1, "next": "fixed" },
                { "id": "again", "label": "Try again", "key": 2, "next": "restart" },
            ] },
            { "id": "fixed", "kind": "resolved", "text": "Restarted the printer." },
            { "id": "broken", "kind": "escalate", "reason_category": "hardware", "text": "No power." },
        ],
    })
}

fn begin(client: &Client, flow: &str) -> String {
    intake(client, &json!({ "flow_id": flow })).0
}

fn step(client: &Client, session: &str, node: &str, answer: &str) -> Answer {
    client.post(&path(session, "/step"), &json!({ "node_id": node, "answer": answer }))
}

fn undo(client: &Client, session: &str) -> Answer {
    client.post(&path(session, "/undo"), &json!({}))
}

fn stands_at(session: &Value) -> (&str, [u64; 2]) {
    let progress = |member: &str| session["progress"][member].as_u64().unwrap();
    (session["next_node"]["id"].as_str().unwrap(), [progress("answered"), progress("shortest_remaining")])
}

pub fn a_guided_walk_leads_from_the_root_to_an_end(site: &Site) {
    let (client, there) = (site.technician(), elsewhere(site, site.ours.coverage));
    let flow = published(&author(site), &document("1"));
    let (session, ticket) = intake(&client, &json!({ "flow_id": flow }));
    let fresh = there.get(&path(&session, "")).expect(200);
    assert_eq!((&fresh["flow_version"], &fresh["current_node_id"]), (&json!(1), &Value::Null));
    assert_eq!(stands_at(&fresh), ("power", [0, 1]));
    assert_eq!(
        fresh["next_node"],
        json!({ "id": "power", "kind": "question", "text": "Is the light on? 1", "help": "At the front.", "reason_category": null,
            "answers": [{ "id": "on", "key": 1, "label": "Yes" }, { "id": "off", "key": 2, "label": "No, it is dark" }] })
    );
    let noted = json!({ "node_id": "power", "question": "client's own words", "answer": "on", "note": "blinks" });
    let walked = client.post(&path(&session, "/step"), &noted).expect(200);
    assert_eq!((stands_at(&walked), &walked["current_node_id"]), (("restart", [1, 2]), &json!("power")));
    let taken = &walked["walked_path"][0];
    assert_eq!(
        (&taken["question"], &taken["answer"], &taken["note"]),
        (&json!("Is the light on? 1"), &json!("Yes"), &json!("blinks"))
    );
    assert_eq!((&taken["answer_id"], &taken["next_node_id"]), (&json!("on"), &json!("restart")));
    assert_eq!(walked["next_node"]["answers"], json!([{ "id": "done", "key": 1, "label": "Done" }]));

    // A colleague goes on, by key and by label, and back again.
    assert_eq!(stands_at(&step(&there, &session, "restart", "1").expect(200)), ("works", [2, 1]));
    assert_eq!(stands_at(&step(&there, &session, "works", "Try again").expect(200)), ("restart", [3, 2]));
    let undone = undo(&client, &session).expect(200);
    assert_eq!((stands_at(&undone), &undone["current_node_id"]), (("works", [2, 1]), &json!("restart")));
    let noted = client.post(&path(&session, "/notes"), &json!({ "notes": [{ "t": 1 }] })).expect(200);
    assert_eq!(stands_at(&noted), ("works", [2, 1]));
    let end = step(&client, &session, "works", "yes").expect(200);
    assert_eq!((stands_at(&end), &end["status"]), (("fixed", [3, 0]), &json!("active")), "an end only suggests");
    assert_eq!(
        (&end["next_node"]["kind"], &end["next_node"]["text"]),
        (&json!("resolved"), &json!("Restarted the printer."))
    );

    for listed in
        [client.get(&path(&session, "")).expect(200), client.get("/api/v1/l1/sessions/active").expect(200)[0].clone()]
    {
        assert_eq!(listed, end);
    }
    let ticket =
        |client: &Client| client.get(&format!("/api/v1/l1/tickets/{ticket}")).expect(200)["sessions"][0].clone();
    for member in ["flow_version", "next_node", "progress"] {
        assert_eq!(ticket(&there)[member], end[member], "{member}");
    }
    let close = json!({ "helpful": true, "resolution_notes": end["next_node"]["text"] });
    let resolved = client.post(&path(&session, "/resolve"), &close).expect(200);
    assert_eq!(
        (&resolved["flow_version"], &resolved["next_node"], &resolved["progress"]),
        (&json!(1), &Value::Null, &Value::Null)
    );
    assert_eq!((&ticket(&client)["flow_version"], &ticket(&client)["next_node"]), (&json!(1), &Value::Null));
    let answers: Vec<&Value> = resolved["walked_path"].as_array().unwrap().iter().map(|step| &step["answer"]).collect();
    assert_eq!(answers, ["Yes", "Done", "It does"]);
    let events = client.get(&path(&session, "/events")).expect(200);
    let started = &events[0]["data"];
    assert_eq!((&started["flow_version"], &started["next_node_id"]), (&json!(1), &json!("power")));
    assert_eq!((&events[3]["undone_by_seq"], &events[4]["kind"]), (&json!(5), &json!("step_undone")));
}

pub fn a_guided_step_that_does_not_fit_is_refused_with_what_would(site: &Site) {
    let client = site.technician();
    let session = begin(&client, &published(&author(site), &document("1")));
    let before = client.get(&path(&session, "")).expect(200);
    for node in ["works", "nowhere", "POWER"] {
        let refused = step(&client, &session, node, "1");
        assert_eq!(refused.problem(400), "step_not_current");
        assert_eq!(refused.json()["expected_node_id"], json!("power"));
    }
    for answer in ["3", "yes", "no, it is dark"] {
        let refused = step(&client, &session, "power", answer);
        assert_eq!(refused.problem(400), "answer_unknown");
        assert_eq!(refused.json()["answers"], before["next_node"]["answers"]);
    }
    let blank = client.post(&path(&session, "/step"), &json!({ "node_id": "power", "answer": " " }));
    assert_eq!(blank.problem(422), "invalid_request");
    assert_eq!(undo(&client, &session).problem(400), "nothing_to_undo");
    let knowing = |to: &str, answered: Value| {
        let body = json!({ "node_id": "power", "answer": "2", "answered": answered });
        client.post(&path(&session, to), &body)
    };
    assert_eq!(knowing("/step", json!(1)).problem(400), "walk_moved_on");
    for wrong in [json!("0"), json!(-1), json!(0.5), json!(4_294_967_296_u64)] {
        assert_eq!(knowing("/step", wrong).problem(422), "invalid_request");
    }
    assert_eq!(client.get(&path(&session, "")).expect(200), before);
    knowing("/step", before["progress"]["answered"].clone()).expect(200);
    assert_eq!(knowing("/undo", json!(2)).problem(400), "walk_moved_on");
    knowing("/undo", json!(1)).expect(200);
    step(&client, &session, "power", "2").expect(200);
    let refused = step(&client, &session, "broken", "1");
    assert_eq!((refused.problem(400), &refused.json()["answers"]), ("answer_unknown".into(), &json!([])));
    let twice = step(&client, &session, "power", "2");
    assert_eq!((twice.problem(400), &twice.json()["expected_node_id"]), ("step_not_current".into(), &json!("broken")));

    // A registered flow's steps need their question.
    let registered = begin(&client, &site.ours.flow.to_string());
    let bare = step(&client, &registered, "n", "a");
    assert_eq!(bare.problem(422), "invalid_request");
    assert_eq!(bare.json()["errors"], json!([{ "pointer": "/question", "detail": "is required" }]));
}

pub fn a_session_begun_on_version_3_finishes_on_version_3_after_4_is_published(site: &Site) {
    let (client, there, author) = (site.technician(), elsewhere(site, site.ours.technician), author(site));
    let flow = published(&author, &document("1"));
    let publish = |mark: &str| {
        put_draft(&author, &flow, &document(mark), None).expect(200);
        act(&author, &flow, "publish").expect(200);
    };
    publish("2");
    publish("3");
    let third = begin(&client, &flow);
    step(&client, &third, "power", "1").expect(200);
    publish("4");
    let fourth = begin(&there, &flow);
    act(&author, &flow, "archive").expect(200);
    for node in ["restart", "works"] {
        step(&there, &third, node, "1").expect(200);
    }
    let ended = there.get(&path(&third, "")).expect(200);
    assert_eq!((stands_at(&ended).0, &ended["flow_version"]), ("fixed", &json!(3)));
    for taken in ended["walked_path"].as_array().unwrap() {
        assert!(text(taken, "question").ends_with('3'), "{taken}");
    }
    let fourth = step(&client, &fourth, "power", "2").expect(200);
    assert_eq!(
        (&fourth["flow_version"], &fourth["walked_path"][0]["question"]),
        (&json!(4), &json!("Is the light on? 4"))
    );
    let resolved =
        client.post(&path(&third, "/resolve"), &json!({ "helpful": true, "resolution_notes": "" })).expect(200);
    assert_eq!(resolved["flow_version"], json!(3));
}

pub fn only_published_authored_flows_begin_a_walk_and_no_ticket_is_left(site: &Site) {
    let (client, author) = (site.technician(), author(site));
    let draft = drafted(&author, &document("1"));
    let archived = published(&author, &document("1"));
    act(&author, &archived, "archive").expect(200);
    let foreign = published(&site.as_user(site.theirs.engineer), &document("1"));
    for flow in [&draft, &archived, &foreign] {
        let refused = client.post("/api/v1/l1/intake", &json!({ "problem_statement": "x", "flow_id": flow }));
        assert_eq!(refused.problem(404), "flow_not_found");
    }
    assert_eq!(client.get("/api/v1/l1/queue").expect(200), json!([]), "a ticket is left behind");
    // What was published once and archived can be published again, as its next version.
    author.post(&format!("/api/v1/flows/{archived}/restore"), &json!({ "version": 1 })).expect(200);
    act(&author, &archived, "publish").expect(200);
    let session = begin(&client, &archived);
    assert_eq!(client.get(&path(&session, "")).expect(200)["next_node"]["id"], json!("power"));
}

pub fn a_walk_through_a_sub_flow_names_its_nodes_by_the_call(site: &Site) {
    let (client, author) = (site.technician(), author(site));
    let inner = published(&author, &document("inner"));
    let mut outer = document("outer");
    outer["nodes"][1] = json!({ "id": "check", "kind": "sub_flow", "flow": inner, "next": "works" });
    outer["nodes"][0]["answers"][0]["next"] = json!("check");
    outer["nodes"][2]["answers"][1]["next"] = json!("check");
    let session = begin(&client, &published(&author, &outer));
    // The inner flow's next version is not the one that is run.
    put_draft(&author, &inner, &document("newer"), None).expect(200);
    act(&author, &inner, "publish").expect(200);
    let turns = [
        ("power", "1", "check/power"),
        ("check/power", "2", "works"),
        ("works", "again", "check/power"),
        ("check/power", "Yes", "check/restart"),
        ("check/restart", "done", "check/works"),
        ("check/works", "1", "works"),
        ("works", "1", "fixed"),
    ];
    for (node, answer, next) in turns {
        let walked = step(&client, &session, node, answer).expect(200);
        assert_eq!(stands_at(&walked).0, next);
    }
    let undone = undo(&client, &session).expect(200);
    assert_eq!((stands_at(&undone).0, &undone["current_node_id"]), ("works", &json!("check/works")));
    assert_eq!(undone["walked_path"][1]["question"], json!("Is the light on? inner"));
}

pub fn of_sixteen_that_answer_one_node_at_once_exactly_one_does(site: &Site) {
    let client = site.technician();
    let flow = published(&author(site), &document("1"));
    for _ in 0..3 {
        let session = begin(&client, &flow);
        let line = Barrier::new(16);
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let race = |number: usize| {
                let (line, session) = (&line, &session);
                let users = [site.ours.technician, site.ours.coverage];
                let client = site.services[number % site.services.len()].client(&token(users[number / 2 % 2]));
                scope.spawn(move || {
                    assert_eq!(client.get("/livez").status, 200);
                    line.wait();
                    step(&client, session, "power", ["1", "2"][number / 4 % 2])
                })
            };
            let threads: Vec<_> = (0..16).map(race).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1);
        let after = client.get(&path(&session, "")).expect(200);
        assert_eq!((&won[0].json(), after["walked_path"].as_array().unwrap().len()), (&after, 1));
        for refused in lost {
            assert_eq!(refused.problem(400), "step_not_current");
            assert_eq!(refused.json()["expected_node_id"], after["next_node"]["id"]);
        }
    }
}
