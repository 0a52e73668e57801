//! SQL as the service's login without an account set: nothing of any table may come of it, and nothing may be changed.

use super::tables::Table;
use crate::report::Report;
use crate::sql::{Ran, Sql};
use crate::world::World;

/// What is tried on each table: `T` the table, `A` its column of the account, `B` the other account.
pub(super) const ON_TABLES: [&str; 35] = [
    // These two pass with a warning and no effect; the catalogue is looked at afterwards.
    "GRANT ALL ON T TO PUBLIC",
    "GRANT DELETE ON T TO CURRENT_USER",
    "SELECT * FROM T",
    "TABLE T",
    "SELECT * FROM ONLY T",
    "SELECT * FROM T TABLESAMPLE SYSTEM (100)",
    "SELECT * FROM T WHERE A = 'B'",
    "SELECT * FROM T WHERE A = 'B' OR true",
    "SELECT ctid, xmin, tableoid FROM T",
    "SELECT 1 WHERE (SELECT count(*) FROM T) > 0",
    "SELECT 1 WHERE EXISTS (SELECT FROM T)",
    "SELECT 1 WHERE (SELECT max(T::text) FROM T) IS NOT NULL",
    "SELECT 1 FROM T HAVING count(*) > 0",
    "WITH x AS MATERIALIZED (SELECT * FROM T) SELECT * FROM x",
    "SELECT * FROM (VALUES (1)) v (n) CROSS JOIN LATERAL (SELECT * FROM T) x",
    "SELECT * FROM T x JOIN T y ON x.A = y.A",
    "SELECT * FROM T UNION ALL SELECT * FROM T",
    "SELECT row_to_json(t) FROM T t",
    "SELECT * FROM T FOR UPDATE",
    "SELECT * FROM T FOR KEY SHARE SKIP LOCKED",
    "COPY T TO STDOUT",
    "COPY (SELECT * FROM T) TO STDOUT",
    "UPDATE T SET A = A RETURNING *",
    "UPDATE T SET A = 'B'",
    "DELETE FROM T RETURNING *",
    "TRUNCATE T",
    "MERGE INTO T USING (VALUES (1)) v (n) ON true WHEN MATCHED THEN DELETE",
    "SET row_security = off; SELECT * FROM T",
    "BEGIN; SET LOCAL row_security = off; SELECT * FROM T",
    "SET app.current_account_id = ''; SELECT * FROM T",
    "SELECT query_to_xml('SELECT * FROM T', false, false, '') WHERE query_to_xml('SELECT * FROM T', false, false, '')::text LIKE '%row>%'",
    "SELECT * FROM T, pg_stat_xact_user_tables s WHERE s.relname = 'T'",
    "DECLARE held CURSOR WITH HOLD FOR SELECT * FROM T; FETCH ALL FROM held",
    "PREPARE kept AS SELECT * FROM T; EXECUTE kept",
    "SELECT * FROM ONLY T WHERE ctid = '(0,1)'",
];

/// What must be refused, whatever the table.
const REFUSED: [&str; 26] = [
    "ALTER TABLE T DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE T NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE T OWNER TO CURRENT_USER",
    "ALTER TABLE T ADD COLUMN x text",
    "DROP POLICY account_wall ON T",
    "ALTER POLICY account_wall ON T USING (true)",
    "CREATE POLICY door ON T USING (true)",
    "DROP TABLE T",
    "CREATE TRIGGER t AFTER INSERT ON T FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE r AS ON SELECT TO T DO INSTEAD SELECT 1",
    "CREATE INDEX ON T (A)",
    "CREATE VIEW public.v AS SELECT * FROM T",
    "CREATE TABLE public.x AS SELECT * FROM T",
    "CREATE TEMPORARY TABLE x AS SELECT * FROM T",
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA s",
    "CREATE EXTENSION dblink",
    "SET ROLE firstline_lookup",
    "SET ROLE firstline_owner",
    "SET ROLE firstline",
    "SET SESSION AUTHORIZATION firstline_owner",
    "CREATE ROLE another SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "GRANT firstline_lookup TO CURRENT_USER",
    "ALTER SYSTEM SET row_security = off",
    "COPY T TO PROGRAM 'cat'",
];

/// What would raise an error with a row's words in it, if it were looked at before the policy. `C` is a column.
const LEAKY: [&str; 5] = [
    "SELECT * FROM T WHERE CAST(C::text || 'x' AS int) = 1",
    "SELECT * FROM T WHERE 1 / (CASE WHEN A = 'B' THEN 0 ELSE 1 END) = 1",
    "SELECT * FROM T ORDER BY CAST(C::text || 'x' AS int)",
    "SELECT * FROM T WHERE C::text::xml IS NOT NULL",
    "SELECT * FROM T WHERE pg_temp.tell(C::text)",
];

pub(super) fn attack(service: &Sql, world: &World, tables: &[Table], report: &Report) {
    // The service may make nothing, not even for itself: for once it may, so that this is tried too.
    world.database.run_sql(&format!("GRANT TEMPORARY ON DATABASE {} TO firstline_app", world.database.database()));
    let made = service.run(
        "CREATE FUNCTION pg_temp.tell(words text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS \
         $$ BEGIN RAISE EXCEPTION 'told: %', words; END $$",
    );
    assert!(made.code().is_none(), "{}", made.text());
    world.database.run_sql(&format!("REVOKE TEMPORARY ON DATABASE {} FROM firstline_app", world.database.database()));
    for table in tables {
        let filled = |sql: &str, column: &str| fill(sql, table, column, world);
        for sql in ON_TABLES {
            expect_nothing(service, &filled(sql, ""), report);
        }
        for column in &table.columns {
            let own = format!("UPDATE {0} SET {column} = {column} RETURNING *", table.name);
            expect_nothing(service, &own, report);
            for sql in LEAKY {
                let ran = service.run(&filled(sql, column));
                // Not allowed to read, or nothing there to read; never an error that a row has led to.
                let harmless = matches!(ran.code(), None | Some("42501" | "42883" | "42846" | "0A000" | "3F000"));
                report.check(harmless && !ran.is_something(), "hostile", || {
                    format!("{}: {}", filled(sql, column), ran.text())
                });
                reset(service);
            }
        }
        for sql in REFUSED {
            let sql = filled(sql, "");
            let ran = service.run(&sql);
            report.check(ran.code().is_some(), "hostile", || format!("{sql} was let through: {}", ran.text()));
            reset(service);
        }
        insert_theirs(service, table, report);
    }
    service.run("DROP FUNCTION pg_temp.tell(text)");
    let set = service.run("SELECT current_setting('app.current_account_id', true)");
    report.check(set.text().trim().is_empty() || set.text() == "NULL", "setting", || {
        format!("an account is set: {}", set.text())
    });
}

/// A row of the other account, put in as it stands: refused by row security, and not for a key that is taken.
fn insert_theirs(service: &Sql, table: &Table, report: &Report) {
    let row = table.theirs.to_string().replace('\'', "''");
    for rest in ["", " ON CONFLICT DO NOTHING", " RETURNING *"] {
        let sql = format!("INSERT INTO {0} SELECT * FROM jsonb_populate_record(NULL::{0}, '{row}'){rest}", table.name);
        let ran = service.run(&sql);
        report.check(ran.code() == Some("42501"), "hostile", || format!("{sql}: {}", ran.text()));
        reset(service);
    }
}

fn expect_nothing(service: &Sql, sql: &str, report: &Report) {
    // `SET` and the like touch no rows; several statements at once end with the one that counts.
    let ran = service.run(sql);
    report.check(!ran.is_something(), "hostile", || format!("{sql}: {}", ran.text()));
    let understood = !matches!(&ran, Ran::Refused { code, .. } if code == "42601");
    assert!(understood, "{sql} is no SQL: {}", ran.text());
    reset(service);
}

/// Ends whatever the last one has begun.
fn reset(service: &Sql) {
    for sql in ["ROLLBACK", "CLOSE ALL", "DEALLOCATE ALL", "RESET row_security", "RESET app.current_account_id"] {
        service.run(sql);
    }
}

pub(super) fn fill(sql: &str, table: &Table, column: &str, world: &World) -> String {
    let word = |word: &str| match word {
        "T" => table.name.clone(),
        "A" => table.account.clone(),
        "B" => world.theirs.id.to_string(),
        "C" => column.to_owned(),
        other => other.to_owned(),
    };
    let mut filled = String::new();
    let mut current = String::new();
    for character in sql.chars().chain([' ']) {
        if character.is_ascii_alphanumeric() || character == '_' {
            current.push(character);
        } else {
            filled.push_str(&word(&current));
            current.clear();
            filled.push(character);
        }
    }
    filled.trim_end().to_owned()
}
