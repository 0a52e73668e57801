//! A Postgres cluster of the tests' own, on loopback, which ends with the process that started it.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// Postgres refuses to run as root: then it runs as this user and group (`nobody`, `nogroup`).
const NOBODY: u32 = 65_534;

const MISSING: &str = "Postgres's server binaries (initdb, postgres, psql) are neither in PATH nor under \
     /usr/lib/postgresql/*/bin. ./scripts/test installs them; by hand: apt-get install postgresql";

/// How a cluster is to run.
#[derive(Debug, Clone, Default)]
pub struct ClusterOptions {
    /// Whether commits reach the disk. Tests say no; the bench says yes.
    pub fsync: bool,
    /// The folder to put the data in; in memory (`/dev/shm`) or the system's temporary folder without.
    pub parent: Option<PathBuf>,
    /// Further settings, each `name=value`.
    pub settings: Vec<String>,
}

/// Who makes the cluster: nothing binds this role, so tests use it to look and to break things, and no service does.
const SUPERUSER: &str = "firstline";

/// Who owns the databases and migrates them: an ordinary role that may make roles.
const OWNER: &str = "firstline_owner";

/// Who serves. Migrating makes this login, and the one that looks up across accounts.
const SERVICE: &str = "firstline_app";

/// Postgres copies everything of a template but who may connect to it.
const WHO_MAY_CONNECT: &str = "DO $$
    DECLARE given record;
    BEGIN
        IF EXISTS (SELECT FROM pg_database WHERE datname = 'TEMPLATE' AND datacl IS NOT NULL AND NOT datistemplate) THEN
            EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
            FOR given IN SELECT a.privilege_type AS what, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS who
                FROM pg_database, aclexplode(datacl) a WHERE datname = 'TEMPLATE'
            LOOP
                EXECUTE format('GRANT %s ON DATABASE %I TO %s', given.what, current_database(), given.who);
            END LOOP;
        END IF;
    END $$";

/// A running cluster, from loopback only, without passwords. Each database has three URLs: the one that is handed out logs in
/// as a service does in production, bound by the wall between accounts; see [`as_owner`] and [`as_superuser`].
pub struct Cluster {
    bin: PathBuf,
    data: PathBuf,
    options: ClusterOptions,
    port: u16,
    keeper: Mutex<Option<Child>>,
    databases: AtomicU32,
}

impl Cluster {
    /// The cluster that all tests of this process share: fsync off, in memory where there is room.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(ClusterOptions::default()))
    }

    /// Makes and starts a cluster.
    #[must_use]
    pub fn start(options: ClusterOptions) -> Self {
        let bin = binaries();
        let memory = Path::new("/dev/shm");
        let temporary = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        let parent = options.parent.clone().unwrap_or(temporary);
        let home = tempfile::Builder::new().prefix("firstline-pg-").tempdir_in(parent).expect("a temporary folder");
        // The keeper removes it when the cluster ends: this process may be killed before it could.
        let home = home.keep();
        if is_root() {
            chown(&home, Some(NOBODY), Some(NOBODY)).expect("the folder given to nobody");
        }
        let data = home.join("data");
        let mut initdb = as_nobody(Command::new(bin.join("initdb")));
        initdb.arg("-D").arg(&data).args(["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]);
        let made = initdb.output().expect("initdb runs");
        assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let cluster = Self { bin, data, options, port, keeper: Mutex::new(None), databases: AtomicU32::new(0) };
        cluster.start_again();
        cluster.run_sql("postgres", &format!("CREATE ROLE {OWNER} LOGIN CREATEROLE"));
        cluster
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The folder of Postgres's binaries, for `pgbench` and its like.
    #[must_use]
    pub fn binaries(&self) -> &Path {
        &self.bin
    }

    /// The URL of the database `name` for a service.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        format!("postgres://{SERVICE}@127.0.0.1:{}/{name}?sslmode=disable", self.port)
    }

    /// Makes an empty database and answers its URL.
    #[must_use]
    pub fn fresh_database(&self) -> String {
        self.fresh_database_from("template1")
    }

    /// Makes a database that is a copy of `template`, to which nobody may be connected, and answers its URL.
    #[must_use]
    pub fn fresh_database_from(&self, template: &str) -> String {
        let name = format!("fresh_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run_sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}"));
        self.run_sql(&name, &WHO_MAY_CONNECT.replace("TEMPLATE", template));
        self.url(&name)
    }

    /// Makes the empty database `name` and answers its URL.
    #[must_use]
    pub fn create_database(&self, name: &str) -> String {
        self.run_sql("postgres", &format!("CREATE DATABASE {name} OWNER {OWNER}"));
        self.url(name)
    }

    /// Runs SQL in a database as the superuser and answers what `psql` prints, unaligned.
    pub fn run_sql(&self, database: &str, sql: &str) -> String {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, &as_superuser(&self.url(database))]);
        let output = psql.output().expect("psql runs");
        assert!(output.status.success(), "psql failed: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Stops the server at once, as an outage would; the data stay.
    pub fn stop(&self) {
        let keeper = self.keeper.lock().unwrap().take();
        if let Some(mut keeper) = keeper {
            let stdin = keeper.stdin.take();
            stdin.map(|mut stdin| stdin.write_all(b"stop\n"));
            keeper.wait().expect("the keeper ends");
        }
    }

    /// Starts the stopped server as a standby, which takes no writes until [`promote`](Self::promote).
    pub fn start_as_standby(&self) {
        let signal = self.data.join("standby.signal");
        std::fs::write(&signal, "").expect("the file that makes a standby");
        if is_root() {
            chown(&signal, Some(NOBODY), Some(NOBODY)).expect("the file given to nobody");
        }
        self.start_again();
    }

    /// Makes the primary of a standby.
    pub fn promote(&self) {
        assert_eq!(self.run_sql("postgres", "SELECT pg_promote()"), "t", "it is promoted within a minute");
    }

    /// Starts the server on the data and port that it had.
    pub fn start_again(&self) {
        // The keeper outlives neither us nor our end: when its standard input says so or closes, it stops the server.
        // Without the word "stop" the cluster is not started again, so its folder goes too.
        let script = r#"dir=$1; shift; "$@" >"$dir/log" 2>&1 & server=$!
            read -r word; kill -INT $server; wait $server; [ "$word" = stop ] || rm -rf "$dir""#;
        let home = self.data.parent().expect("the data folder is inside another");
        let mut keeper = as_nobody(Command::new("sh"));
        keeper.args(["-c", script, "keeper"]).arg(home).arg(self.bin.join("postgres")).arg("-D").arg(&self.data);
        let sync = if self.options.fsync { "on" } else { "off" };
        let fixed = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            "unix_socket_directories=".to_owned(),
            format!("fsync={sync}"),
            format!("full_page_writes={sync}"),
            format!("synchronous_commit={sync}"),
            "max_connections=200".to_owned(),
        ];
        for setting in fixed.iter().chain(&self.options.settings) {
            keeper.args(["-c", setting]);
        }
        // A process group of its own: a Ctrl-C at the terminal ends us, and the closing pipe then ends the server.
        keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        *self.keeper.lock().unwrap() = Some(keeper.spawn().expect("sh runs"));
        self.wait_until_ready();
    }

    fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        let port = self.port.to_string();
        loop {
            let mut ready = Command::new(self.bin.join("pg_isready"));
            ready.args(["-q", "-h", "127.0.0.1", "-p", &port, "-U", SUPERUSER, "-d", "postgres"]);
            if ready.status().expect("pg_isready runs").success() {
                return;
            }
            let log = || std::fs::read_to_string(self.data.with_file_name("log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "Postgres did not start within 30 s:\n{}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.lock().unwrap().take() {
            drop(keeper.stdin.take());
            // The keeper's own end says nothing that a finished test could use. Where it may not remove the folder itself,
            // as `nobody` inside ours, what is left of it is ours to remove.
            let _ = keeper.wait();
            let _ = self.data.parent().map(std::fs::remove_dir_all);
        }
    }
}

/// The URL by which the owner of the tables reaches the database of a cluster's `url`, to migrate it.
#[must_use]
pub fn as_owner(url: &str) -> String {
    as_role(OWNER, url)
}

/// The URL by which the superuser reaches the database of a cluster's `url`.
#[must_use]
pub fn as_superuser(url: &str) -> String {
    as_role(SUPERUSER, url)
}

/// The URL by which `role` reaches the database of a cluster's `url`, with the same password if it has one.
#[must_use]
pub fn as_role(role: &str, url: &str) -> String {
    url.replace(&format!("//{SERVICE}@"), &format!("//{role}@"))
        .replace(&format!("//{SERVICE}:"), &format!("//{role}:"))
}

fn is_root() -> bool {
    // The owner of /proc/self is the effective user.
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").expect("/proc is there")) == 0
}

fn as_nobody(mut command: Command) -> Command {
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.current_dir("/");
    command
}

fn binaries() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<PathBuf> = installed.map(|version| version.path().join("bin")).collect();
    // Newest first; what is in PATH is a choice of the user's and comes before.
    installed.sort();
    installed.reverse();
    let in_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "psql", "pg_isready"].iter().all(|name| folder.join(name).exists());
    [in_path, installed].concat().into_iter().find(complete).expect(MISSING)
}
