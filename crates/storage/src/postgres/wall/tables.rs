//! Whether every table with an account is behind the wall, and whether the roles have no more rights on it than they
//! need.

use diesel::sql_types::{Array, Bool, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use postgres_protocol::escape::escape_identifier;

use crate::error::Finding;
use crate::postgres::group::Group;

#[derive(diesel::QueryableByName)]
struct TableRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    bound: bool,
    #[diesel(sql_type = Bool)]
    walled: bool,
    /// The further policies that let this role see rows.
    #[diesel(sql_type = Array<Text>)]
    doors: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    forbidden: Option<String>,
    /// What a row must fulfil.
    #[diesel(sql_type = Text)]
    wall: String,
    #[diesel(sql_type = Bool)]
    readable: bool,
}

/// An expression without what depends on who prints it, and in which version: spaces, parentheses, quotes around names,
/// and the schema of what Postgres brings. The wall's expression has one meaning without them.
macro_rules! bare {
    ($expression:literal) => {
        concat!("translate(replace(", $expression, ", 'pg_catalog.', ''), '() \"', '')")
    };
}

/// Every table with an account, with the policies that are for this role. `account_wall` must be as the migration wrote
/// it, down to the expression, and use nothing that Postgres does not bring: a function of another schema can look like
/// its own. A policy that uses one has no expression here.
const TABLES: &str = concat!(
    "WITH policies AS (SELECT o.polrelid, p.policyname, p.permissive, p.cmd, p.roles, \
      CASE WHEN s.strange THEN NULL ELSE ",
    bare!("p.qual"),
    " END AS qual, CASE WHEN s.strange THEN NULL ELSE ",
    bare!("p.with_check"),
    " END AS with_check \
     FROM pg_policy o JOIN pg_class c ON c.oid = o.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_policies p ON p.schemaname = n.nspname AND p.tablename = c.relname AND p.policyname = o.polname \
     CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_policy'::regclass \
      AND d.objid = o.oid AND d.refclassid <> 'pg_class'::regclass) AS strange) s) \
    SELECT c.relname::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS bound, \
    EXISTS (SELECT FROM policies p WHERE p.polrelid = c.oid AND p.permissive = 'PERMISSIVE' AND p.cmd = 'ALL' \
      AND p.roles = '{public}' AND p.qual = b.bare AND p.with_check = b.bare) AS walled, \
    ARRAY(SELECT p.policyname || ' (' || p.cmd || ')' FROM policies p \
      WHERE p.polrelid = c.oid AND p.permissive = 'PERMISSIVE' \
      AND p.policyname <> 'account_wall' AND (p.qual IS DISTINCT FROM b.bare OR p.with_check IS DISTINCT FROM b.bare) \
      AND EXISTS (SELECT FROM unnest(p.roles) o (name) WHERE o.name = 'public' OR pg_has_role(o.name, 'MEMBER')) \
      ORDER BY 1) AS doors, \
    w.wall, \
    NULLIF(concat_ws(', ', CASE WHEN has_any_column_privilege(c.oid, 'UPDATE') \
       AND (c.relname LIKE '%\\_events' OR c.relname = 'flow_versions') THEN 'UPDATE' END, \
      CASE WHEN has_table_privilege(c.oid, 'DELETE') THEN 'DELETE' END, \
      CASE WHEN has_table_privilege(c.oid, 'TRUNCATE') THEN 'TRUNCATE' END, \
      CASE WHEN has_table_privilege(c.oid, 'REFERENCES') THEN 'REFERENCES' END, \
      CASE WHEN has_table_privilege(c.oid, 'TRIGGER') THEN 'TRIGGER' END), '') AS forbidden, \
    has_table_privilege(c.oid, 'SELECT') AS readable \
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema() \
    JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped \
     AND a.attname = CASE c.relname WHEN 'accounts' THEN 'id' ELSE 'account_id' END \
    CROSS JOIN LATERAL (SELECT '(' || a.attname || \
      ' = (NULLIF(current_setting(''app.current_account_id''::text, true), ''''::text))::uuid)' AS wall) w \
    CROSS JOIN LATERAL (SELECT ",
    bare!("w.wall"),
    " AS bare) b WHERE c.relkind IN ('r', 'p') ORDER BY 1"
);

#[derive(diesel::QueryableByName)]
struct Elsewhere {
    #[diesel(sql_type = Text)]
    remedy: String,
}

/// The SQL that makes the login's search path lead to the tables, for each other schema that has them.
const ELSEWHERE: &str = "SELECT format('ALTER ROLE %I IN DATABASE %I SET search_path = %I;', session_user, \
     current_database(), n.nspname) AS remedy FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relname = 'walk_sessions' AND c.relkind IN ('r', 'p') AND n.nspname <> current_schema()";

/// The doors that the look-up has, and nobody else.
const DOORS: [(&str, &str); 2] = [("users", "sign_in (SELECT)"), ("walk_sessions", "sweeper (SELECT)")];

/// Whether there are any is answered, and what is wrong with them added to `findings`.
pub(super) async fn check(
    connection: &mut AsyncPgConnection,
    group: Group,
    findings: &mut Vec<Finding>,
) -> Result<bool, diesel::result::Error> {
    let rows: Vec<TableRow> = diesel::sql_query(TABLES).load(connection).await?;
    let mut found = |what: String, remedy: String| findings.push(Finding { what, remedy });
    if rows.is_empty() {
        let what = "there is no table with an account where database.url leads";
        let elsewhere: Vec<Elsewhere> = diesel::sql_query(ELSEWHERE).load(connection).await?;
        if let [Elsewhere { remedy }] = elsewhere.as_slice() {
            found(format!("{what}: the search path of its login leads to another schema"), remedy.clone());
        } else {
            let remedy = "run `firstline migrate`; if it has run, see that database.url and database.migrate_url name \
                          the same database and schema";
            found(what.to_owned(), remedy.to_owned());
        }
        return Ok(false);
    }
    for row in &rows {
        let name = escape_identifier(&row.name);
        if !row.bound {
            let remedy = format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;");
            found(format!("the table {name} has no row security that binds everybody"), remedy);
        }
        if !row.walled {
            let wall = &row.wall;
            let remedy = format!(
                "BEGIN; DROP POLICY IF EXISTS account_wall ON {name}; \
                 CREATE POLICY account_wall ON {name} USING {wall} WITH CHECK {wall}; COMMIT;"
            );
            found(format!("the table {name} has not the policy account_wall"), remedy);
        }
        for door in &row.doors {
            if group == Group::Service || !DOORS.contains(&(&row.name, door)) {
                let policy = escape_identifier(door.rsplit_once(" (").map_or(door, |(policy, _)| policy));
                let remedy =
                    format!("DROP POLICY {policy} ON {name}; -- or take it from {} by ALTER POLICY", group.name());
                found(format!("the policy {door} opens the table {name} to more than one account"), remedy);
            }
        }
        if let Some(rights) = &row.forbidden {
            let own = group.name();
            let remedy =
                format!("REVOKE {rights} ON {name} FROM PUBLIC, {own}; -- and from any other role that passes it on");
            found(format!("{own} or its login has {rights} on the table {name}"), remedy);
        }
    }
    if group == Group::Service {
        probe(connection, &rows, findings).await?;
    }
    Ok(true)
}

#[derive(diesel::QueryableByName)]
struct Seen {
    #[diesel(sql_type = Bool)]
    rows: bool,
}

/// Reads every table without an account set: that must find nothing.
async fn probe(
    connection: &mut AsyncPgConnection,
    rows: &[TableRow],
    findings: &mut Vec<Finding>,
) -> Result<(), diesel::result::Error> {
    for row in rows.iter().filter(|row| row.readable) {
        let name = escape_identifier(&row.name);
        let seen: Seen =
            diesel::sql_query(format!("SELECT EXISTS (SELECT FROM {name}) AS rows")).get_result(connection).await?;
        if seen.rows {
            findings.push(Finding {
                what: format!("without an account set, the table {name} still shows rows"),
                remedy: "look at its policies, and at app.current_account_id in pg_db_role_setting".to_owned(),
            });
        }
    }
    Ok(())
}
