//! SQL as the service's login with our account set: our rows, and nothing of the other account.

use std::time::Duration;

use super::hostile::{ON_TABLES, fill};
use super::tables::Table;
use crate::report::Report;
use crate::sql::Sql;
use crate::world::World;

/// What is tried beside what is tried without an account.
const INTO_THEIRS: [&str; 4] = [
    "UPDATE T SET C = C WHERE A = 'B' RETURNING *",
    "SELECT C FROM T WHERE A = 'B'",
    "SELECT C FROM T WHERE A <> current_setting('app.current_account_id')::uuid",
    "SELECT 1 FROM T WHERE CAST(CASE WHEN A = 'B' THEN C::text || 'x' ELSE '1' END AS int) = 2",
];

pub(super) fn attack(service: &Sql, world: &World, tables: &[Table], report: &Report) {
    let ours = world.ours.id;
    for table in tables {
        let seen = service.run_within(ours, &format!("SELECT * FROM {}", table.name));
        report.check(seen.is_something(), "inside", || format!("{} shows nothing of its own account", table.name));
        for sql in ON_TABLES
            .iter()
            .filter(|sql| !sql.starts_with("BEGIN") && !sql.starts_with("GRANT") && !sql.starts_with("SET"))
        {
            nothing_of_theirs(service, world, table, &fill(sql, table, "", world), report);
        }
        for column in &table.columns {
            for sql in INTO_THEIRS {
                let sql = fill(sql, table, column, world);
                let ran = service.run_within(ours, &sql);
                let harmless = matches!(ran.code(), None | Some("42501"));
                report.check(harmless && !ran.is_something(), "inside", || format!("{sql}: {}", ran.text()));
            }
        }
        let row = table.theirs.to_string().replace('\'', "''");
        let insert = format!("INSERT INTO {0} SELECT * FROM jsonb_populate_record(NULL::{0}, '{row}')", table.name);
        let ran = service.run_within(ours, &insert);
        report.check(ran.code() == Some("42501"), "inside", || format!("{insert}: {}", ran.text()));
        kept_beyond_the_transaction(service, world, table, report);
    }
    for _ in 0..20 {
        let sql = format!("SELECT set_config('app.current_account_id', '{ours}', true), pg_sleep(5)");
        service.run_and_cancel(&sql, Duration::from_millis(5));
        is_unset(service, "a cancelled statement", report);
    }
}

fn nothing_of_theirs(service: &Sql, world: &World, table: &Table, sql: &str, report: &Report) {
    let text = service.run_within(world.ours.id, sql).text();
    let account = world.theirs.id.to_string();
    // The account stands in the statement itself, and in its error's words.
    let leaked = text.contains(&world.theirs.marker) || (!sql.contains(&account) && text.contains(&account));
    report.check(!leaked, "inside", || format!("{sql} on {}: {text}", table.name));
}

/// What was begun with the account set and outlives its transaction.
fn kept_beyond_the_transaction(service: &Sql, world: &World, Table { name, .. }: &Table, report: &Report) {
    let set = format!("SELECT set_config('app.current_account_id', '{}', true)", world.ours.id);
    service.run(&format!("PREPARE kept AS SELECT * FROM {name}"));
    for sql in ["BEGIN", &set, &format!("DECLARE held CURSOR WITH HOLD FOR SELECT * FROM {name}")] {
        service.run(sql);
    }
    // Often enough for Postgres to keep one plan for all.
    for _ in 0..7 {
        service.run("EXECUTE kept");
    }
    service.run("COMMIT");
    let held = service.run("FETCH ALL FROM held").text();
    report.check(!held.contains(&world.theirs.marker), "inside", || format!("a cursor of {name} holds {held}"));
    for sql in ["EXECUTE kept", &format!("SELECT * FROM {name}")] {
        let ran = service.run(sql);
        report.check(!ran.is_something(), "inside", || format!("{sql} after the transaction, {name}: {}", ran.text()));
    }
    is_unset(service, "a transaction", report);
    service.run("CLOSE ALL");
    service.run("DEALLOCATE ALL");
}

fn is_unset(service: &Sql, after: &str, report: &Report) {
    const SET: &str = "SELECT coalesce(nullif(current_setting('app.current_account_id', true), ''), 'none')";
    let mut ran = service.run(SET);
    // A cancellation comes as two signals, and the second may be late: then it hits this one.
    while ran.code() == Some("57014") {
        ran = service.run(SET);
    }
    let set = ran.text();
    report.check(set == "none", "setting", || format!("after {after} the account {set} is set"));
}
