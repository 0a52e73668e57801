//! A log that cannot be written: stderr is full, its reader has ended, or its reader does not read.

mod served;

use std::fs::{File, OpenOptions};
use std::io::PipeReader;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::env::Env;
use crate::proof::Proof;
use crate::report::Report;
use crate::test_database::StoreKind;
use served::Served;

pub(crate) const PROOF: Proof = Proof {
    name: "log",
    promise: "the log never decides whether requests are answered: with stderr full, ended or stalled, as text and as \
              JSON, every request is answered within 5 s, and SIGTERM ends the service within 10 s",
    does_not_show: &[
        "that no line is lost: lines that cannot be written are dropped and counted",
        "databases: it runs on the store in memory, as the log lies beside any store",
    ],
    attack,
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the end may take.
const END: Duration = Duration::from_secs(10);

/// What is wrong with stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Each write fails.
    Full,
    /// The reader has ended: each write fails.
    Ended,
    /// The reader does not read: the pipe fills.
    Stalled,
}

impl Fault {
    /// A stderr with this fault, and what must be kept so that it stays.
    fn stderr(self) -> (Stdio, Option<PipeReader>) {
        let pipe = || std::io::pipe().expect("a pipe");
        match self {
            Self::Full => {
                let full: File = OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
                (full.into(), None)
            }
            Self::Ended => (pipe().1.into(), None),
            Self::Stalled => {
                let (reader, writer) = pipe();
                (writer.into(), Some(reader))
            }
        }
    }
}

fn attack(env: &Env, report: &Report) {
    if !env.wants(StoreKind::Memory) {
        return;
    }
    for format in ["text", "json"] {
        for fault in [Fault::Full, Fault::Ended, Fault::Stalled] {
            one(env, fault, format, report);
            if report.is_enough() {
                return;
            }
        }
    }
}

fn one(env: &Env, fault: Fault, format: &str, report: &Report) {
    let (stderr, kept) = fault.stderr();
    let Some(mut served) = Served::start(env, format, stderr) else {
        report.finding("unanswered", format_args!("{fault:?}, {format}: it did not start"));
        return;
    };
    // A line a request, some 300 bytes each: a pipe holds 64 KiB.
    let requests = env.size(1_000, 20_000);
    for number in 0..requests {
        let call = json!({ "problem_statement": format!("call {number}") });
        if let Err(why) = served.intake(&call, PATIENCE) {
            report.finding("unanswered", format_args!("{fault:?}, {format}: request {number}: {why}"));
            return;
        }
        report.count("requests", 1);
    }
    report.check(served.get("/livez", PATIENCE).is_ok(), "unanswered", || format!("{fault:?}, {format}: /livez"));
    let tickets = served.queue_pages(PATIENCE);
    report.check(tickets == Ok(requests), "lost", || {
        format!("{fault:?}, {format}: {requests} tickets, {tickets:?} are there")
    });
    if fault != Fault::Stalled {
        let dropped = served.dropped_lines();
        report.check(dropped > requests as u64, "uncounted", || {
            format!("{fault:?}, {format}: {dropped} lines count as dropped after {requests} requests")
        });
    }
    let began = Instant::now();
    let ended = served.terminate(END);
    report.check(ended.is_some_and(|status| status.success()), "sigterm", || {
        format!("{fault:?}, {format}: {ended:?} after {:?}", began.elapsed())
    });
    drop(kept);
}
