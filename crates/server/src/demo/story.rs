//! Two calls of an ordinary morning: one that the first line resolves, one that it hands on.

use serde_json::{Value, json};

use super::cast::Cast;
use super::guide::{Said, close, follow};
use super::history::history;
use super::print;
use super::walk::Walker;
use crate::failure::Failure;

/// What the first customer says.
const OUTLOOK: [Said; 8] = [
    Said::Answer("only_me"),
    Said::Answer("it_opens_and_closes_at"),
    Said::Answer("done"),
    Said::Answer("no"),
    Said::Slip,
    Said::Answer("yes"),
    Said::Answer("done"),
    Said::Answer("yes"),
];

/// What the second one says before Mia's shift ends, and after it.
const VPN: [&[Said]; 2] = [&[Said::Answer("yes")], &[Said::Answer("yes"), Said::Answer("yes")]];

/// Tells both calls over HTTP.
///
/// # Errors
/// When a call did not go as told.
pub(super) fn tell(base: &str, cast: &Cast) -> Result<(), Failure> {
    let mut walker = Walker::new(base);
    resolved_call(&mut walker, cast)?;
    escalated_call(&mut walker, cast)?;
    match walker.failed {
        0 => print::line("\nBoth calls went as told.\n"),
        failed => Err(Failure::new(format!("{failed} of the requests did not go as told"))
            .remedy("the lines marked with ! say which, and request_id finds them in the log")),
    }
}

fn resolved_call(walker: &mut Walker, cast: &Cast) -> Result<(), Failure> {
    let mia = &cast.technician;
    print::line(
        "\n--- First call: Outlook does not open. Mia asks what the flow says, and it leads her to the remedy.\n",
    )?;
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
    let end = follow(walker, mia, &session, &OUTLOOK)?;
    let notes =
        json!({ "notes": [{ "kind": "workaround", "text": "PDF exporter 2.1 switched off; 2.4 is in the portal" }] });
    walker.post(mia, &format!("{session}/notes"), &notes)?;
    close(walker, mia, &session, &end)?;
    history(walker, cast, &session)
}

fn escalated_call(walker: &mut Walker, cast: &Cast) -> Result<(), Failure> {
    let (mia, jonas) = (&cast.technician, &cast.covering);
    print::line("\n--- Second call: the VPN drops. Mia begins; her shift ends, and Jonas covers for her.\n")?;
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
    let [before, after] = VPN;
    follow(walker, mia, &session, before)?;

    print::line("\n    Priya, who wrote the flow, is an engineer too, but she does not cover the first line.")?;
    walker.get(&cast.engineer, "/l1/queue?status_filter=walking", 403)?;
    print::line("    Nor may Tom, who only looks on.")?;
    walker.get(&cast.viewer, &session, 403)?;
    print::line("    Jonas finds Mia's call in the queue and goes on where she stopped.")?;
    walker.get(jonas, "/l1/queue?status_filter=walking", 200)?;
    let end = follow(walker, jonas, &session, after)?;
    close(walker, jonas, &session, &end)?;
    history(walker, cast, &session)
}

/// The path of the session that an intake began.
fn path_of(begun: &Value) -> String {
    format!("/l1/sessions/{}", begun.get("session_id").and_then(Value::as_str).unwrap_or("none"))
}
