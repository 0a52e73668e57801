//! A service on a file, and people who write all the time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use firstline_testkit::http::Client;
use firstline_testkit::people::{Team, token};
use firstline_testkit::service::Service;
use serde_json::{Value, json};

use crate::env::Env;

/// The database file.
pub(super) const DATABASE: &str = "firstline.db";

/// Another database, migrated and empty.
pub(super) const OTHER: &str = "other.db";

/// A symbolic link to a database.
pub(super) const LINK: &str = "link.db";

/// How many people write at once.
const PEOPLE: usize = 4;

/// How many calls are answered before something is done, and after it, and how long that may take.
const CALLS: usize = 40;
const PATIENCE: Duration = Duration::from_secs(20);

/// A call that was taken.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) began: Instant,
    pub(super) status: u16,
    /// The session, if the write was acknowledged.
    pub(super) session: Option<String>,
}

/// A folder with a database, a service on it, and who calls it.
pub(super) struct Desk {
    // Ends before its folder goes.
    service: Service,
    url: String,
    team: Team,
    folder: tempfile::TempDir,
}

/// The URL of a file of the folder.
pub(super) fn url_of(folder: &Path, name: &str) -> String {
    format!("sqlite://{}", folder.join(name).display())
}

impl Desk {
    /// Starts a service on a new database, by its name or through a link.
    pub(super) fn open(env: &Env, through_link: bool) -> Self {
        let (team, folder) = (Team::new(), tempfile::tempdir().expect("a temporary folder"));
        for name in [DATABASE, OTHER] {
            let migrated = env.command(&url_of(folder.path(), name)).arg("migrate").output().expect("firstline runs");
            assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        }
        let name = if through_link { LINK } else { DATABASE };
        if through_link {
            std::os::unix::fs::symlink(folder.path().join(DATABASE), folder.path().join(LINK)).expect("a link");
        }
        let url = url_of(folder.path(), name);
        let service = env.service(&url, &Team::provision(std::slice::from_ref(&team)), &[]);
        Self { service, url, team, folder }
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn client(&self) -> Client {
        self.service.client(&token(self.team.technician))
    }

    /// Does `act` while people take calls; answers what it answered, and every call.
    pub(super) fn work_while<T>(&self, act: impl FnOnce(&Path) -> T) -> (T, Vec<Call>) {
        let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
        let some_calls = || {
            let (from, until) = (answered.load(Ordering::Relaxed), Instant::now() + PATIENCE);
            // Those that are on their way are none of them.
            while answered.load(Ordering::Relaxed) < from + CALLS + PEOPLE && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        std::thread::scope(|scope| {
            let work = || work(&self.client(), &stop, &answered);
            let people: Vec<_> = (0..PEOPLE).map(|_| scope.spawn(work)).collect();
            some_calls();
            let acted = act(self.folder());
            some_calls();
            stop.store(true, Ordering::Relaxed);
            let calls = people.into_iter().flat_map(|person| person.join().expect("they call to the end")).collect();
            (acted, calls)
        })
    }

    /// Whether readiness fails within this time.
    pub(super) fn is_unready_within(&self, time: Duration) -> bool {
        self.readiness_becomes(503, time)
    }

    /// Whether it is ready within this time.
    pub(super) fn is_ready_within(&self, time: Duration) -> bool {
        self.readiness_becomes(200, time)
    }

    fn readiness_becomes(&self, status: u16, time: Duration) -> bool {
        let (client, until) = (Client::new(self.service.address(), None), Instant::now() + time);
        loop {
            if client.get("/readyz").status == status {
                return true;
            }
            if Instant::now() > until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills the service, as a loss of power would, and starts one by the same URL; false if that does not start.
    pub(super) fn kill_and_start(&mut self, env: &Env) -> bool {
        self.service.kill();
        let entries = Team::provision(std::slice::from_ref(&self.team));
        let started = catch_unwind(AssertUnwindSafe(|| env.service(&self.url, &entries, &[])));
        started.map(|service| self.service = service).is_ok()
    }

    /// Whether a session is there.
    pub(super) fn has(&self, session: &str) -> bool {
        self.client().get(&format!("/api/v1/l1/sessions/{session}")).status == 200
    }
}

/// Takes calls until it is told to stop.
fn work(client: &Client, stop: &AtomicBool, answered: &AtomicUsize) -> Vec<Call> {
    let call = json!({ "problem_statement": "The scanner is dark" });
    let mut calls = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let began = Instant::now();
        let answer = client.post("/api/v1/l1/intake", &call);
        let session = (answer.status == 200).then(|| answer.json()["session_id"].as_str().map(str::to_owned)).flatten();
        answered.fetch_add(1, Ordering::Relaxed);
        calls.push(Call { began, status: answer.status, session });
    }
    calls
}

/// The JSON line that a service prints when it has started.
pub(super) fn started(line: &str) -> bool {
    serde_json::from_str::<Value>(line).is_ok_and(|line| line["listening"].is_string())
}
