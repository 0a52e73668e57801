//! One request at a time over HTTP, shown as it goes out and comes back.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

use super::cast::Person;
use super::print;
use crate::failure::Failure;

/// A client that counts what did not go as told.
pub(super) struct Walker {
    agent: Agent,
    api: String,
    pub(super) failed: u32,
}

impl Walker {
    /// A client of the service at `base`.
    pub(super) fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)))
            // It is this machine: a proxy from the environment has no business here.
            .proxy(None)
            .build();
        Self { agent: config.into(), api: format!("{base}/api/v1"), failed: 0 }
    }

    /// Notes that something did not go as told.
    pub(super) fn fails(&mut self, what: &str) -> Result<(), Failure> {
        self.failed += 1;
        print::line(format_args!("        ! {what}"))
    }

    /// Reads `path` as `who`, expecting `status`.
    pub(super) fn get(&mut self, who: &Person, path: &str, status: u16) -> Result<Value, Failure> {
        print::line(format_args!("{:>6}  GET {path}", who.name))?;
        let request = self.agent.get(format!("{}{path}", self.api)).header("authorization", bearer(who));
        let answer = request.call();
        self.answer(answer, status)
    }

    /// Sends `body` to `path` as `who`, expecting 200.
    pub(super) fn post(&mut self, who: &Person, path: &str, body: &Value) -> Result<Value, Failure> {
        print::line(format_args!("{:>6}  POST {path}\n          {body}", who.name))?;
        let request = self.agent.post(format!("{}{path}", self.api)).header("authorization", bearer(who));
        let answer = request.send_json(body);
        self.answer(answer, 200)
    }

    fn answer(&mut self, answer: Result<Response<ureq::Body>, ureq::Error>, expected: u16) -> Result<Value, Failure> {
        let read = answer.and_then(|mut answer| {
            let status = answer.status().as_u16();
            Ok((status, answer.body_mut().read_json::<Value>()?))
        });
        match read {
            Ok((status, body)) if status == expected => {
                print::line(format_args!("        = {status} {}", told(&body)))?;
                Ok(body)
            }
            Ok((status, body)) => {
                self.failed += 1;
                print::line(format_args!("        ! {status} instead of {expected}: {body}"))?;
                Ok(body)
            }
            Err(error) => {
                self.failed += 1;
                print::line(format_args!("        ! no answer: {error}"))?;
                Ok(Value::Null)
            }
        }
    }
}

fn bearer(who: &Person) -> String {
    format!("Bearer {}", who.token)
}

/// An answer, whole; of a list each row in a line.
fn told(body: &Value) -> String {
    match body {
        Value::Array(rows) => {
            let rows_told: Vec<String> = rows.iter().map(|row| format!("\n          {row}")).collect();
            let rows_word = if rows.len() == 1 { "row" } else { "rows" };
            format!("{} {rows_word}{}", rows.len(), rows_told.concat())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_shown_whole() {
        let session = json!({ "id": "x", "status": "active", "walked_path": [{ "answer": "Yes" }], "helpful": null });
        assert_eq!(told(&session), session.to_string());
        assert_eq!(told(&json!([{ "status": "open" }])), "1 row\n          {\"status\":\"open\"}");
        assert_eq!(told(&json!([])), "0 rows");
    }
}
