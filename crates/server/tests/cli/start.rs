//! Starts on a database that is not there yet, cannot be used, or cannot be written.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use firstline_testkit::faults::{DiskFault, FaultyDisk};
use firstline_testkit::http::Client;
use firstline_testkit::postgres::{Cluster, ClusterOptions};
use firstline_testkit::service::firstline;

use crate::lifecycle::binary;
use crate::place::{Place, words};

/// A server that may not have printed anything yet; killed with this.
struct Starting {
    process: Child,
    address: String,
    client: Client,
}

impl Starting {
    fn on(url: &str) -> Self {
        Self::with_stdout(url, Stdio::null())
    }

    fn with_stdout(url: &str, stdout: impl Into<Stdio>) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let mut command = firstline(binary(), url);
        command.arg("serve").env("FIRSTLINE__SERVER__BIND", &address).stdout(stdout).stderr(Stdio::null());
        let client = Client::new(&address, None);
        Self { process: command.spawn().unwrap(), address, client }
    }

    /// Waits until `path` is answered with `status`.
    fn until(&self, path: &str, status: u16) {
        let until = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(&self.address).is_err() || self.client.get(path).status != status {
            assert!(Instant::now() < until, "{path} was never {status}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks it to end, which it must within five seconds and in good order.
    fn ends_when_told(&mut self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let until = Instant::now() + Duration::from_secs(5);
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return assert!(status.success(), "{status}");
            }
            assert!(Instant::now() < until, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn is_held_back(&self) {
        for path in ["/readyz", "/api/v1/openapi.json", "/api/v1/l1/queue", "/nowhere"] {
            let answer = self.client.get(path);
            assert_eq!(answer.problem(503), "store_unavailable", "{path}");
            assert!(!answer.header("retry-after").is_empty(), "{path}");
        }
        self.client.get("/livez").expect(200);
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn serve_waits_for_a_database_that_is_down_and_then_for_a_standby() {
    let cluster = Cluster::start(ClusterOptions::default());
    let url = cluster.fresh_database();
    cluster.stop();
    let starting = Starting::on(&url);
    starting.until("/livez", 200);
    starting.is_held_back();
    cluster.start_as_standby();
    // Longer than the pause between two looks is by then.
    std::thread::sleep(Duration::from_secs(2));
    starting.is_held_back();
    cluster.promote();
    starting.until("/readyz", 200);
    assert_eq!(starting.client.get("/api/v1/l1/queue").status, 401);
}

#[test]
fn a_signal_ends_a_start_that_waits() {
    let mut starting = Starting::on("postgres://firstline_app@127.0.0.1:1/firstline");
    starting.until("/livez", 200);
    starting.ends_when_told();
}

#[test]
fn a_stdout_that_is_full_and_not_read_holds_up_neither_requests_nor_signals() {
    let place = Place::new();
    let (reader, mut writer) = std::io::pipe().unwrap();
    let full = writer.try_clone().unwrap();
    // A pipe holds 64 KiB: this thread waits, and keeps it full, until the reader is gone.
    let filling = std::thread::spawn(move || writer.write_all(&vec![b'x'; 1 << 20]).unwrap_err());
    let mut starting = Starting::with_stdout(&place.url(), full);
    starting.until("/readyz", 200);
    starting.ends_when_told();
    drop(reader);
    filling.join().unwrap();
}

#[test]
fn what_no_waiting_mends_ends_the_start_at_once() {
    let missing = Cluster::shared().url("no_such_database");
    let refused = "postgres://firstline_app@127.0.0.1:1/firstline";
    for (url, patience, says) in [
        (missing.as_str(), "60s", "make the database"),
        ("postgres://firstline_app@127.0.0.1:port/firstline", "60s", "database.url is not usable"),
        (refused, "0s", "check that the database is running"),
        (refused, "1s", "check that the database is running"),
    ] {
        let mut command = firstline(binary(), url);
        command.arg("serve").env("FIRSTLINE__DATABASE__START_TIMEOUT", patience);
        if url.contains(":port") {
            command.env_remove("FIRSTLINE__DATABASE__MIGRATE_URL");
        }
        let began = Instant::now();
        let shown = words(&command.output().unwrap(), 1);
        assert!(shown.contains(says), "{says} in {shown}");
        assert!(began.elapsed() < Duration::from_secs(10), "{url}: {:?}", began.elapsed());
    }
}

#[test]
fn a_file_that_cannot_be_written_ends_the_start_and_says_so() {
    let place = Place::new();
    place.account();
    let disk = FaultyDisk::new();
    disk.begin(DiskFault::ReadOnly);
    let shown = words(&place.command(&["serve"]).envs(disk.environment()).output().unwrap(), 1);
    assert!(shown.contains("cannot be written") && shown.contains("permissions"), "{shown}");
}
