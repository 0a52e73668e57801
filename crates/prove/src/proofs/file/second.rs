//! A second server on a file that is served, by whatever name.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::env::Env;
use crate::report::Report;

use super::deeds::remove_lock_files;
use super::desk::{DATABASE, Desk, LINK, started, url_of};

const HARD_LINK: &str = "hard.db";

/// How long a start, or its refusal, may take.
const START: Duration = Duration::from_secs(20);

pub(super) fn attack(env: &Env, report: &Report) {
    let desk = Desk::open(env, false);
    let folder = desk.folder();
    symlink(folder.join(DATABASE), folder.join(LINK)).expect("a symbolic link");
    for name in [DATABASE, LINK] {
        try_to_serve(env, folder, name, name, report);
    }
    remove_lock_files(folder);
    try_to_serve(env, folder, DATABASE, "its own name, after lock files were removed", report);
    fs::hard_link(folder.join(DATABASE), folder.join(HARD_LINK)).expect("a hard link");
    try_to_serve(env, folder, HARD_LINK, "a hard link", report);
    // A command beside the server would keep its changes beside the other name.
    let mut command = env.command(&url_of(folder, HARD_LINK));
    let beside = command.args(["account", "create", "--name", "N"]).output().expect("firstline runs");
    report.check(!beside.status.success(), "second", || "a command writes through a hard link".to_owned());
    report.check(desk.is_ready_within(Duration::ZERO), "unready", || "the first server is not ready".to_owned());
}

/// Starts a server, which must refuse in words that say why.
fn try_to_serve(env: &Env, folder: &Path, name: &str, by: &str, report: &Report) {
    report.count("second_servers", 1);
    let mut command = env.command(&url_of(folder, name));
    command.arg("serve").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().expect("firstline runs");
    let mut line = String::new();
    // Ends with the process, if it is refused.
    BufReader::new(process.stdout.take().expect("its standard output")).read_line(&mut line).expect("its first line");
    if started(&line) {
        end(&mut process);
        report.finding("second", format_args!("a second server starts by {by}"));
        return;
    }
    let until = Instant::now() + START;
    while process.try_wait().expect("its status").is_none() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(10));
    }
    end(&mut process);
    let mut words = String::new();
    process.stderr.take().expect("its log").read_to_string(&mut words).expect("its words");
    report.check(words.contains("another process is serving"), "words", || format!("by {by} it says {words:?}"));
}

fn end(process: &mut Child) {
    // It may have ended by itself.
    let _ = process.kill();
    let _ = process.wait();
}
