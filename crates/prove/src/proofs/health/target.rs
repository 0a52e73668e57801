//! A service whose store stops taking writes, and what became of the writes.

use std::time::{Duration, Instant};

use firstline_testkit::http::Client;
use firstline_testkit::people::{Team, token};
use firstline_testkit::service::Service;
use serde_json::json;

use crate::env::Env;
use crate::report::Report;

/// How long readiness may lag behind.
const LAG: Duration = Duration::from_secs(12);

/// A service under attack, with what became of the writes.
pub(super) struct Target<'a> {
    pub(super) service: Service,
    technician: Client,
    what: &'static str,
    report: &'a Report,
    acknowledged: usize,
    unknown: usize,
}

impl<'a> Target<'a> {
    pub(super) fn start(
        env: &Env,
        url: &str,
        settings: &[(&str, &str)],
        what: &'static str,
        report: &'a Report,
    ) -> Self {
        let team = Team::new();
        let service = env.service(url, &Team::provision(std::slice::from_ref(&team)), settings);
        let technician = service.client(&token(team.technician));
        Self { service, technician, what, report, acknowledged: 0, unknown: 0 }
    }

    pub(super) fn is_ready(&self) -> bool {
        self.technician.get("/readyz").status == 200
    }

    /// Whether readiness comes to be as wanted in time, with a write now and then meanwhile.
    pub(super) fn turns(&mut self, ready: bool) -> bool {
        let until = Instant::now() + LAG;
        while self.is_ready() != ready {
            if Instant::now() > until {
                return false;
            }
            self.write();
            std::thread::sleep(Duration::from_millis(100));
        }
        true
    }

    /// Writes once: the status.
    pub(super) fn write(&mut self) -> u16 {
        let answer = self.technician.post("/api/v1/l1/intake", &json!({ "problem_statement": "Printer is dark" }));
        self.report.count("writes", 1);
        match answer.status {
            200 => self.acknowledged += 1,
            503 if answer.problem(503) == "outcome_unknown" => self.unknown += 1,
            503 => {}
            _ => self.report.finding("status", format_args!("{}: a write is answered {answer}", self.what)),
        }
        answer.status
    }

    /// What must hold while no write succeeds.
    pub(super) fn takes_no_writes(&mut self) {
        let what = self.what;
        let noticed = self.turns(false);
        self.report.check(noticed, "stays-ready", || format!("{what}: /readyz is 200 after {LAG:?}"));
        for _ in 0..20 {
            let status = self.write();
            self.report.check(status == 503, "status", || format!("{what}: a write is answered {status}"));
            let status = self.technician.get("/api/v1/l1/queue").status;
            self.report.check(status == 200, "reads", || format!("{what}: a read is answered {status}"));
        }
    }

    /// What must hold once writes succeed again.
    pub(super) fn takes_writes_again(&mut self) {
        let what = self.what;
        let noticed = self.turns(true);
        self.report.check(noticed, "stays-unready", || format!("{what}: /readyz is not 200 {LAG:?} after its end"));
        // More than there are workers, each on a connection of its own.
        for _ in 0..20 {
            let status = self.write();
            self.report
                .check(status == 200, "status", || format!("{what}: after its end a write is answered {status}"));
        }
        let rows = self.technician.get("/api/v1/l1/queue?limit=200").expect(200);
        let there = rows.as_array().map_or(0, Vec::len);
        let (least, most) = (self.acknowledged, self.acknowledged + self.unknown);
        self.report.check((least..=most).contains(&there), "lost-or-doubled", || {
            format!("{what}: {least} acknowledged, {} of unknown outcome, {there} there", self.unknown)
        });
        self.report.check(most <= 200, "too-many", || format!("{what}: more writes than a page of the queue shows"));
    }

    /// Ends the service in good order.
    pub(super) fn end(mut self) {
        let status = self.service.terminate();
        let what = self.what;
        self.report.check(status.success(), "end", || format!("{what}: it ended with {status}"));
    }
}
