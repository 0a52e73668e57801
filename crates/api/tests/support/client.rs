//! A client of few words. Every answer that it reads must keep the promises that hold for all answers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::Service;

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap().to_owned()
    }

    /// The pointers of a 422, in order.
    pub fn pointers(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().unwrap_or_else(|| panic!("no errors in {json}"));
        errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
    }

    /// The body without the one member that differs from request to request.
    pub fn without_request_id(&self) -> Value {
        let mut json = self.json();
        json.as_object_mut().unwrap().remove("request_id");
        json
    }

    pub fn keeps_promises(&self) {
        let id = self.header("x-request-id").expect("every answer carries its id");
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(self.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(self.header("x-frame-options"), Some("DENY"));
        assert_eq!(self.header("cross-origin-resource-policy"), Some("same-origin"));
        assert!(self.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
        assert!(self.header("cache-control").is_some());
        assert_eq!((self.header("server"), self.header("x-powered-by")), (None, None));
        assert_ne!(self.header("content-encoding"), Some("identity"));
        if self.status < 400 {
            return;
        }
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        let json = self.json();
        let members: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = vec!["type", "title", "status", "detail", "code", "request_id"];
        let of_a_flow = ["flow_unreadable", "flow_defective"].contains(&self.code().as_str());
        if self.status == 422 || of_a_flow {
            expected.push("errors");
        }
        if of_a_flow {
            expected.extend(["warnings", "left_out"]);
        }
        assert_eq!(members, expected);
        assert_eq!(json["status"], self.status);
        assert_eq!(json["request_id"], id);
        assert!(json["detail"].is_string() && json["title"].is_string());
        assert_eq!(json["type"], format!("urn:firstline:problem:{}", json["code"].as_str().unwrap()));
        assert_eq!(self.header("www-authenticate").is_some(), self.status == 401);
        assert_eq!(self.header("allow").is_some(), self.status == 405);
        assert_eq!(self.header("retry-after").is_some(), [429, 503].contains(&self.status));
    }
}

/// Sends bytes as they are and reads one answer.
pub fn raw(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // A server that has answered may close before everything is sent.
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    parse(&bytes)
}

pub fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut body = bytes[end + 4..].to_vec();
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        body = unchunked(&body);
    }
    Answer { status, headers, body }
}

/// The body whose chunks these are; its last chunk must be there.
fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let line = bytes.windows(2).position(|two| two == b"\r\n").expect("the size of a chunk");
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&bytes[line + 2..line + 2 + size]);
        bytes = &bytes[line + 2 + size + 2..];
    }
}

impl Service {
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n").into_bytes();
        for (name, value) in headers {
            request.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        if !body.is_empty() || method == "POST" {
            request.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
        }
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(body);
        let answer = raw(self.address, &request);
        answer.keeps_promises();
        answer
    }

    pub fn get(&self, user: Uuid, path: &str) -> Answer {
        self.send("GET", path, &[("authorization", &format!("Bearer {}", self.token(user)))], b"")
    }

    pub fn post(&self, user: Uuid, path: &str, body: &Value) -> Answer {
        self.post_bytes(user, path, body.to_string().as_bytes())
    }

    pub fn post_bytes(&self, user: Uuid, path: &str, body: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", self.token(user));
        self.send("POST", path, &[("authorization", &bearer), ("content-type", "application/json")], body)
    }

    /// A new session of `user`, with its ticket: (`session_id`, `ticket_id`).
    pub fn intake(&self, user: Uuid, extra: Value) -> (String, String) {
        let mut body = json!({"problem_statement": "The printer is on fire"});
        let Value::Object(extra) = extra else { panic!("extra fields are an object") };
        body.as_object_mut().unwrap().extend(extra);
        let answer = self.post(user, "/api/v1/l1/intake", &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let json = answer.json();
        (json["session_id"].as_str().unwrap().to_owned(), json["ticket_id"].as_str().unwrap().to_owned())
    }

    pub fn flow_session(&self, user: Uuid) -> String {
        self.intake(user, json!({"flow_id": super::FLOW})).0
    }
}

pub fn step() -> Value {
    json!({"node_id": "n1", "question": "Is it plugged in?", "answer": "Yes"})
}

/// The names of an object's members, in order.
pub fn keys(value: &Value) -> Vec<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

/// The properties of a schema of the served document. Their order is not kept there, so both sides are sorted.
fn described(service: &Service, schema: &str) -> (Vec<String>, Vec<String>) {
    let document = service.send("GET", "/api/v1/openapi.json", &[], b"").json();
    let schema = &document["components"]["schemas"][schema];
    let mut properties = keys(&schema["properties"]);
    let mut required: Vec<String> =
        schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    properties.sort();
    required.sort();
    (properties, required)
}

/// The served document describes exactly the members that `value` has, all of them required.
pub fn assert_described(service: &Service, schema: &str, value: &Value) {
    let mut members = keys(value);
    members.sort();
    assert_eq!(described(service, schema), (members.clone(), members), "{schema}");
}
