//! Whether requests and answers are what the OpenAPI document says.

use std::cell::RefCell;
use std::collections::HashMap;

use firstline_api::{openapi_json, routes};
use firstline_testkit::http::Answer;
use jsonschema::Validator;
use serde_json::{Value, json};
use ureq::http::HeaderMap;

use crate::coverage::fits;

/// A request that was answered; its method and path are empty where it was sent as raw bytes.
pub struct Sent<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub body: Option<&'a [u8]>,
}

/// The document, with the validators that were needed so far.
pub struct Description {
    document: Value,
    /// The document with no member of an answer that it does not name.
    closed: Value,
    validators: RefCell<HashMap<String, Validator>>,
}

impl Description {
    pub fn of_the_service() -> Self {
        let document: Value = serde_json::from_str(&openapi_json()).unwrap();
        let mut closed = document.clone();
        for schema in closed["components"]["schemas"].as_object_mut().unwrap().values_mut() {
            let members = schema.as_object_mut().unwrap();
            if members.get("type") == Some(&json!("object")) {
                members.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Self { document, closed, validators: RefCell::default() }
    }

    /// What the document says otherwise.
    pub fn differences(&self, sent: &Sent<'_>, answer: &Answer) -> Vec<String> {
        let Some(operation) = Self::operation(sent) else {
            // No operation of the document: at least a problem is one.
            return match answer.status {
                400.. if !answer.body.is_empty() => {
                    self.invalid(&self.closed, "/components/schemas/Problem", &answer.body)
                }
                _ => Vec::new(),
            };
        };
        let place = format!("{operation}/responses/{}", answer.status);
        let Some(response) = self.resolved(&place) else { return vec![format!("{place} is missing")] };
        let mut found = self.of_headers(&response, answer);
        if !answer.body.is_empty() && !answer.headers.contains_key("content-encoding") {
            let media_type = answer.header("content-type").split(';').next().unwrap().replace('/', "~1");
            let schema = format!("{response}/content/{media_type}/schema");
            found.extend(self.invalid(&self.closed, &schema, &answer.body));
        }
        if let Some(body) = sent.body.filter(|_| answer.status < 400) {
            let schema = format!("{operation}/requestBody/content/application~1json/schema");
            if self.document.pointer(&schema).is_some() && !body.is_empty() {
                found.extend(self.invalid(&self.document, &schema, body));
            }
        }
        found
    }

    /// The pointer of the operation that a request is for.
    fn operation(sent: &Sent<'_>) -> Option<String> {
        let path = sent.path.split('?').next()?;
        let method = if sent.method == "HEAD" { "GET" } else { sent.method };
        let route = routes().find(|route| route.method == method && fits(route.template, path))?;
        Some(format!("/paths/{}/{}", route.template.replace('/', "~1"), method.to_lowercase()))
    }

    /// The pointer of what stands at `pointer`, or of the component that it refers to.
    fn resolved(&self, pointer: &str) -> Option<String> {
        let reference = self.document.pointer(pointer)?.get("$ref").and_then(Value::as_str);
        Some(reference.map_or_else(|| pointer.to_owned(), |reference| reference[1..].to_owned()))
    }

    fn of_headers(&self, response: &str, answer: &Answer) -> Vec<String> {
        let headers = self.document.pointer(&format!("{response}/headers")).and_then(Value::as_object);
        let mut found = Vec::new();
        for name in headers.into_iter().flatten().map(|(name, _)| name) {
            let header = self.resolved(&format!("{response}/headers/{name}")).unwrap();
            let text = answer.header(name);
            if !text.is_empty() {
                let is_number = self.document.pointer(&format!("{header}/schema/type")) == Some(&json!("integer"));
                let value = if is_number { text.to_owned() } else { json!(text).to_string() };
                found.extend(self.invalid(&self.closed, &format!("{header}/schema"), value.as_bytes()));
            }
        }
        found
    }

    /// What is wrong with `text` by the schema at `pointer`.
    fn invalid(&self, document: &Value, pointer: &str, text: &[u8]) -> Vec<String> {
        let Some(schema) = document.pointer(pointer) else { return vec![format!("{pointer} is missing")] };
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        let value = match serde_json::from_slice(text) {
            Ok(value) => value,
            Err(_) if pointer.contains("/text~1") => json!(String::from_utf8_lossy(text)),
            Err(error) => return vec![format!("{pointer}: {error}")],
        };
        let is_answer = std::ptr::eq(document, &raw const self.closed);
        let key = format!("{pointer}{is_answer}");
        let mut validators = self.validators.borrow_mut();
        let validator = validators.entry(key).or_insert_with(|| {
            let mut whole = schema.clone();
            whole["components"] = document["components"].clone();
            // Requests may have ids in spellings that the format `uuid` does not have.
            jsonschema::options().should_validate_formats(is_answer).build(&whole).unwrap()
        });
        validator.iter_errors(&value).map(|error| format!("{pointer}{}: {error}", error.instance_path())).collect()
    }
}

#[test]
fn an_answer_that_is_not_as_described_is_found_out() {
    let description = Description::of_the_service();
    let answer = |status: u16, media_type: &str, body: Value| {
        let mut answer = Answer { status, headers: HeaderMap::default(), body: body.to_string().into_bytes() };
        answer.headers.insert("content-type", media_type.parse().unwrap());
        answer
    };
    let sent = Sent { method: "POST", path: "/api/v1/l1/intake", body: Some(br#"{"problem_statement":"x"}"#) };
    let id = "0199c0de-0000-7000-8000-000000000001";
    let begun = json!({ "session_id": id, "session_kind": "adhoc", "ticket_id": id, "ticket_kind": "internal" });
    let json = "application/json";
    let differences = |sent: &Sent<'_>, answer: &Answer| description.differences(sent, answer).len();
    assert_eq!(differences(&sent, &answer(200, json, begun.clone())), 0);
    assert_eq!(differences(&sent, &answer(201, json, begun.clone())), 1);
    assert_eq!(differences(&sent, &answer(200, "text/plain", begun.clone())), 1);
    assert_eq!(differences(&Sent { body: Some(b"{}"), ..sent }, &answer(200, json, begun.clone())), 1);
    for (member, value) in [("session_id", json!("7")), ("session_kind", json!("x")), ("more", json!(1))] {
        let mut begun = begun.clone();
        begun[member] = value;
        assert_eq!(differences(&sent, &answer(200, json, begun)), 1, "{member}");
    }
    let mut unasked = answer(429, "application/problem+json", json!({}));
    unasked.headers.insert("retry-after", "0".parse().unwrap());
    assert_eq!(differences(&sent, &unasked), 7);
}
