//! A technician who follows `next_node` alone: what to ask stands in the last answer, what was said is in the story.

use serde_json::{Value, json};

use super::cast::Person;
use super::print;
use super::walk::Walker;
use crate::failure::Failure;

/// What comes of a question.
#[derive(Clone, Copy)]
pub(super) enum Said {
    /// The customer gives the answer of that id.
    Answer(&'static str),
    /// It was a slip: the last answer is taken back.
    Slip,
}

/// Walks on from the node that the session stands at, as far as was said; answers the session as it is then.
pub(super) fn follow(walker: &mut Walker, who: &Person, session: &str, said: &[Said]) -> Result<Value, Failure> {
    let mut seen = walker.get(who, session, 200)?;
    for said in said {
        seen = match said {
            Said::Answer(id) => {
                let node = ask(&seen)?;
                let answers = node.get("answers").and_then(Value::as_array);
                let meant = answers.into_iter().flatten().find(|answer| answer.get("id") == Some(&json!(id)));
                print::line(format_args!("          > {}\n", words(meant, "label")))?;
                // By its key, as a technician at a keyboard does.
                let key = meant.and_then(|answer| answer.get("key")).map(Value::to_string);
                let step = json!({ "node_id": node.get("id"), "answer": key });
                walker.post(who, &format!("{session}/step"), &step)?
            }
            Said::Slip => {
                print::line("\n          \"No, wait.\" The last answer is taken back.\n")?;
                walker.post(who, &format!("{session}/undo"), &json!({ "node_id": seen.get("current_node_id") }))?
            }
        };
    }
    Ok(seen)
}

/// Closes the session as the end that it stands at suggests.
pub(super) fn close(walker: &mut Walker, who: &Person, session: &str, seen: &Value) -> Result<(), Failure> {
    let end = ask(seen)?;
    print::line("")?;
    match end.get("kind").and_then(Value::as_str) {
        Some("resolved") => {
            let resolved = json!({ "helpful": true, "resolution_notes": end.get("text") });
            walker.post(who, &format!("{session}/resolve"), &resolved)?;
        }
        Some("escalate") => {
            let escalated = json!({ "reason_category": end.get("reason_category"), "reason": end.get("text") });
            walker.post(who, &format!("{session}/escalate"), &escalated)?;
        }
        _ => walker.fails("the walk does not stand at an end")?,
    }
    Ok(())
}

/// Shows the node that the session stands at, and its answers.
fn ask(seen: &Value) -> Result<&Value, Failure> {
    let node = seen.get("next_node").unwrap_or(&Value::Null);
    let mark = match node.get("kind").and_then(Value::as_str) {
        Some("question") => '?',
        Some("instruction") => '!',
        _ => '=',
    };
    print::line(format_args!("\n          {mark} {}", words(Some(node), "text")))?;
    for answer in node.get("answers").and_then(Value::as_array).into_iter().flatten() {
        let key = answer.get("key").unwrap_or(&Value::Null);
        print::line(format_args!("            {key} {}", words(Some(answer), "label")))?;
    }
    Ok(node)
}

fn words<'a>(of: Option<&'a Value>, member: &str) -> &'a str {
    of.and_then(|of| of.get(member)).and_then(Value::as_str).unwrap_or("(nothing)")
}
