//! A database that fails in the middle of things, with the customer's words in its errors.

use firstline_testkit::postgres::Cluster;

use super::calls::Caller;
use crate::report::Report;
use crate::route_cases::Object;
use crate::world::{Objects, World};

/// What makes a write fail, with the row in the error's words, and what mends it.
const FAILURES: [(&str, &str); 4] = [
    (
        "ALTER TABLE tickets ADD CONSTRAINT prove CHECK (problem_statement = '') NOT VALID",
        "ALTER TABLE tickets DROP CONSTRAINT prove",
    ),
    (
        "CREATE FUNCTION prove() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'told: %', NEW; END $$; \
         CREATE TRIGGER prove BEFORE INSERT ON session_events FOR EACH ROW EXECUTE FUNCTION prove()",
        "DROP TRIGGER prove ON session_events; DROP FUNCTION prove()",
    ),
    (
        "CREATE FUNCTION prove() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'told: %', NEW; RETURN NEW; END $$; \
         CREATE TRIGGER prove BEFORE INSERT ON session_events FOR EACH ROW EXECUTE FUNCTION prove()",
        "DROP TRIGGER prove ON session_events; DROP FUNCTION prove()",
    ),
    (
        "ALTER TABLE session_events RENAME COLUMN data TO datum",
        "ALTER TABLE session_events RENAME COLUMN datum TO data",
    ),
];

pub(super) fn failures(caller: &Caller<'_>, world: &World, ours: &Objects<'_>, report: &Report) {
    let (session, ticket) =
        (ours.kept(Object::Session).expect("a session"), ours.kept(Object::Ticket).expect("a ticket"));
    for (failing, mended) in FAILURES {
        world.database.run_sql(failing);
        writes(caller, &session, report);
        world.database.run_sql(mended);
    }
    // Rows that cannot be read back.
    world.database.run_sql(&format!(
        "UPDATE session_events SET data = '{{\"{0}' WHERE session_id = '{session}' AND seq > 1; \
         UPDATE session_notes SET notes = '[\"{0}' WHERE session_id = '{session}'",
        world.ours.marker
    ));
    for path in [format!("sessions/{session}"), format!("sessions/{session}/events"), format!("tickets/{ticket}")] {
        let answer = caller.send("GET", &format!("/api/v1/l1/{path}"), &[], None, report);
        report.count("failed_reads", u64::from(answer.status >= 500));
    }
    writes(caller, &session, report);
    // The database goes away and comes back.
    let name = world.database.run_sql("SELECT current_database()");
    let on_cluster = |sql: &str| Cluster::shared().run_sql("postgres", sql);
    on_cluster(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
    on_cluster(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
    writes(caller, &session, report);
    caller.send("GET", "/readyz", &[], None, report);
    on_cluster(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
    writes(caller, &session, report);
}

/// A call, a step and notes: the words of each go to another table.
fn writes(caller: &Caller<'_>, session: &str, report: &Report) {
    let words = caller.words();
    for (path, body) in [
        ("intake".to_owned(), serde_json::json!({ "problem_statement": words("a"), "customer_name": words("b") })),
        (
            format!("sessions/{session}/step"),
            serde_json::json!({ "node_id": words("c"), "question": words("d"), "answer": words("e") }),
        ),
        (format!("sessions/{session}/notes"), serde_json::json!({ "notes": [{ "f": words("g") }] })),
    ] {
        let json = [("content-type", "application/json")];
        let path = format!("/api/v1/l1/{path}");
        let answer = caller.send("POST", &path, &json, Some(body.to_string().as_bytes()), report);
        report.count("failed_writes", u64::from(answer.status >= 500));
    }
}
