//! Two calls of an ordinary morning: one that the first line resolves, one that it hands on.

use serde_json::{Value, json};

use super::cast::Cast;
use super::say;
use super::walk::Walker;
use crate::failure::Failure;

/// The first call's questions and answers.
const OUTLOOK: [(&str, &str, &str); 5] = [
    ("what-happens", "What happens when you start Outlook?", "The start screen shows for a moment, then it is gone"),
    ("since-when", "Since when?", "Since the update this morning"),
    ("safe-mode", "Does it open with `outlook.exe /safe`?", "Yes"),
    ("add-ins", "Which add-ins are switched on?", "Teams Meeting and an old PDF exporter"),
    ("without-add-in", "Does it open normally without the PDF exporter?", "Yes, it stays open"),
];

/// Tells both calls over HTTP.
///
/// # Errors
/// When a call did not go as told.
pub(super) fn tell(base: &str, cast: &Cast) -> Result<(), Failure> {
    let mut walker = Walker::new(base);
    resolved_call(&mut walker, cast)?;
    escalated_call(&mut walker, cast)?;
    match walker.failed {
        0 => say::line("\nBoth calls went as told.\n"),
        failed => Err(Failure::new(format!("{failed} of the requests did not go as told"))
            .remedy("the lines marked with ! say which, and request_id finds them in the log")),
    }
}

fn resolved_call(walker: &mut Walker, cast: &Cast) -> Result<(), Failure> {
    let mia = &cast.technician;
    say::line("--- 9:04, first call: Outlook does not open. Mia walks the flow with the customer.\n")?;
    let begun = walker.post(
        mia,
        "/l1/intake",
        &json!({
            "problem_statement": "Outlook closes right after it starts",
            "customer_name": "Dana Okafor",
            "customer_contact": "ext. 4471",
            "flow_id": cast.outlook,
        }),
    )?;
    let session = path_of(&begun);
    for (node_id, question, answer) in OUTLOOK {
        let step = json!({ "node_id": node_id, "question": question, "answer": answer });
        walker.post(mia, &format!("{session}/step"), &step)?;
    }
    let notes =
        json!({ "notes": [{ "kind": "workaround", "text": "PDF exporter 2.1 switched off; 2.4 is in the portal" }] });
    walker.post(mia, &format!("{session}/notes"), &notes)?;
    let resolved = json!({ "helpful": true, "resolution_notes": "Old PDF add-in broke with the update. Removed it, 2.4 is being rolled out." });
    walker.post(mia, &format!("{session}/resolve"), &resolved)?;
    Ok(())
}

fn escalated_call(walker: &mut Walker, cast: &Cast) -> Result<(), Failure> {
    let (mia, jonas) = (&cast.technician, &cast.covering);
    say::line("\n--- 11:52, second call: the VPN drops. Mia begins; her shift ends, and Jonas covers for her.\n")?;
    let begun = walker.post(
        mia,
        "/l1/intake",
        &json!({
            "problem_statement": "The VPN drops every few minutes, whole sales team",
            "customer_name": "Luis Ferreira",
            "customer_contact": "luis@northwind.example",
            "flow_id": cast.vpn,
        }),
    )?;
    let session = path_of(&begun);
    let first = json!({ "node_id": "how-many", "question": "Is it only you?", "answer": "No, all twelve of us" });
    walker.post(mia, &format!("{session}/step"), &first)?;

    say::line("\n    Priya is an engineer too, but she does not cover the first line.")?;
    walker.get(&cast.engineer, "/l1/queue?status_filter=walking", 403)?;
    say::line("    Nor may Tom, who only looks on.")?;
    walker.get(&cast.viewer, &session, 403)?;
    say::line("    Jonas finds Mia's call in the queue and goes on where she stopped.")?;
    walker.get(jonas, "/l1/queue?status_filter=walking", 200)?;
    let second = json!({
        "node_id": "gateway",
        "question": "Which gateway does the client show?",
        "answer": "vpn-west-2",
        "note": "vpn-west-2 is at 98 % of its sessions",
    });
    walker.post(jonas, &format!("{session}/step"), &second)?;
    let reason = json!({ "reason_category": "outage", "reason": "vpn-west-2 is full, twelve people affected; needs the network team" });
    walker.post(jonas, &format!("{session}/escalate"), &reason)?;
    say::line("\n    Who did what, in the session's own history:")?;
    walker.get(mia, &format!("{session}/events"), 200)?;
    Ok(())
}

/// The path of the session that an intake began.
fn path_of(begun: &Value) -> String {
    format!("/l1/sessions/{}", begun.get("session_id").and_then(Value::as_str).unwrap_or("none"))
}
