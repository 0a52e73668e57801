//! A running `firstline serve`, as a process of its own, which ends with the value that holds it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::http::Client;
use crate::people::{AUDIENCE, ISSUER, SECRET, Team};
use crate::postgres::as_owner;

/// A service that listens on loopback.
pub struct Service {
    process: Child,
    address: String,
    metrics: String,
    files: tempfile::TempDir,
}

/// A `firstline` command with the tests' secret, issuer and audience and nothing of the caller's `FIRSTLINE__`
/// settings. A Postgres database of a [`Cluster`](crate::postgres::Cluster) is migrated by its owner.
#[must_use]
pub fn firstline(binary: &Path, database_url: &str) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FIRSTLINE")) {
        command.env_remove(name);
    }
    if database_url.starts_with("postgres") {
        command.env("FIRSTLINE__DATABASE__MIGRATE_URL", as_owner(database_url));
    }
    command
        .env("FIRSTLINE__DATABASE__URL", database_url)
        .env("FIRSTLINE__DATABASE__ALLOW_MEMORY", "true")
        .env("FIRSTLINE__AUTH__HS256_SECRET", SECRET)
        .env("FIRSTLINE__AUTH__ISSUER", ISSUER)
        .env("FIRSTLINE__AUTH__AUDIENCE", AUDIENCE)
        .env("FIRSTLINE__SERVER__BIND", "127.0.0.1:0")
        .env("FIRSTLINE__METRICS__BIND", "127.0.0.1:0")
        .env("FIRSTLINE__SERVER__DRAIN_DELAY", "0s")
        // Tests and benches call faster than people do; the tests of the limits turn them on again.
        .env("FIRSTLINE__LIMITS__ENABLED", "false");
    command
}

impl Service {
    /// Starts `binary` on the database with the teams provisioned, and waits until it takes requests.
    #[must_use]
    pub fn start(binary: &Path, database_url: &str, teams: &[Team]) -> Self {
        Self::start_with(binary, database_url, teams, &[])
    }

    /// As [`start`](Self::start), with further environment variables.
    #[must_use]
    pub fn start_with(binary: &Path, database_url: &str, teams: &[Team], environment: &[(&str, &str)]) -> Self {
        Self::start_provisioned(binary, database_url, &Team::provision(teams), environment)
    }

    /// As [`start_with`](Self::start_with), with a provisioning file of one's own.
    #[must_use]
    pub fn start_provisioned(binary: &Path, database_url: &str, entries: &Value, environment: &[(&str, &str)]) -> Self {
        let mut command = firstline(binary, database_url);
        command.envs(environment.iter().copied());
        Self::launch(command, entries)
    }

    /// As [`start`](Self::start) for a binary of whatever version: it is given the settings that it knows. One from
    /// before the wall between accounts logs in as the owner.
    #[must_use]
    pub fn start_of_any_version(binary: &Path, database_url: &str, teams: &[Team]) -> Self {
        let output = Command::new(binary).arg("config").output().expect("it prints its settings");
        let known: Value = serde_json::from_slice(&output.stdout).expect("its settings as JSON");
        let has = |section: &str, key: &str| known.get(section).is_some_and(|section| section.get(key).is_some());
        let own_url = if has("database", "wall") { database_url.to_owned() } else { as_owner(database_url) };
        let mut command = firstline(binary, &own_url);
        let given: Vec<_> = command.get_envs().map(|(name, _)| name.to_owned()).collect();
        for name in given {
            let setting = name.to_string_lossy().to_lowercase();
            let parts = setting.strip_prefix("firstline__").and_then(|setting| setting.split_once("__"));
            if parts.is_some_and(|(section, key)| !has(section, key)) {
                command.env_remove(name);
            }
        }
        Self::launch(command, &Team::provision(teams))
    }

    fn launch(mut command: Command, entries: &Value) -> Self {
        let files = tempfile::tempdir().expect("a temporary folder");
        let provision: PathBuf = files.path().join("provision.json");
        std::fs::write(&provision, entries.to_string()).expect("the provisioning file");
        let log = std::fs::File::create(files.path().join("log")).expect("the log file");
        command.arg("serve").arg("--provision").arg(&provision);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut process =
            command.spawn().unwrap_or_else(|error| panic!("{} does not run: {error}", command.get_program().display()));
        let mut line = String::new();
        let stdout = process.stdout.take().expect("its standard output");
        BufReader::new(stdout).read_line(&mut line).expect("a line from it");
        let log = || std::fs::read_to_string(files.path().join("log")).unwrap_or_default();
        let started: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("serve printed no JSON line but {line:?}; its log:\n{}", log()));
        let text = |name: &str| started.get(name).and_then(Value::as_str).expect("an address").to_owned();
        Self { address: text("listening"), metrics: text("metrics"), process, files }
    }

    /// Where it listens: `127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where its metrics are: `127.0.0.1:PORT`.
    #[must_use]
    pub fn metrics_address(&self) -> &str {
        &self.metrics
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        let mut text = String::new();
        std::fs::File::open(self.files.path().join("log"))
            .and_then(|mut log| log.read_to_string(&mut text))
            .expect("the log file");
        text
    }

    /// A client that calls it with this token.
    #[must_use]
    pub fn client(&self, token: &str) -> Client {
        Client::new(&self.address, Some(token))
    }

    /// Ends it at once, as a loss of power would.
    pub fn kill(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    pub fn terminate(&mut self) -> ExitStatus {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        assert!(sent.success(), "no signal could be sent to {pid}");
        let deadline = Instant::now() + Duration::from_secs(40);
        loop {
            if let Some(status) = self.process.try_wait().expect("its status") {
                return status;
            }
            assert!(Instant::now() < deadline, "it did not end within 40 s; its log:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}
