//! What walks tell of a flow, counted behind them, against their transcripts.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use firstline_testkit::http::Client;
use firstline_testkit::people::{Team, token};
use firstline_testkit::postgres::Cluster;
use firstline_testkit::service::{Service, firstline};
use serde_json::{Value, json};

use crate::flow_kit::{act, at, author, document, published, put_draft, reworded};
use crate::site::{Site, binary, intake, path, text};

/// A flow with a way back to its beginning.
fn looping() -> Value {
    json!({
        "format": "firstline-flow/1", "name": "Projector dark", "description": "For when nothing is to be seen.",
        "keywords": ["projector"], "language": "en", "root": "power", "nodes": [
            { "id": "power", "kind": "question", "prompt": "Is it on?", "answers": [
                { "id": "yes", "label": "Yes", "key": 1, "next": "cable" }, { "id": "no", "label": "No", "key": 2, "next": "press" },
            ] },
            { "id": "press", "kind": "instruction", "text": "Press the button.", "done": "Done", "next": "power" },
            { "id": "cable", "kind": "question", "prompt": "Is the cable in?", "answers": [
                { "id": "yes", "label": "Yes", "key": 1, "next": "broken" }, { "id": "no", "label": "No", "key": 2, "next": "fixed" },
            ] },
            { "id": "fixed", "kind": "resolved", "text": "The cable was out." },
            { "id": "broken", "kind": "escalate", "reason_category": "hardware" },
        ],
    })
}

/// Walks by `next_node` alone: keys answer, `0` undoes. Ends as told.
fn walk(technician: &Client, flow: &str, keys: &str, end: &str) -> String {
    let (session, _) = intake(technician, &json!({ "flow_id": flow }));
    let mut stands = technician.get(&path(&session, "")).expect(200);
    for key in keys.chars() {
        stands = if key == '0' {
            technician.post(&path(&session, "/undo"), &json!({})).expect(200)
        } else {
            let step = json!({ "node_id": stands["next_node"]["id"], "answer": key.to_string() });
            technician.post(&path(&session, "/step"), &step).expect(200)
        };
    }
    match end {
        "escalated" => technician.post(&path(&session, "/escalate"), &json!({ "reason_category": "hardware" })),
        end => {
            let resolution = json!({ "helpful": end == "helpful", "resolution_notes": "" });
            technician.post(&path(&session, "/resolve"), &resolution)
        }
    }
    .expect(200);
    session
}

/// Services of their own, whose jobs count at their own pace.
struct Counting {
    services: Vec<Service>,
    team: Team,
    url: String,
    _folder: Option<tempfile::TempDir>,
}

fn counting(site: &Site, interval: &str) -> Counting {
    let team = Team::new();
    let folder = site.url.starts_with("sqlite").then(|| tempfile::tempdir().unwrap());
    let url = match &folder {
        Some(folder) => format!("sqlite://{}", folder.path().join("counting.db").display()),
        None if site.is_memory() => site.url.clone(),
        None => Cluster::shared().fresh_database(),
    };
    let settings = [("FIRSTLINE__STATS__INTERVAL", interval)];
    let start = |_| Service::start_with(binary(), &url, std::slice::from_ref(&team), &settings);
    let services = (0..site.services.len()).map(start).collect();
    Counting { services, team, url, _folder: folder }
}

/// The statistics once nothing is pending.
fn caught_up(author: &Client, flow: &str) -> Value {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let stats = author.get(&at(flow, "/stats")).expect(200);
        if stats["pending_walks"] == 0 {
            assert_eq!(stats["behind_seconds"], 0.0, "{stats}");
            return stats;
        }
        assert!(stats["behind_seconds"].as_f64().unwrap() >= 0.0 && Instant::now() < until, "{stats}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[derive(Default)]
struct Node {
    visits: u32,
    walks: u32,
    answers: BTreeMap<String, u32>,
    undone: u32,
    ended: BTreeMap<&'static str, u32>,
    millis: Vec<i32>,
}

/// The numbers of the nodes, from the transcripts alone.
fn recount(technician: &Client, sessions: &[String]) -> BTreeMap<String, Node> {
    let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
    for session in sessions {
        let events = technician.get(&path(session, "/events")).expect(200);
        let (mut here, mut since) = (String::new(), DateTime::<Utc>::MIN_UTC);
        let mut steps: Vec<(String, String, i32)> = Vec::new();
        let mut been: Vec<String> = Vec::new();
        for event in events.as_array().unwrap() {
            let (kind, data, time) =
                (text(event, "kind"), &event["data"], text(event, "at").parse::<DateTime<Utc>>().unwrap());
            let to = match kind.as_str() {
                "started" => text(data, "next_node_id"),
                "step_recorded" => {
                    steps.push((
                        here.clone(),
                        text(data, "answer_id"),
                        i32::try_from((time - since).num_milliseconds()).unwrap(),
                    ));
                    text(data, "next_node_id")
                }
                "step_undone" => {
                    let (node, ..) = steps.pop().unwrap();
                    nodes.get_mut(&node).unwrap().undone += 1;
                    node
                }
                "escalated" => {
                    *nodes.get_mut(&here).unwrap().ended.entry("escalated").or_default() += 1;
                    continue;
                }
                _ => {
                    let way = if data["helpful"] == true { "resolved_helpful" } else { "resolved_not_helpful" };
                    *nodes.get_mut(&here).unwrap().ended.entry(way).or_default() += 1;
                    continue;
                }
            };
            (here, since) = (to.clone(), time);
            let node = nodes.entry(to.clone()).or_default();
            node.visits += 1;
            node.walks += u32::from(!been.contains(&to));
            been.push(to);
        }
        for (node, answer, millis) in steps {
            let node = nodes.get_mut(&node).unwrap();
            *node.answers.entry(answer).or_default() += 1;
            node.millis.push(millis);
        }
    }
    nodes
}

fn assert_same(version: &Value, expected: BTreeMap<String, Node>) {
    let shown = version["nodes"].as_array().unwrap();
    assert_eq!(shown.len(), expected.len(), "{version}");
    for (shown, (id, mut node)) in shown.iter().zip(expected) {
        let answers: Vec<Value> =
            node.answers.iter().map(|(id, count)| json!({ "answer_id": id, "count": count })).collect();
        let ended = |way| node.ended.get(way).copied().unwrap_or(0);
        let answered: u32 = node.answers.values().sum();
        let rate = |part: u32, all: u32| if all == 0 { Value::Null } else { json!(f64::from(part) / f64::from(all)) };
        let (helpful, not_helpful) = (ended("resolved_helpful"), ended("resolved_not_helpful"));
        let expected = json!({
            "node_id": id, "visits": node.visits, "walks": node.walks, "answers": answers, "undone": node.undone,
            "undo_rate": rate(node.undone, node.undone + answered), "median_seconds": shown["median_seconds"],
            "ended": { "resolved_helpful": helpful, "resolved_not_helpful": not_helpful,
                "escalated": ended("escalated"), "abandoned": 0 },
            "helpful_rate": rate(helpful, helpful + not_helpful),
        });
        assert_eq!(shown, &expected);
        node.millis.sort_unstable();
        match node.millis.get(node.millis.len().saturating_sub(1) / 2) {
            None => assert_eq!(shown["median_seconds"], Value::Null),
            Some(exact) => {
                let median = shown["median_seconds"].as_f64().unwrap() * 1_000.0;
                let exact = f64::from(*exact);
                assert!((median - exact).abs() * 32.0 <= exact + 0.001, "{id}: {median} for {exact}");
            }
        }
    }
}

pub fn what_walks_tell_is_what_their_transcripts_tell(site: &Site) {
    let Counting { services, team, .. } = &counting(site, "100ms");
    let [author, technician] = [team.engineer, team.technician].map(|user| services[0].client(&token(user)));
    let flow = published(&author, &looping());
    let of_first: Vec<String> = [
        ("12", "helpful"),
        ("2112", "helpful"),
        ("11", "escalated"),
        ("10", "not_helpful"),
        ("201102", "helpful"),
        ("", "escalated"),
        ("1102", "not_helpful"),
    ]
    .map(|(keys, end)| walk(&technician, &flow, keys, end))
    .to_vec();
    put_draft(&author, &flow, &reworded(&looping(), "Is the light on?"), None).expect(200);
    act(&author, &flow, "publish").expect(200);
    let last = services.last().unwrap().client(&token(team.technician));
    let of_second = [walk(&last, &flow, "12", "helpful"), walk(&last, &flow, "2", "not_helpful")];
    // One that goes on is not counted.
    intake(&technician, &json!({ "flow_id": flow }));

    let stats = caught_up(&author, &flow);
    let versions = stats["versions"].as_array().unwrap();
    assert_eq!((versions.len(), &stats["more_versions"]), (2, &json!(false)), "{stats}");
    for (version, number, sessions) in [(&versions[0], 2, &of_second[..]), (&versions[1], 1, &of_first[..])] {
        assert_eq!((&version["version"], &version["walks"]), (&json!(number), &json!(sessions.len())));
        assert_same(version, recount(&technician, sessions));
        assert_eq!(
            author.get(&at(&flow, &format!("/stats?version={number}"))).expect(200)["versions"],
            json!([version])
        );
    }
    let ended = json!({ "resolved_helpful": 3, "resolved_not_helpful": 2, "escalated": 2, "abandoned": 0 });
    assert_eq!((&versions[1]["ended"], &versions[1]["helpful_rate"]), (&ended, &json!(0.6)));
    assert!(versions[1]["median_seconds"].as_f64().is_some());
    // On the other service as well, where there is one.
    let elsewhere = services.last().unwrap().client(&token(team.engineer));
    assert_eq!(elsewhere.get(&at(&flow, "/stats")).expect(200)["versions"], stats["versions"]);
    let counted: u64 = services.iter().map(folded).sum();
    assert_eq!(counted, 9, "each walk is counted once, whoever counts it");
}

pub fn ended_walks_wait_until_they_are_counted(site: &Site) {
    let Counting { services, team, url, .. } = &counting(site, "0s");
    let [author, technician] = [team.engineer, team.technician].map(|user| services[0].client(&token(user)));
    let flow = published(&author, &looping());
    let first = walk(&technician, &flow, "12", "helpful");
    walk(&technician, &flow, "11", "escalated");
    let waiting = author.get(&at(&flow, "/stats")).expect(200);
    let ended = technician.get(&path(&first, "")).expect(200)["resolved_at"].clone();
    assert_eq!((&waiting["versions"], &waiting["pending_walks"]), (&json!([]), &json!(2)));
    assert_eq!(waiting["counted_until"], ended);
    let fold = || {
        let output = firstline(binary(), url).args(["stats", "fold"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(fold(), json!({ "walks": 2, "conflicts": 0, "corrupt": 0 }));
    assert_eq!(caught_up(&author, &flow)["versions"][0]["walks"], 2);
    assert_eq!(fold(), json!({ "walks": 0, "conflicts": 0, "corrupt": 0 }));
}

/// How many walks the service says it has counted.
fn folded(service: &Service) -> u64 {
    let metrics = Client::new(service.metrics_address(), None).get("/metrics").body;
    let metrics = String::from_utf8(metrics).unwrap();
    let line = metrics.lines().find_map(|line| line.strip_prefix("firstline_walks_folded_total "));
    line.unwrap().parse().unwrap()
}

pub fn authors_alone_are_told_and_of_their_own_flows(site: &Site) {
    let author = author(site);
    let flow = published(&author, &document("Beamer", "beamer"));
    let empty = author.get(&at(&flow, "/stats")).expect(200);
    assert_eq!((&empty["versions"], &empty["pending_walks"], &empty["flow_id"]), (&json!([]), &json!(0), &json!(flow)));
    assert_eq!(author.get(&at(site.ours.flow, "/stats")).expect(200)["versions"], json!([]), "a registered flow");
    for (user, status) in [
        (site.ours.technician, 403),
        (site.ours.coverage, 200),
        (site.ours.admin, 200),
        (site.ours.owner, 200),
        (site.ours.viewer, 403),
        (site.theirs.engineer, 404),
    ] {
        assert_eq!(site.as_user(user).get(&at(&flow, "/stats")).status, status);
    }
    assert_eq!(site.technician().get(&at(&flow, "/stats")).problem(403), "flow_authoring_required");
    assert_eq!(author.get(&at(uuid::Uuid::new_v4(), "/stats")).problem(404), "flow_not_found");
    assert_eq!(author.get(&at(&flow, "/stats?version=7")).expect(200)["versions"], json!([]));
    for bad in ["0", "-1", "01", "x", "", "4294967296", "1&version=2"] {
        assert_eq!(author.get(&at(&flow, &format!("/stats?version={bad}"))).problem(422), "invalid_request", "{bad}");
    }
    assert_eq!(author.get(&at("x", "/stats")).problem(422), "invalid_request");
}
