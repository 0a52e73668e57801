//! Calls with something to hide in every place.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use firstline_testkit::http::{Answer, Client};
use firstline_testkit::people::{AUDIENCE, ISSUER, SECRET, now, signed};
use serde_json::{Value, json};

use crate::report::Report;
use crate::route_cases::route_case;
use crate::world::{Objects, World};

/// Somebody whose every call has something to hide.
pub(super) struct Caller<'a> {
    world: &'a World,
    said: &'a str,
    headers: &'a str,
    client: Client,
    tokens: RefCell<Vec<String>>,
}

impl<'a> Caller<'a> {
    pub(super) fn new(world: &'a World, said: &'a str, headers: &'a str) -> Self {
        let people = world.ours.people.iter().chain(&world.ours.inactive);
        let tokens = people.filter_map(|person| person.token.clone()).collect();
        Self { world, said, headers, client: world.client(world.ours.all_rounder()), tokens: RefCell::new(tokens) }
    }

    /// Every token that was sent.
    pub(super) fn tokens(&self) -> Vec<String> {
        self.tokens.borrow().clone()
    }

    pub(super) fn words(&self) -> impl Fn(&str) -> String + use<> {
        let said = self.said.to_owned();
        move |field| format!("{said} {field}")
    }

    /// Sends with something to hide in the headers, as somebody who may make every call unless `more` has a token.
    pub(super) fn send(
        &self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: Option<&[u8]>,
        report: &Report,
    ) -> Answer {
        let cookie = format!("session={}", self.headers);
        let referer = format!("https://example.com/{}", self.headers);
        let mut headers = vec![
            ("user-agent", self.headers),
            ("cookie", &cookie),
            ("referer", &referer),
            ("x-customer", self.headers),
            ("accept-language", self.headers),
            ("if-none-match", self.headers),
            ("origin", &referer),
        ];
        headers.extend(more);
        report.count("requests", 1);
        self.client.send(method, path, &headers, body)
    }

    /// Every route in every way, on our objects, foreign ones and none, by everybody.
    pub(super) fn every_route(&self, ours: &Objects<'_>, theirs: &Objects<'_>, report: &Report) {
        let people: Vec<&crate::world::Person> =
            self.world.ours.people.iter().chain(&self.world.ours.inactive).collect();
        for route in firstline_api::routes() {
            for probe in route_case(route.name, &self.words()).probes {
                let own = probe.beside.and_then(|object| ours.kept(object)).unwrap_or_default();
                let ids = probe.names.map_or(vec![Some(String::new())], |object| {
                    vec![ours.kept(object), theirs.kept(object), Some(self.said.to_owned())]
                });
                for id in ids.into_iter().flatten() {
                    for person in &people {
                        let (path, body) = probe.with(&id, &own);
                        let token = format!("Bearer {}", person.token.as_deref().unwrap_or_default());
                        let headers = [("content-type", "application/json"), ("authorization", token.as_str())];
                        let answer =
                            self.send(route.method, &path, &headers, body.as_ref().map(String::as_bytes), report);
                        report.count(if answer.status < 400 { "answered" } else { "refused" }, 1);
                    }
                }
            }
        }
    }

    /// Each route's body with each defect that a body can have.
    pub(super) fn bad_bodies(&self, ours: &Objects<'_>, report: &Report) {
        for route in firstline_api::routes().filter(|route| route.has_body) {
            for probe in route_case(route.name, &self.words()).probes {
                let ours = |object| ours.kept(object).unwrap_or_default();
                let (path, body) =
                    probe.with(&probe.names.map(ours).unwrap_or_default(), &probe.beside.map(ours).unwrap_or_default());
                let body = body.unwrap_or_default();
                let json = ("content-type", "application/json");
                for broken in broken(&body, self.said) {
                    self.send(route.method, &path, &[json], Some(&broken), report);
                }
                for content_type in ["text/plain", self.headers, "application/json; charset=latin1"] {
                    self.send(route.method, &path, &[("content-type", content_type)], Some(body.as_bytes()), report);
                }
                let encoded = [json, ("content-encoding", self.headers)];
                self.send(route.method, &path, &encoded, Some(body.as_bytes()), report);
            }
        }
    }

    /// Paths and queries that there are not.
    pub(super) fn strange_urls(&self, report: &Report) {
        let said = self.said;
        for path in [
            format!("/{said}"),
            format!("/api/v1/l1/{said}?{said}={said}"),
            format!("/api/v1/l1/queue?status_filter={said}"),
            format!("/api/v1/l1/queue?limit={said}&cursor={said}"),
            format!("/api/v1/l1/queue?cursor={said}&cursor={said}"),
            format!("/api/v1/l1/sessions/%00{said}"),
            format!("/api/v1/l1/tickets/{said}/walk/{said}"),
            format!("/api/v1/docs/{said}.js"),
        ] {
            for method in ["GET", "POST", "DELETE", "OPTIONS"] {
                self.send(method, &path, &[], None, report);
            }
        }
    }

    /// What is hardly HTTP, or none at all.
    pub(super) fn no_http(&self, report: &Report) {
        let said = self.said;
        let token = self.world.ours.technician().token.clone().unwrap_or_default();
        let json = format!("content-type: application/json\r\nauthorization: Bearer {token}\r\n");
        for text in [
            format!("{said} /api/v1/l1/queue HTTP/1.1\r\nhost: x\r\n\r\n"),
            format!("{said}\r\n{said}\r\n\r\n"),
            format!("GET /{said} HTTP/9.9\r\nhost: {said}\r\n\r\n"),
            format!("GET / HTTP/1.1\r\n{said}\r\nhost: x\r\n\r\n"),
            format!("GET / HTTP/1.1\r\nhost: x\r\ncontent-length: {said}\r\n\r\n"),
            format!("POST /api/v1/l1/intake HTTP/1.1\r\nhost: x\r\n{json}transfer-encoding: chunked\r\n\r\n{said}\r\n"),
            format!("POST /api/v1/l1/intake HTTP/1.1\r\nhost: x\r\n{json}content-length: 900\r\n\r\n{{\"{said}"),
            format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", said.repeat(10_000)),
            format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{said}"),
        ] {
            let mut stream = TcpStream::connect(self.world.service.address()).expect("the service listens");
            // It may have been refused before it was sent whole.
            let _ = stream.write_all(text.as_bytes());
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.read_to_end(&mut Vec::new());
            report.count("requests", 1);
        }
    }

    /// Tokens that do not count, each with something to hide.
    pub(super) fn bad_tokens(&self, report: &Report) {
        let (said, user) = (self.said, self.world.ours.technician().user);
        let claims = |sub: &str, iss: &str, exp: Value| json!({ "sub": sub, "iss": iss, "aud": AUDIENCE, "exp": exp, "name": said });
        let good = user.to_string();
        let tokens = [
            said.to_owned(),
            format!("{said}.{said}.{said}"),
            signed(&claims(said, ISSUER, json!(now() + 60)), SECRET),
            signed(&claims(&good, said, json!(now() + 60)), SECRET),
            signed(&claims(&good, ISSUER, json!(now() - 60)), SECRET),
            signed(&claims(&good, ISSUER, json!(said)), SECRET),
            signed(&claims(&good, ISSUER, json!(now() + 60)), "another-secret-another-secret-another"),
        ];
        for token in tokens {
            for scheme in ["Bearer", "Basic", "bearer"] {
                let header = format!("{scheme} {token}");
                self.send("GET", "/api/v1/l1/queue", &[("authorization", &header)], None, report);
            }
            self.tokens.borrow_mut().push(token);
        }
    }
}

/// The body broken in every way.
fn broken(body: &str, said: &str) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = vec![
        body.as_bytes()[..body.len() - 1].to_vec(),
        format!("{body}{said}").into_bytes(),
        format!("\"{said}\"").into_bytes(),
        [b"{\"x\": \"", said.as_bytes(), b"\xff\"}"].concat(),
        format!("{{\"{said}\": \"{said}\\u0000\"}}").into_bytes(),
        format!("{{\"problem_statement\": \"{}\"}}", said.repeat(30_000)).into_bytes(),
    ];
    let value: Value = serde_json::from_str(body).expect("the rows' bodies are JSON");
    for name in value.as_object().expect("an object").keys() {
        let long = said.repeat(4_000);
        for wrong in
            [json!([said]), json!({ said: said }), json!(7), json!(format!("{said}\u{0}")), json!(long), Value::Null]
        {
            let mut changed = value.clone();
            changed[name] = wrong;
            all.push(changed.to_string().into_bytes());
        }
    }
    all
}
