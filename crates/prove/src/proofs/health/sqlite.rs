//! The disk below a SQLite file.

use firstline_testkit::faults::{DiskFault, FaultyDisk};

use super::target::Target;
use crate::env::Env;
use crate::report::Report;

pub(super) fn attack(env: &Env, report: &Report) {
    for (fault, what) in [(DiskFault::Full, "full disk"), (DiskFault::Fsync, "failing fsync")] {
        let (folder, disk) = (tempfile::tempdir().expect("a temporary folder"), FaultyDisk::new());
        let url = format!("sqlite://{}", folder.path().join("firstline.db").display());
        let mut site = Target::start(env, &url, &disk.environment(), what, report);
        let ready = site.is_ready() && site.write() == 200;
        report.check(ready, "start", || format!("{what}: it is not ready before the fault"));
        disk.begin(fault);
        site.takes_no_writes();
        disk.end(fault);
        if report.is_enough() {
            return;
        }
        site.takes_writes_again();
        site.end();
    }
    cannot_be_written(env, report);
}

/// A service does not start on a file that it cannot write.
fn cannot_be_written(env: &Env, report: &Report) {
    let (folder, disk) = (tempfile::tempdir().expect("a temporary folder"), FaultyDisk::new());
    let url = format!("sqlite://{}", folder.path().join("firstline.db").display());
    let made = env.command(&url).args(["account", "create", "--name", "Northwind"]).output().expect("it runs");
    report.check(made.status.success(), "start", || "no file could be made".to_owned());
    disk.begin(DiskFault::ReadOnly);
    let output = env.command(&url).arg("serve").envs(disk.environment()).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    report.check(!output.status.success() && said.contains("cannot be written"), "starts-read-only", || {
        format!("a file that cannot be written: {}, {said}", output.status)
    });
}
