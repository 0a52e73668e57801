//! The files of a SQLite database that are removed, moved, replaced or linked while it is served.

mod deeds;
mod desk;
mod second;

use std::time::{Duration, Instant};

use crate::env::Env;
use crate::proof::Proof;
use crate::report::Report;
use crate::test_database::StoreKind;
use deeds::{After, DEEDS, Deed};
use desk::Desk;

pub(crate) const PROOF: Proof = Proof {
    name: "file",
    promise: "what happens to the files of a SQLite database is noticed: no write is acknowledged that the next start \
              does not find, readiness fails within 5 s, and no second server gets at the file by another name",
    does_not_show: &[
        "what becomes of writes that were acknowledged before: they are gone with a file that is removed",
        "a file that vanishes between the last look at it and the answer, some microseconds",
        "files on a network, and other stores: it runs on SQLite alone",
    ],
    attack,
};

/// How soon readiness must fail.
const NOTICED: Duration = Duration::from_secs(5);

fn attack(env: &Env, report: &Report) {
    if !env.wants(StoreKind::Sqlite) {
        return;
    }
    for _ in 0..env.size(1, 20) {
        for deed in DEEDS {
            one(env, deed, report);
            if report.is_enough() {
                return;
            }
        }
        second::attack(env, report);
        if report.is_enough() {
            return;
        }
    }
}

/// Does it while people write, and looks what the next start finds.
fn one(env: &Env, deed: &Deed, report: &Report) {
    report.count("deeds", 1);
    let mut desk = Desk::open(env, deed.through_link);
    let (done, mut calls) = desk.work_while(|folder| {
        (deed.act)(folder);
        Instant::now()
    });
    match deed.after {
        After::Gone | After::PutBack(_) => {
            let noticed = desk.is_unready_within(NOTICED.saturating_sub(done.elapsed()));
            report.check(noticed, "unnoticed", || format!("{}: /readyz stays 200", deed.name));
            let late = calls.iter().filter(|call| call.began > done && call.session.is_some()).count();
            report.check(late == 0, "acknowledged", || {
                format!("{}: {late} writes were acknowledged after it", deed.name)
            });
            let odd = calls.iter().find(|call| call.session.is_none() && call.status != 503);
            report.check(odd.is_none(), "status", || format!("{}: a write was answered {odd:?}", deed.name));
        }
        After::Goes => {
            report.check(desk.is_ready_within(Duration::ZERO), "unready", || format!("{}: /readyz fails", deed.name));
            let refused = calls.iter().find(|call| call.session.is_none());
            report.check(refused.is_none(), "refused", || format!("{}: a write was answered {refused:?}", deed.name));
        }
    }
    if let After::PutBack(undo) = deed.after {
        undo(desk.folder());
        report.check(desk.is_ready_within(NOTICED), "unready", || format!("{}: not ready once undone", deed.name));
        let (_, more) = desk.work_while(|_| Instant::now());
        report.check(more.iter().all(|call| call.session.is_some()), "refused", || {
            format!("{}: a write is refused once undone", deed.name)
        });
        calls.extend(more);
    }
    // What was acknowledged before is lost only where the deed itself loses it.
    let counts = |began: Instant| !matches!(deed.after, After::Gone) || began > done;
    let acknowledged: Vec<String> =
        calls.into_iter().filter(|call| counts(call.began)).filter_map(|call| call.session).collect();
    report.count("acknowledged", acknowledged.len() as u64);
    if !desk.kill_and_start(env) {
        report.finding("lost", format_args!("{}: the next start does not find a database that is whole", deed.name));
        return;
    }
    let lost = acknowledged.iter().filter(|session| !desk.has(session)).count();
    report.check(lost == 0, "lost", || {
        format!(
            "{}: of {} acknowledged writes {lost} are not there after the next start",
            deed.name,
            acknowledged.len()
        )
    });
}
