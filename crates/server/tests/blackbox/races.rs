//! Many callers at once, on every service of the site.

use std::sync::Barrier;

use firstline_testkit::http::{Answer, Client};
use firstline_testkit::people::token;
use serde_json::{Value, json};

use crate::site::{Site, intake, path, step};

/// Calls `racers` times at once, spread over the services, each from a thread of its own.
fn race(site: &Site, racers: usize, call: impl Fn(usize, &Client) -> Answer + Sync) -> Vec<Answer> {
    let line = Barrier::new(racers);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..racers)
            .map(|number| {
                let (line, call) = (&line, &call);
                let users = [site.ours.technician, site.ours.coverage];
                let service = &site.services[number % site.services.len()];
                let client = service.client(&token(users[number / 2 % 2]));
                scope.spawn(move || {
                    // Each connection is open before the race begins.
                    assert_eq!(client.get("/livez").status, 200);
                    line.wait();
                    call(number, &client)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

pub fn fifty_parallel_steps_keep_fifty(site: &Site) {
    let client = site.technician();
    let (session, _) = intake(&client, &json!({ "flow_id": site.ours.flow }));
    let answers = race(site, 50, |number, client| client.post(&path(&session, "/step"), &step(&format!("n{number}"))));
    for answer in answers {
        answer.expect(200);
    }
    let after = client.get(&path(&session, "")).expect(200);
    let mut nodes: Vec<&str> =
        after["walked_path"].as_array().unwrap().iter().map(|step| step["node_id"].as_str().unwrap()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    assert_eq!((nodes.len(), &after["version"]), (50, &json!(51)));
    let events = client.get(&path(&session, "/events")).expect(200);
    let seqs: Vec<Value> = events.as_array().unwrap().iter().map(|event| event["seq"].clone()).collect();
    assert_eq!(seqs, (1..=51).map(Value::from).collect::<Vec<_>>());
}

pub fn of_sixteen_parallel_ends_exactly_one_succeeds(site: &Site) {
    let client = site.technician();
    for _ in 0..5 {
        let (session, ticket) = intake(&client, &json!({ "flow_id": site.ours.flow }));
        let answers = race(site, 16, |number, client| match number / 2 % 2 {
            0 => client
                .post(&path(&session, "/resolve"), &json!({ "helpful": true, "resolution_notes": number.to_string() })),
            _ => client.post(&path(&session, "/escalate"), &json!({ "reason_category": number.to_string() })),
        });
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1);
        for answer in lost {
            assert_eq!(answer.problem(400), "session_not_active");
        }
        let won = won[0].json();
        assert_eq!(client.get(&path(&session, "")).expect(200), won);
        let ticket = client.get(&format!("/api/v1/l1/tickets/{ticket}")).expect(200);
        assert_eq!(ticket["status"], won["status"]);
        let events = client.get(&path(&session, "/events")).expect(200);
        assert_eq!(events.as_array().unwrap().len(), 2);
        assert_eq!(events[1]["kind"], won["status"]);
    }
}
