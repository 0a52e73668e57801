//! Sends the requests of a script to a running service and notes the answers.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use firstline_testkit::http::{Answer, Client};
use firstline_testkit::people::{Team, token};
use firstline_testkit::postgres::Cluster;
use firstline_testkit::service::Service;
use serde_json::Value;
use ureq::http::HeaderMap;

use crate::description::{Description, Sent};
use crate::mask::Mask;
use crate::recording::{Block, Recording, shown};
use crate::script::{Exchange, Keep, Script};
use crate::values::Values;

pub enum Store {
    Memory,
    Sqlite,
    Postgres(&'static Cluster),
}

/// Headers of every answer with their usual values: the recording names them only where they differ.
const USUAL: [(&str, &str); 6] = [
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Headers that are not recorded. `content-length` is, where there is no body to count, and `connection` is where no
/// body was sent: whether a body that is not wanted was taken all the same depends on when it arrived.
const UNRECORDED: [&str; 3] = ["date", "content-length", "connection"];

/// A running service and the accounts of the scripts that it serves.
pub struct Stage {
    service: Service,
    teams: Vec<[Team; 2]>,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// A service on a fresh store, with two accounts for each of `scripts` scripts.
    pub fn start(store: &Store, settings: &[(String, String)], scripts: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match store {
            Store::Memory => "memory:".to_owned(),
            Store::Sqlite => format!("sqlite://{}", folder.path().join("firstline.db").display()),
            Store::Postgres(cluster) => cluster.fresh_database(),
        };
        let teams: Vec<[Team; 2]> = (0..scripts).map(|_| [Team::new(), Team::new()]).collect();
        let settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let binary = Path::new(env!("CARGO_BIN_EXE_firstline"));
        let service = Service::start_with(binary, &url, &teams.concat(), &settings);
        Self { service, teams, _folder: folder }
    }

    /// The answers to the requests of `script` in the accounts of this number.
    pub fn play(&self, script: &Script, number: usize) -> Recording {
        let [ours, theirs] = &self.teams[number];
        let values = Values::new(ours, theirs, &script.lets);
        let description = Description::of_the_service();
        let mut player =
            Player { service: &self.service, values, mask: Mask::default(), description, unlike: Vec::new() };
        let blocks = script.exchanges.iter().map(|exchange| player.exchange(exchange)).collect();
        let unlike = player.unlike.join("\n");
        assert!(unlike.is_empty(), "{}: the OpenAPI document says otherwise:\n{unlike}", script.name);
        Recording { blocks }
    }
}

struct Player<'a> {
    service: &'a Service,
    values: Values,
    mask: Mask,
    description: Description,
    /// Exchanges that are not as described.
    unlike: Vec<String>,
}

impl Player<'_> {
    fn exchange(&mut self, exchange: &Exchange) -> Block {
        if exchange.terminate {
            let signal = ["-TERM", &self.service.pid().to_string()];
            assert!(Command::new("kill").args(signal).status().unwrap().success());
        }
        let answer = self.answer(exchange);
        self.compare(exchange, &answer);
        for keep in &exchange.keeps {
            let (name, value) = match keep {
                Keep::Header { name, header } => (name, answer.header(header).to_owned()),
                Keep::Member { name, pointer } => (name, member(&answer, pointer)),
            };
            assert!(!value.is_empty(), "{}: no {name} in {answer}", exchange.name);
            self.values.keep(name, &value);
        }
        for (name, id) in self.values.ids() {
            self.mask.name(id, name);
        }
        let text = [vec![exchange.request_line(), answer.status.to_string()], self.headers(exchange, &answer)].concat();
        let mut text = text.join("\n");
        if !answer.body.is_empty() {
            text = format!("{text}\n\n{}", self.body(exchange, &answer));
        }
        Block { name: exchange.name.clone(), text }
    }

    /// Compares an exchange with what the OpenAPI document says.
    fn compare(&mut self, exchange: &Exchange, answer: &Answer) {
        let path = self.values.fill_text(&exchange.path);
        let is_raw = exchange.caller == "raw";
        let body = exchange.body.as_ref().filter(|_| !is_raw).map(|body| self.values.fill(body));
        let sent = Sent { method: &exchange.method, path: &path, body: body.as_deref() };
        let differences = self.description.differences(&sent, answer);
        self.unlike.extend(differences.iter().map(|difference| format!("{}: {difference}", exchange.name)));
    }

    fn answer(&self, exchange: &Exchange) -> Answer {
        let began = Instant::now();
        loop {
            let answer = if exchange.caller == "raw" { self.send_raw(exchange) } else { self.send(exchange) };
            let Some((pointer, value)) = &exchange.until else { return answer };
            let wanted: Value = serde_json::from_str(value).unwrap();
            if answer.json().pointer(pointer) == Some(&wanted) {
                return answer;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "{}: still {answer}", exchange.name);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn send(&self, exchange: &Exchange) -> Answer {
        let caller = match exchange.caller.as_str() {
            "anonymous" => None,
            member => {
                let id = self.values.get(member).unwrap_or_else(|| panic!("{}: who is {member}?", exchange.name));
                Some(token(id.parse().unwrap()))
            }
        };
        let client = Client::new(self.service.address(), caller.as_deref());
        let filled = exchange.headers.iter().map(|(name, value)| (name.as_str(), self.values.fill_text(value)));
        let mut headers: Vec<(&str, String)> = filled.collect();
        let names_type = headers.iter().any(|(name, _)| *name == "content-type");
        if exchange.body.is_some() && !names_type {
            headers.push(("content-type", "application/json".to_owned()));
        }
        headers.retain(|(name, value)| *name != "content-type" || !value.is_empty());
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = exchange.body.as_ref().map(|body| self.values.fill(body));
        client.send(&exchange.method, &self.values.fill_text(&exchange.path), &headers, body.as_deref())
    }

    /// Sends bytes on a connection of their own, and reads until the service closes it.
    fn send_raw(&self, exchange: &Exchange) -> Answer {
        let mut stream = TcpStream::connect(self.service.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(&self.values.fill(exchange.body.as_deref().unwrap())).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap_or_else(|error| panic!("{}: {error}", exchange.name));
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{}: {text:?}", exchange.name));
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, headers: HeaderMap::default(), body: body.as_bytes().to_vec() };
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            let name: ureq::http::HeaderName = name.parse().unwrap();
            answer.headers.append(name, value.parse().unwrap());
        }
        answer
    }

    fn headers(&mut self, exchange: &Exchange, answer: &Answer) -> Vec<String> {
        let json = if answer.status < 400 { "application/json" } else { "application/problem+json" };
        let mut usual = USUAL.to_vec();
        if !answer.body.is_empty() {
            usual.push(("content-type", json));
        }
        let recorded = |name: &str| match name {
            "content-length" => exchange.method == "HEAD",
            "connection" => exchange.body.is_none() || exchange.caller == "raw",
            _ => !UNRECORDED.contains(&name),
        };
        let mut lines = Vec::new();
        for (name, value) in &answer.headers {
            let (name, value) = (name.as_str(), value.to_str().unwrap());
            let is_id = name == "x-request-id" && value.parse::<uuid::Uuid>().is_ok();
            if recorded(name) && !is_id && !usual.contains(&(name, value)) {
                let value = match name {
                    _ if exchange.any.as_deref() == Some(name) => "<any>".to_owned(),
                    "ratelimit" => without_numbers(value),
                    _ if name.starts_with("access-control-") => sorted(value),
                    _ => value.to_owned(),
                };
                lines.push(format!("{name}: {}", self.mask.apply(&value)));
            }
        }
        let names = usual.iter().map(|(name, _)| *name).chain(["x-request-id"]);
        lines.extend(names.filter(|name| !answer.headers.contains_key(*name)).map(|name| format!("no {name}")));
        lines.sort();
        lines
    }

    fn body(&mut self, exchange: &Exchange, answer: &Answer) -> String {
        if exchange.unrecorded || answer.headers.contains_key("content-encoding") {
            return "<unrecorded>".to_owned();
        }
        let text = std::str::from_utf8(&answer.body).unwrap_or_else(|_| panic!("{}: {answer}", exchange.name));
        let request_id = answer.header("x-request-id");
        let text = text.replace(&format!("\"request_id\":\"{request_id}\""), "\"request_id\":\"<request-id>\"");
        shown(&self.mask.apply(&text))
    }
}

/// A list of headers or methods, which is a set and comes in any order.
fn sorted(list: &str) -> String {
    let mut items: Vec<&str> = list.split(", ").collect();
    items.sort_unstable();
    items.join(", ")
}

/// Which limits an answer names: how much is left depends on the time that passes.
fn without_numbers(limits: &str) -> String {
    let one = |limit: &str| limit.split(';').next().unwrap_or_default().to_owned() + ";r=<left>;t=<seconds>";
    limits.split(", ").map(one).collect::<Vec<String>>().join(", ")
}

fn member(answer: &Answer, pointer: &str) -> String {
    match answer.json().pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}
