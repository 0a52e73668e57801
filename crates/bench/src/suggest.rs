//! Suggestions as an account's flows grow: those of the starter library, each many times with other words in its name.

use std::path::Path;
use std::time::Instant;

use firstline_testkit::http::Client;
use firstline_testkit::people::{Team, token};
use firstline_testkit::service::Service;
use serde_json::{Value, json};

use crate::load::{Request, request};
use crate::report::rounded;

/// How many flows the account has in each case.
pub(crate) const FLOWS: [usize; 3] = [20, 200, 2_000];

const SAID: [&str; 5] = [
    "Outlook hangs at loading profile since the update this morning",
    "cannot connect to the VPN from my hotel",
    "printer on the second floor shows offline and nothing comes out",
    "password",
    "nobody hears me in the meeting, the headset worked yesterday, I restarted the laptop and tried another one",
];

/// Publishes flows until there are `count` of which `already` are there.
pub(crate) fn publish(service: &Service, team: &Team, already: usize, count: usize) {
    let (author, starters) = (service.client(&token(team.engineer)), starters());
    for (number, starter) in (0..count).zip(starters.iter().cycle()).skip(already) {
        let mut flow = starter.clone();
        let name = flow["name"].as_str().expect("a name").to_owned();
        flow["name"] = json!(format!("{name} (site {number}, building {})", number % 17));
        let id = author.post("/api/v1/flows", &flow).expect(201)["id"].as_str().expect("an id").to_owned();
        author.send("POST", &format!("/api/v1/flows/{id}/publish"), &[], None).expect(200);
    }
}

/// The questions of the load.
pub(crate) fn questions(team: &Team) -> Vec<Request> {
    SAID.map(|said| request("GET", &path(said), &token(team.technician), None)).to_vec()
}

/// How long the first question takes, before which nothing is kept of what was published last; and the next one, after
/// one flow of all was published anew.
pub(crate) fn first(store: &str, service: &Service, team: &Team, flows: usize) -> Value {
    let (technician, author) = (service.client(&token(team.technician)), service.client(&token(team.engineer)));
    let all = timed(&technician);
    publish_anew(&author);
    let one = timed(&technician);
    let again = timed(&technician);
    json!({
        "store": store, "case": "suggest_first", "flows": flows, "after_many_published_ms": all,
        "after_one_published_ms": one, "then_ms": again,
    })
}

fn timed(technician: &Client) -> f64 {
    let began = Instant::now();
    technician.get(&path(SAID[0])).expect(200);
    rounded(began.elapsed().as_secs_f64() * 1_000.0)
}

fn publish_anew(author: &Client) {
    let flows = author.get("/api/v1/flows?status=published&limit=200").expect(200);
    let authored = flows.as_array().expect("a list").iter().find(|flow| flow["tree"] == "authored");
    let flow = format!("/api/v1/flows/{}", authored.expect("a flow")["id"].as_str().expect("an id"));
    let mut document = author.get(&flow).expect(200)["draft"]["document"].clone();
    document["description"] = json!(format!("{} Again.", document["description"].as_str().expect("a description")));
    let json = [("content-type", "application/json")];
    author.send("PUT", &format!("{flow}/draft"), &json, Some(document.to_string().as_bytes())).expect(200);
    author.send("POST", &format!("{flow}/publish"), &[], None).expect(200);
}

fn path(said: &str) -> String {
    format!("/api/v1/l1/flows/suggest?q={}", said.replace(' ', "+"))
}

fn starters() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../flows");
    let files = std::fs::read_dir(folder).expect("the starter library").map(|entry| entry.expect("a file").path());
    files.map(|file| serde_json::from_str(&std::fs::read_to_string(file).expect("a text")).expect("a flow")).collect()
}
