//! The processes behind a cluster.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use super::ClusterOptions;
use super::binaries::find;

/// The watchdog: a shell that waits until its standard input ends, which is when the test process ends, however it ends,
/// and then stops the server and removes what is left. Postgres itself has no such wish.
const WATCHDOG: &str = r#"
"$1" -D "$2" >"$2.log" 2>&1 </dev/null &
server=$!
read -r what || what=remove
kill -QUIT "$server" 2>/dev/null
wait "$server"
if [ "$what" = remove ]; then rm -rf "$2" "$2.log"; rmdir "$3" 2>/dev/null; fi
exit 0
"#;

/// A running server with its watchdog.
pub(super) struct Server {
    watchdog: Child,
    /// Its end tells the watchdog to stop the server.
    line: Option<ChildStdin>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut line) = self.line.take() {
            // The files stay: whoever owns them removes them.
            let _ = std::io::Write::write_all(&mut line, b"keep\n");
        }
        let _ = self.watchdog.wait();
    }
}

/// Postgres refuses to run as root: then everything runs as the unprivileged user that every system has.
fn as_nobody(command: &mut Command, folder: &Path) {
    if fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0) {
        let (uid, gid) = (65_534, 65_534);
        std::os::unix::fs::chown(folder, Some(uid), Some(gid)).expect("root may give its folder away");
        command.uid(uid).gid(gid);
    }
    command.current_dir(folder).env_remove("PGHOST").env_remove("PGPORT").env_remove("PGUSER").env("LC_ALL", "C");
}

/// Makes a cluster in `folder`.
pub(super) fn init(folder: &Path, options: &ClusterOptions) {
    let data = folder.join("data");
    let mut command = Command::new(find("initdb"));
    as_nobody(&mut command, folder);
    let output = command
        .args(["--username=firstline", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"])
        .arg(&data)
        .output()
        .expect("initdb can be run");
    assert!(output.status.success(), "initdb failed: {}", String::from_utf8_lossy(&output.stderr));
    let switch = if options.fsync { "on" } else { "off" };
    let mut settings = vec![
        format!("fsync = {switch}"),
        format!("synchronous_commit = {switch}"),
        format!("full_page_writes = {switch}"),
        "listen_addresses = '127.0.0.1'".to_owned(),
        "unix_socket_directories = ''".to_owned(),
        "max_connections = 300".to_owned(),
        "jit = off".to_owned(),
    ];
    settings.extend(options.settings.iter().cloned());
    let file = data.join("postgresql.conf");
    let before = fs::read_to_string(&file).expect("initdb has written it");
    fs::write(&file, format!("{before}\n{}\n", settings.join("\n"))).expect("the file can be written");
}

/// Starts the cluster in `folder` on a free port.
pub(super) fn start(folder: &Path) -> (Server, u16) {
    for _ in 0..10 {
        // Somebody else may take the port in between: then the server ends at once and another port is tried.
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a free port").port();
        if let Some(server) = start_on(folder, port) {
            return (server, port);
        }
    }
    panic!("Postgres did not start: {}", log(folder));
}

/// Starts the cluster in `folder` on `port`; `None` when it ends at once.
pub(super) fn start_on(folder: &Path, port: u16) -> Option<Server> {
    let data = folder.join("data");
    let mut command = Command::new("sh");
    as_nobody(&mut command, folder);
    // A group of its own: Ctrl-C reaches the tests first, and the watchdog then by the end of the line.
    command.process_group(0);
    command.args(["-c", WATCHDOG, "firstline-testkit"]).arg(find("postgres")).arg(&data).arg(folder);
    command.env("PGPORT", port.to_string());
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut watchdog = command.spawn().expect("sh can be run");
    let line = watchdog.stdin.take();
    let server = Server { watchdog, line };
    let deadline = Instant::now() + Duration::from_secs(30);
    while Instant::now() < deadline {
        let status = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        if status.contains(&port.to_string()) && status.contains("ready") {
            return Some(server);
        }
        if log(folder).contains("database system is shut down") || log(folder).contains("FATAL") {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    None
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("data.log")).unwrap_or_default()
}

/// Runs `sql` at `url` and gives what it prints.
pub(super) fn psql(url: &str, sql: &str) -> String {
    let empty = File::open("/dev/null").expect("/dev/null is there");
    let output = Command::new(find("psql"))
        .args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", "--command", sql, url])
        .stdin(empty)
        .output()
        .expect("psql can be run");
    assert!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}
