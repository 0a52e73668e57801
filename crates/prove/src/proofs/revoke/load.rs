//! The load: a colleague who works and must never be refused, and the user's own requests, which never stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use firstline_testkit::http::{Answer, Client};
use firstline_testkit::people::token;
use serde_json::json;

use super::desk::Desk;
use crate::report::Report;

/// Works at a desk, on both replicas in turn, until it is over.
pub(super) fn keep_working(desk: &Desk, addresses: [&str; 2], over: &AtomicBool, report: &Report) {
    let client = |user, at: usize| Client::new(addresses[at], Some(&token(user)));
    let (colleagues, users) = ([0, 1].map(|at| client(desk.colleague, at)), [0, 1].map(|at| client(desk.user, at)));
    let call = json!({ "problem_statement": "Outlook does not open" });
    let mut turn = 0;
    while !over.load(Ordering::Acquire) {
        let worked = insist(report, || colleagues[turn % 2].post("/api/v1/l1/intake", &call));
        report.count("calls_beside", 1);
        report.check(worked.status == 200, "bystander-refused", || format!("the colleague: {worked}"));
        // The user's own requests: what is answered of those on their way is not judged.
        let before = desk.revoked();
        let paths = ["/api/v1/l1/queue?limit=1", "/api/v1/users?limit=1"];
        let answers = paths.map(|path| users[(turn + 1) % 2].get(path));
        if let Some(phase) = before.filter(|phase| desk.revoked() == Some(*phase)) {
            report.count("calls_while_revoked", 2);
            for answer in &answers {
                report.check(answer.status >= 400, "later-success", || format!("in phase {phase}: {answer}"));
            }
        }
        turn += 1;
    }
}

/// Asks again while the service says that it has no turn to give (503), as it may on a machine with much else to do: that
/// is neither a success nor a refusal.
pub(super) fn insist(report: &Report, ask: impl Fn() -> Answer) -> Answer {
    for _ in 0..20 {
        let answer = ask();
        if answer.status != 503 {
            return answer;
        }
        report.count("asked_again", 1);
        std::thread::sleep(Duration::from_millis(100));
    }
    ask()
}
