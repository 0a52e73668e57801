//! The same statements by `pgbench -M prepared`: what the database could do if nothing stood around it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use firstline_storage::bench_sql;
use firstline_testkit::people::Team;
use firstline_testkit::postgres::{Cluster, as_role};
use firstline_testkit::service::Service;
use serde_json::{Value, json};

use crate::options::Options;
use crate::report::rounded;
use crate::stock::{STEPS, sessions};

/// The database that the bench works in.
pub(crate) const DATABASE: &str = "bench";

/// Who runs the statements: bound as the service is, but for the look-up of a user, which has a login of its own there.
const ROLE: &str = "firstline_bench";

/// Sessions that each client saves in turn, and how often, when the save is measured alone.
const ALONE_SESSIONS: usize = 20;
const ALONE_ROUNDS: usize = 6;
const ALONE_CLIENTS: usize = 16;

/// Transactions a second, each with the statements of one request.
pub(crate) struct Baseline {
    /// User and session.
    pub(crate) session_read: f64,
    /// User, session and save.
    pub(crate) step: f64,
    /// User and active list.
    pub(crate) active: f64,
    /// User and queue.
    pub(crate) queue: f64,
    /// User, session and a save that brings notes.
    pub(crate) notes: f64,
}

/// Puts a literal or a pgbench variable for each `$n`.
fn filled(statement: &str, values: &BTreeMap<usize, String>) -> String {
    let mut parts = statement.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.chars().take_while(char::is_ascii_digit).count();
        let number: usize = part[..digits].parse().expect("the number of a parameter");
        let value = values.get(&number).unwrap_or_else(|| panic!("no value for ${number}"));
        write!(text, "{value}{}", &part[digits..]).unwrap();
    }
    text
}

fn numbered<const N: usize>(values: [&str; N]) -> BTreeMap<usize, String> {
    (1..).zip(values.map(str::to_owned)).collect()
}

/// What a measured save brings.
#[derive(Clone, Copy, PartialEq)]
enum Brings {
    Step,
    Notes,
}

/// A save on the session that the SQL expression `session` names, from version `:old` to `:new`.
fn save(brings: Brings, account: &str, user: &str, session: &str) -> String {
    let (text, notes, rows, kind) = match brings {
        Brings::Step => (bench_sql::SAVE_STEP, "NULL::text", "1", "ARRAY['step_recorded']"),
        Brings::Notes => {
            (bench_sql::SAVE, "repeat('customer says the update came. ', 10)", "2", "ARRAY['notes_replaced']")
        }
    };
    let event = r#"{"node_id":"node-7","question":"Does Outlook start in safe mode (hold Ctrl while you click it)?","answer":"Yes, it does","note":"customer had to look for the key","answered_at":"2026-01-01T00:00:00.000000Z"}"#;
    let digest = format!("'{}'", "0".repeat(64));
    let [account, session] = [format!("'{account}'::uuid"), format!("({session})")];
    let (data, actor) = (format!("ARRAY['{event}']"), format!("ARRAY['{user}'::uuid]"));
    let values = numbered([
        "'node-7'",
        "NULL::text",
        "'active'",
        "NULL::boolean",
        "NULL::text",
        "NULL::text",
        "NULL::text",
        "now()",
        "NULL::timestamptz",
        "NULL::timestamptz",
        "NULL::timestamptz",
        ":new",
        ":old",
        "0",
        "1500",
        "0",
        "2",
        &digest,
        &account,
        &session,
        ":old",
        rows,
        "ARRAY[:new::bigint]",
        kind,
        &data,
        &actor,
        "ARRAY[NULL::text]",
        "ARRAY[now()]",
        notes,
        "NULL::text",
        "now()",
        "NULL::uuid",
    ]);
    filled(text, &values)
}

fn pgbench(cluster: &Cluster, script: &str, arguments: &[&str]) -> f64 {
    let file = tempfile::NamedTempFile::new().expect("a file for the script");
    std::fs::write(file.path(), script).expect("the script");
    let output = Command::new(binary(cluster.binaries()))
        .args(["-n", "-M", "prepared", "-j", "2", "-f"])
        .arg(file.path())
        .args(arguments)
        .arg(as_role(ROLE, &cluster.url(DATABASE)))
        .output()
        .expect("pgbench runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "pgbench failed: {errors}");
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")).unwrap_or_else(|| panic!("no rate: {text}"));
    rate.split_whitespace().next().unwrap().parse().unwrap()
}

fn binary(folder: &Path) -> std::path::PathBuf {
    let binary = folder.join("pgbench");
    assert!(binary.exists(), "{} is missing: apt-get install postgresql", binary.display());
    binary
}

/// Measures the statements of a session read and of a step.
pub(crate) fn run(cluster: &Cluster, service: &Service, team: &Team, options: &Options) -> Baseline {
    let role = format!(
        "CREATE ROLE {ROLE} LOGIN IN ROLE firstline_service; CREATE POLICY bench ON users FOR SELECT TO {ROLE} USING (true); \
         GRANT CONNECT ON DATABASE {DATABASE} TO {ROLE}"
    );
    cluster.run_sql(DATABASE, &role);
    let ids = sessions(service, team.flow, team.technician, 64, STEPS);
    let own: Vec<String> = sessions(service, team.flow, team.technician, options.connections.max(16), 0);
    let chosen = |ids: &[String], index: &str| format!("(ARRAY['{}'])[{index}]::uuid", ids.join("','"));
    let account = format!("'{}'::uuid", team.account);
    let user = filled(bench_sql::USER, &numbered([&format!("'{}'::uuid", team.technician)]));
    let session = filled(bench_sql::SESSION, &numbered([&account, &chosen(&ids, ":n")]));
    let read = format!("\\set n random(1, {})\n{user};\n{session};\n", ids.len());
    let noted: Vec<String> = sessions(service, team.flow, team.technician, options.connections.max(16), 0);
    let saving = |brings, own: &[String]| {
        let own = chosen(own, "(:client_id + 1)");
        save(brings, &team.account.to_string(), &team.technician.to_string(), &own)
    };
    let (save, notes) = (saving(Brings::Step, &own), saving(Brings::Notes, &noted));
    let step = format!("{read}\\set old :new\n\\set new :new + 1\n{save};\n");
    let (clients, seconds) = (options.connections.to_string(), options.seconds.to_string());
    let load = ["-c", &clients, "-T", &seconds, "-D", "new=1"];
    let notes = format!("{read}\\set old :new\n\\set new :new + 1\n{notes};\n");
    let listed = |statement: &str, values: &[&str]| {
        let values = (1..).zip(values.iter().map(|value| (*value).to_owned())).collect();
        format!("{user};\n{};\n", filled(statement, &values))
    };
    // As many bytes of text as the list of the service has room for at least.
    let active = listed(bench_sql::ACTIVE, &["1048576", &account, &format!("'{}'::uuid", team.colleague), "20"]);
    let queue = listed(bench_sql::QUEUE, &[&account, "51"]);
    Baseline {
        session_read: pgbench(cluster, &read, &load),
        step: pgbench(cluster, &step, &load),
        active: pgbench(cluster, &active, &load),
        queue: pgbench(cluster, &queue, &load),
        notes: pgbench(cluster, &notes, &load),
    }
}

/// The save statement alone, on sessions with ten and with a thousand steps.
pub(crate) fn save_alone(cluster: &Cluster) -> Value {
    let count = ALONE_SESSIONS * ALONE_CLIENTS;
    let mut rates = Vec::new();
    for steps in [10, 1_000] {
        let table = format!("alone_{steps}");
        cluster.run_sql(DATABASE, &stock(&table, count, steps));
        let ids =
            cluster.run_sql(DATABASE, "SELECT account_id || ' ' || created_by_user_id FROM walk_sessions LIMIT 1");
        let (account, user) = ids.split_once(' ').expect("two ids");
        let save = save(Brings::Step, account, user, &format!("SELECT id FROM {table} WHERE n = :n"));
        let script = format!(
            "\\set i :i + 1\n\\set n :client_id * {ALONE_SESSIONS} + mod(:i, {ALONE_SESSIONS})\n\
             \\set old {steps} + 1 + :i / {ALONE_SESSIONS}\n\\set new :old + 1\n{save};\n"
        );
        let (clients, each) = (ALONE_CLIENTS.to_string(), (ALONE_SESSIONS * ALONE_ROUNDS).to_string());
        rates.push(pgbench(cluster, &script, &["-c", &clients, "-t", &each, "-D", "i=-1"]));
    }
    json!({
        "store": "postgres", "case": "save_alone", "per_second_at_10_steps": rates[0].round(),
        "per_second_at_1000_steps": rates[1].round(), "cost_at_1000_over_10": rounded(rates[0] / rates[1]),
    })
}

/// SQL that makes `count` sessions with `steps` steps each, copies of one that is there, and lists them in `table`.
fn stock(table: &str, count: usize, steps: usize) -> String {
    format!(
        "CREATE TABLE {table} AS SELECT n - 1 AS n, gen_random_uuid() AS id, gen_random_uuid() AS ticket_id
           FROM generate_series(1, {count}) n;
         ALTER TABLE {table} ADD PRIMARY KEY (n);
         GRANT SELECT ON {table} TO {ROLE};
         CREATE TEMPORARY TABLE pattern AS
           SELECT s.* FROM walk_sessions s WHERE s.step_count >= 10 AND s.status = 'active' LIMIT 1;
         INSERT INTO tickets SELECT (jsonb_populate_record(t, jsonb_build_object('id', a.ticket_id))).*
           FROM {table} a, pattern p JOIN tickets t ON t.account_id = p.account_id AND t.id = p.ticket_id;
         INSERT INTO walk_sessions SELECT (jsonb_populate_record(s, jsonb_build_object('id', a.id,
             'ticket_id', a.ticket_id, 'version', {steps} + 1, 'step_count', {steps}))).*
           FROM {table} a, pattern p JOIN walk_sessions s ON s.account_id = p.account_id AND s.id = p.id;
         INSERT INTO session_events SELECT (jsonb_populate_record(e, jsonb_build_object('session_id', a.id, 'seq', g.seq))).*
           FROM {table} a CROSS JOIN generate_series(1, {steps} + 1) g (seq) CROSS JOIN pattern p JOIN session_events e
             ON e.account_id = p.account_id AND e.session_id = p.id AND e.seq = least(g.seq, 2);
         ANALYZE;"
    )
    .replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_of_lists_have_the_parameters_that_are_filled() {
        let parameters = |statement: &str| {
            let numbers = statement.split('$').skip(1).map(|part| {
                part.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<usize>().unwrap()
            });
            numbers.max()
        };
        assert_eq!((parameters(bench_sql::ACTIVE), parameters(bench_sql::QUEUE)), (Some(4), Some(2)));
    }

    #[test]
    fn every_parameter_is_filled_by_its_number() {
        let values: BTreeMap<usize, String> = (1..=12).map(|number| (number, format!("<{number}>"))).collect();
        assert_eq!(filled("a $1, $12 $2+$1", &values), "a <1>, <12> <2>+<1>");
    }
}
