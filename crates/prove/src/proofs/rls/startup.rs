//! Whether the service starts without the wall.

use std::process::Stdio;
use std::time::{Duration, Instant};

use firstline_testkit::postgres::{as_owner, as_superuser};

use crate::env::Env;
use crate::report::Report;
use crate::test_database::{StoreKind, TestDatabase};

/// How long a start may take before it counts as one.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is broken in the database before a start, what mends it, and for which column of the URL's login.
const BROKEN: [(&str, &str, &str); 13] = [
    (
        "row security disabled on one table",
        "ALTER TABLE tickets DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE tickets ENABLE ROW LEVEL SECURITY",
    ),
    (
        "row security not forced on one table",
        "ALTER TABLE session_notes NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE session_notes FORCE ROW LEVEL SECURITY",
    ),
    ("a further policy", "CREATE POLICY door ON session_events USING (true)", "DROP POLICY door ON session_events"),
    (
        "a policy that is another",
        "ALTER POLICY account_wall ON flows USING (true)",
        "ALTER POLICY account_wall ON flows USING (account_id = NULLIF(current_setting('app.current_account_id', true), '')::uuid)",
    ),
    ("a table with an account and no policy", "CREATE TABLE later (account_id uuid)", "DROP TABLE later"),
    (
        "a right to delete",
        "GRANT DELETE ON tickets TO firstline_service",
        "REVOKE DELETE ON tickets FROM firstline_service",
    ),
    (
        "a login that may become the look-up",
        "GRANT firstline_lookup TO firstline_app",
        "REVOKE firstline_lookup FROM firstline_app",
    ),
    (
        "a right to change an event",
        "GRANT UPDATE (data) ON session_events TO firstline_service",
        "REVOKE UPDATE ON session_events FROM firstline_service",
    ),
    (
        "a view with its owner's rights",
        "CREATE VIEW around AS SELECT * FROM users; GRANT SELECT ON around TO firstline_service",
        "DROP VIEW around",
    ),
    (
        "a function with its owner's rights",
        "CREATE FUNCTION around() RETURNS SETOF users LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM users'",
        "DROP FUNCTION around",
    ),
    (
        "a rewrite rule",
        "CREATE RULE around AS ON INSERT TO tickets DO ALSO NOTIFY tickets",
        "DROP RULE around ON tickets",
    ),
    (
        "a database that every login of the cluster may connect to",
        "GRANT CONNECT ON DATABASE D TO PUBLIC",
        "REVOKE CONNECT ON DATABASE D FROM PUBLIC",
    ),
    (
        "another installation's login let into the database",
        "CREATE ROLE prove_other LOGIN IN ROLE firstline_service; GRANT CONNECT ON DATABASE D TO prove_other",
        "REVOKE CONNECT ON DATABASE D FROM prove_other; DROP ROLE prove_other",
    ),
];

/// Logins that row security does not bind, and what they are.
const STRONGER: [(&str, &str, &str); 2] = [
    ("a login with BYPASSRLS", "prove_bypass", "BYPASSRLS IN ROLE firstline_service"),
    ("a login that may become the owner", "prove_member", "IN ROLE firstline_service, firstline_owner"),
];

pub(super) fn attack(env: &Env, report: &Report) {
    let database = TestDatabase::new(StoreKind::Postgres);
    let migrated = env.command(&database.url).arg("migrate").output().expect("firstline runs");
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    let here = |sql: &str| sql.replace("DATABASE D ", &format!("DATABASE {} ", database.database()));
    // Migrating would mend some of it: the owner stays away.
    for (what, sql, mended) in BROKEN {
        database.run_sql(&here(sql));
        refuses(env, &database.url, false, what, report);
        database.run_sql(&here(mended));
    }
    for (what, role, rights) in STRONGER {
        database.run_sql(&here(&format!("CREATE ROLE {role} LOGIN {rights}; GRANT CONNECT ON DATABASE D TO {role}")));
        refuses(env, &database.url.replace("//firstline_app@", &format!("//{role}@")), true, what, report);
        database.run_sql(&here(&format!("REVOKE CONNECT ON DATABASE D FROM {role}; DROP ROLE {role}")));
    }
    for (what, url) in [
        ("the superuser as the login", as_superuser(&database.url)),
        ("the tables' owner as the login", as_owner(&database.url)),
    ] {
        refuses(env, &url, true, what, report);
    }
    for migrates in [true, false] {
        let mended = starts(env, &database.url, migrates);
        report.check(mended, "startup", || "the service does not start with the wall mended".to_owned());
    }
}

fn refuses(env: &Env, url: &str, migrates: bool, what: &str, report: &Report) {
    report.count("starts", 1);
    report.check(!starts(env, url, migrates), "startup", || format!("the service starts with {what}"));
}

/// Whether `serve` says that it listens. It is ended in any case.
fn starts(env: &Env, url: &str, migrates: bool) -> bool {
    let mut command = env.command(url);
    // The login that serves, whatever it is; the look-up's and the owner's stay what they are.
    let app = url.split("//").nth(1).and_then(|rest| rest.split_once('@')).expect("a user").0;
    let as_app = url.replace(&format!("//{app}@"), "//firstline_app@");
    command.env("FIRSTLINE__DATABASE__MIGRATE_URL", if migrates { as_owner(&as_app) } else { String::new() });
    command.env("FIRSTLINE__DATABASE__LOOKUP_URL", as_app.replace("//firstline_app@", "//firstline_app_lookup@"));
    command.arg("serve").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().expect("firstline runs");
    let stdout = process.stdout.take().expect("its output");
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line);
        let _ = tell.send(read.is_ok() && line.contains("listening"));
    });
    let began = Instant::now();
    let listens = told.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no end within {:?}", began.elapsed()));
    let _ = process.kill();
    let _ = process.wait();
    listens
}
