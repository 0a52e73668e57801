//! A problem and the response made of it.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use firstline_domain::flow::check::Report;
use firstline_domain::flow::walk::Choice;
use firstline_domain::text::NodeId;
use firstline_http_guard::{HeadDefect, MAX_HEAD_BYTES, MAX_HEADER_NAME_BYTES, MAX_HEADERS, MAX_URL_BYTES};

use super::body::{Defect, Listed, ProblemBody};
use super::code::Code;
use super::incident::{Incident, chain};

/// The challenge when a token was given and does not count (RFC 6750, section 3).
pub(crate) const BAD_TOKEN: &str = "Bearer error=\"invalid_token\"";

/// The media type of a problem.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// The most defects that one answer lists: a body can hold a hundred thousand.
const MAX_LISTED: usize = 200;

/// Why a request is refused, before it is written down as an answer.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    detail: Cow<'static, str>,
    listed: Listed,
    // Boxed, as every handler's result has room for a problem.
    header: Option<Box<(header::HeaderName, Cow<'static, str>)>>,
    incident: Option<Box<Incident>>,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), listed: Listed::Nothing, header: None, incident: None }
    }

    /// Some token was given, or none: the body is the same, only the challenge says which.
    pub(crate) fn unauthenticated(challenge: &'static str) -> Self {
        Self::new(Code::Unauthenticated, "Not authenticated").with(header::WWW_AUTHENTICATE, challenge)
    }

    pub(crate) fn route_not_found() -> Self {
        Self::new(Code::RouteNotFound, "Not Found")
    }

    pub(crate) fn method_not_allowed(allow: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::MethodNotAllowed, "Method Not Allowed").with(header::ALLOW, allow)
    }

    /// Our bug: the cause goes to the log under the request's id, never into the answer.
    pub(crate) fn internal() -> Self {
        Self::new(Code::Internal, "Internal error; the log has the cause under the request id")
    }

    /// As [`internal`](Self::internal), because of `error`.
    pub(super) fn failed(error: &(dyn Error + 'static)) -> Self {
        Self::internal().because(Incident::Failed(chain(error)))
    }

    /// The head of the request cannot be read.
    pub(crate) fn of_head(defect: HeadDefect) -> Self {
        match defect {
            HeadDefect::UrlTooLong => Self::new(
                Code::UrlTooLong,
                format!(
                    "The URL has more than {MAX_URL_BYTES} bytes; send a long text in a body where the route takes one"
                ),
            ),
            HeadDefect::TooLarge => Self::new(
                Code::HeadTooLarge,
                format!(
                    "The head of the request has more than {MAX_HEAD_BYTES} bytes, more than {MAX_HEADERS} headers, or \
                     a header whose name has more than {MAX_HEADER_NAME_BYTES} bytes"
                ),
            ),
            HeadDefect::Malformed => Self::new(
                Code::MalformedHead,
                "The head of the request is not well formed HTTP/1.1: look at the request line, Host, Content-Length \
                 and Transfer-Encoding",
            ),
        }
    }

    /// The body is no JSON; where that shows.
    pub(crate) fn malformed_json(line: usize, column: usize) -> Self {
        Self::new(Code::MalformedJson, format!("The body is not valid JSON (line {line}, column {column})"))
    }

    /// Something that may work on the next try.
    pub(crate) fn unavailable(code: Code, detail: &'static str) -> Self {
        // An instance that stops does not come back within a second; the others are a matter of load.
        let seconds = if matches!(code, Code::Draining) { "5" } else { "1" };
        Self::new(code, detail).with(header::RETRY_AFTER, seconds)
    }

    /// A change that may have been saved or not: the reply was lost. There is no `Retry-After`, as sending it again may
    /// do it twice.
    pub(crate) fn outcome_unknown() -> Self {
        Self::new(
            Code::OutcomeUnknown,
            "The change may have been saved, or not. Read the object (of a new one: the list it stands in) before \
             sending the change again",
        )
    }

    /// A token that cannot be verified until its provider's keys are available.
    pub(crate) fn identity_provider_unavailable(retry_after: Duration) -> Self {
        let seconds = retry_after.as_millis().div_ceil(1_000).max(1).to_string();
        let detail = "The identity provider's signing keys are currently unavailable; try again";
        Self::new(Code::IdentityProviderUnavailable, detail).with(header::RETRY_AFTER, seconds)
    }

    /// Too many requests. `exceeded` says by what they were counted and no more.
    pub(crate) fn rate_limited(exceeded: &'static str, seconds: u64) -> Self {
        let detail = format!("{exceeded}; try again in {seconds} s");
        Self::new(Code::RateLimited, detail).with(header::RETRY_AFTER, seconds.to_string())
    }

    pub(crate) fn invalid(mut errors: Vec<Defect>) -> Self {
        let all = errors.len();
        errors.truncate(MAX_LISTED);
        let named = errors.iter().map(|defect| (defect.pointer.as_str(), defect.detail.as_ref()));
        let detail = summary("Invalid request", named, all);
        Self { listed: Listed::Defects(errors), ..Self::new(Code::InvalidRequest, detail) }
    }

    /// The body cannot be read as the document of a flow.
    pub(crate) fn unreadable_flow(report: Report) -> Self {
        Self::with_report(Code::FlowUnreadable, "The body is no document of a flow", report)
    }

    /// The flow has errors that keep it from being published.
    pub(crate) fn defective_flow(report: Report) -> Self {
        Self::with_report(Code::FlowDefective, "The flow has errors", report)
    }

    fn with_report(code: Code, what: &str, report: Report) -> Self {
        let named = report.errors.iter().map(|defect| (defect.pointer.as_str(), defect.message.as_str()));
        let detail = summary(what, named, report.errors.len());
        Self { listed: Listed::Report(Box::new(report)), ..Self::new(code, detail) }
    }

    /// Another node than the present one is named.
    pub(crate) fn step_not_current(detail: String, expected: &NodeId) -> Self {
        Self { listed: Listed::ExpectedNode(expected.clone()), ..Self::new(Code::StepNotCurrent, detail) }
    }

    /// The node does not have that answer.
    pub(crate) fn answer_unknown(detail: String, answers: &[Choice]) -> Self {
        Self { listed: Listed::Answers(answers.to_vec()), ..Self::new(Code::AnswerUnknown, detail) }
    }

    pub(super) fn with(mut self, name: header::HeaderName, value: impl Into<Cow<'static, str>>) -> Self {
        self.header = Some(Box::new((name, value.into())));
        self
    }

    pub(super) fn because(mut self, incident: Incident) -> Self {
        self.incident = Some(Box::new(incident));
        self
    }

    /// Logs the cause, where it is not the client's.
    pub(crate) fn log(&self) {
        if let Some(incident) = &self.incident {
            incident.log();
        }
    }

    /// The answer, under the request's id. The cause is logged under it too.
    pub(crate) fn respond(&self, request_id: &str) -> HttpResponse {
        self.log();
        let body = self.body(request_id);
        let mut answer = HttpResponse::build(self.code.status());
        answer.insert_header((header::CONTENT_TYPE, PROBLEM_JSON));
        if let Some((name, value)) = self.header.as_deref() {
            answer.insert_header((name.clone(), value.as_ref()));
        }
        answer.body(body)
    }

    /// The answer's JSON text.
    pub(crate) fn body(&self, request_id: &str) -> Vec<u8> {
        let body = ProblemBody::of(self.code, &self.detail, request_id, &self.listed);
        // Strings and numbers alone: writing them to memory cannot fail.
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

/// The first five defects in one line, and how many more there are.
fn summary<'a>(what: &str, named: impl Iterator<Item = (&'a str, &'a str)>, all: usize) -> String {
    let mut line = format!("{what}: ");
    for (index, (pointer, detail)) in named.take(5).enumerate() {
        let separator = if index == 0 { "" } else { "; " };
        let place = if pointer.is_empty() { "body" } else { pointer };
        line.extend([separator, place, " ", detail]);
    }
    if all > 5 {
        line.extend(["; and ", (all - 5).to_string().as_str(), " more"]);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_five_defects_and_counts_the_rest() {
        let defects = |n: usize| {
            (0..n).map(|i| Defect { pointer: format!("/f{i}"), detail: "is required".into() }).collect::<Vec<_>>()
        };
        assert_eq!(Problem::invalid(defects(1)).detail, "Invalid request: /f0 is required");
        assert!(Problem::invalid(defects(7)).detail.ends_with("/f4 is required; and 2 more"));
        let body: serde_json::Value = serde_json::from_slice(&Problem::invalid(defects(1000)).body("r")).unwrap();
        assert_eq!(body["errors"].as_array().unwrap().len(), MAX_LISTED);
    }
}
