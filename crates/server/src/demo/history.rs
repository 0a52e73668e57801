//! Who did what on a call, and when: a session's events in a line each.

use serde_json::Value;

use super::cast::Cast;
use super::print;
use super::walk::Walker;
use crate::failure::Failure;

/// Reads the events of a session and prints them, first as they are answered, then with the names of people.
pub(super) fn history(walker: &mut Walker, cast: &Cast, session: &str) -> Result<(), Failure> {
    print::line("\n    Who did what, and when (UTC), as the service has recorded it:")?;
    let events = walker.get(&cast.technician, &format!("{session}/events"), 200)?;
    print::line("")?;
    for event in events.as_array().into_iter().flatten() {
        print::line(format_args!("    {}", told(event, |id| cast.name(id))))?;
    }
    Ok(())
}

/// One event: its time, who caused it, in which capacity, and what it is.
fn told<'a>(event: &'a Value, name: impl Fn(&'a str) -> Option<&'a str>) -> String {
    let text = |value: &'a Value, member: &str| value.get(member).and_then(Value::as_str);
    let data = event.get("data").unwrap_or(&Value::Null);
    let time = text(event, "at").and_then(|at| at.get(11..23)).unwrap_or("?");
    let who = text(event, "actor_user_id").map_or("Firstline", |id| name(id).unwrap_or(id));
    let capacity = text(event, "acting_as").map_or(String::new(), |capacity| format!(" ({capacity})"));
    let kind = text(event, "kind").unwrap_or("?").replace('_', " ");
    let what = match (text(data, "question"), text(data, "answer"), text(data, "reason_category")) {
        (Some(question), Some(answer), _) => format!("{kind}: {question} > {answer}"),
        (_, _, Some(category)) => format!("{kind}: {category}"),
        _ => kind,
    };
    format!("{time}  {:<22}{what}", format!("{who}{capacity}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_tells_who_did_what_and_when() {
        let name = |id| (id == "7").then_some("Mia");
        let step = json!({
            "seq": 2, "kind": "step_recorded", "data": { "question": "Is it on?", "answer": "Yes" },
            "actor_user_id": "7", "acting_as": null, "at": "2026-01-31T09:30:00.123456Z",
        });
        assert_eq!(told(&step, name), "09:30:00.123  Mia                   step recorded: Is it on? > Yes");
        let escalated = json!({
            "kind": "escalated", "data": { "reason": "x", "reason_category": "hardware" },
            "actor_user_id": "8", "acting_as": "l1_coverage", "at": "2026-01-31T09:30:00.123456Z",
        });
        assert_eq!(told(&escalated, name), "09:30:00.123  8 (l1_coverage)       escalated: hardware");
        let abandoned = json!({ "kind": "abandoned", "data": {}, "actor_user_id": null, "at": "" });
        assert_eq!(told(&abandoned, name), "?  Firstline             abandoned");
    }
}
