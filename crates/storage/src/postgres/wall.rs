//! Whether the wall between accounts holds, asked of the database's own catalogue by the logins that it binds.

use diesel::sql_types::{Array, Bool, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use firstline_domain::error::Cause;
use postgres_protocol::escape::escape_identifier;

use super::connect::Connector;
use super::roles::Group;
use super::{Access, admission};
use crate::error::DatabaseFailure;

/// A hole in the wall, and how to close it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// Why the wall between accounts does not count as standing.
#[derive(Debug, thiserror::Error)]
pub enum WallError {
    /// It cannot be looked at.
    #[error("cannot reach the database to see whether accounts are walled off")]
    Unavailable(#[source] Cause),
    /// It has holes.
    #[error("accounts are not walled off: {}", .0.iter().map(|breach| breach.what.as_str()).collect::<Vec<_>>().join("; "))]
    Breached(Vec<Breach>),
}

impl From<DatabaseFailure> for WallError {
    fn from(failure: DatabaseFailure) -> Self {
        Self::Unavailable(Box::new(failure))
    }
}

impl From<diesel::result::Error> for WallError {
    fn from(error: diesel::result::Error) -> Self {
        DatabaseFailure::from(error).into()
    }
}

/// Looks at both logins and at every table with an account.
pub(crate) async fn check(access: &Access) -> Result<(), WallError> {
    #[cfg(feature = "sabotage")]
    if crate::sabotage::skips_wall_check() {
        return Ok(());
    }
    let mut breaches = Vec::new();
    for (connector, group) in [(&access.service, Group::Service), (&access.lookup, Group::Lookup)] {
        match look(connector, group, access, &mut breaches).await {
            // What is known already is worth more than that there may be more.
            Err(error) if breaches.is_empty() => return Err(error),
            Err(_) | Ok(()) => {}
        }
    }
    if breaches.is_empty() { Ok(()) } else { Err(WallError::Breached(breaches)) }
}

async fn look(
    connector: &Connector,
    group: Group,
    access: &Access,
    breaches: &mut Vec<Breach>,
) -> Result<(), WallError> {
    let mut made = connector.connect_for_statements().await?;
    let connection = &mut made.connection;
    role(connection, group, breaches).await?;
    if breaches.is_empty() {
        tables(connection, group, breaches).await?;
        if group == Group::Service {
            admission::check(connection, &access.users(), breaches).await?;
        }
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct RoleRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Array<Text>)]
    powers: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    stronger: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    owned: Vec<String>,
    #[diesel(sql_type = Bool)]
    in_group: bool,
    #[diesel(sql_type = Bool)]
    in_other_group: bool,
    #[diesel(sql_type = Bool)]
    creates: bool,
    #[diesel(sql_type = Text)]
    schema: String,
}

/// What the role is, and what it could become: membership counts, however indirect, as `SET ROLE` would take it up.
const ROLE: &str = "SELECT r.rolname::text AS name, \
    array_remove(ARRAY[CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END, \
      CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END], NULL) AS powers, \
    ARRAY(SELECT s.rolname::text FROM pg_roles s WHERE s.oid <> r.oid AND pg_has_role(r.oid, s.oid, 'MEMBER') \
      AND (s.rolsuper OR s.rolbypassrls OR s.rolcreaterole OR s.rolreplication OR s.rolname IN \
       ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')) ORDER BY 1) AS stronger, \
    ARRAY(SELECT 'table ' || c.relname FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p') \
      AND pg_has_role(r.oid, c.relowner, 'MEMBER') \
     UNION ALL SELECT 'schema ' || n.nspname WHERE pg_has_role(r.oid, n.nspowner, 'MEMBER') \
     UNION ALL SELECT 'database ' || d.datname FROM pg_database d WHERE d.datname = current_database() \
      AND pg_has_role(r.oid, d.datdba, 'MEMBER') ORDER BY 1) AS owned, \
    EXISTS (SELECT FROM pg_roles g WHERE g.rolname = $1 AND pg_has_role(r.oid, g.oid, 'USAGE')) AS in_group, \
    EXISTS (SELECT FROM pg_roles g WHERE g.rolname = $2 AND pg_has_role(r.oid, g.oid, 'MEMBER')) AS in_other_group, \
    has_schema_privilege(r.oid, n.oid, 'CREATE') AS creates, n.nspname::text AS schema \
    FROM pg_roles r, pg_namespace n WHERE r.rolname = current_user AND n.nspname = current_schema()";

async fn role(connection: &mut AsyncPgConnection, group: Group, breaches: &mut Vec<Breach>) -> Result<(), WallError> {
    let query = diesel::sql_query(ROLE).bind::<Text, _>(group.name()).bind::<Text, _>(group.other().name());
    let row: RoleRow = query.get_result(connection).await?;
    let name = escape_identifier(&row.name);
    let another = format!(
        "log in as a role of its own ({}) and name the tables' owner in database.migrate_url, or set database.wall = \
         \"set_role\" for a small set-up; docs/OPERATIONS.md, \"Database roles\"",
        match group {
            Group::Service => "database.url",
            Group::Lookup => "database.lookup_url",
        }
    );
    let mut found = |what: String, remedy: String| breaches.push(Breach { what, remedy });
    if !row.powers.is_empty() {
        let powers = row.powers.join(" and ");
        found(format!("the role {name} is {powers}"), another);
        // Such a role is a member of everything and owns everything: the rest would only repeat it.
        return Ok(());
    }
    if !row.stronger.is_empty() {
        let stronger = row.stronger.iter().map(|role| escape_identifier(role)).collect::<Vec<_>>().join(", ");
        let remedy = format!("REVOKE {stronger} FROM {name}; the membership may be an indirect one");
        found(format!("the role {name} may become {stronger}, whom row security does not bind"), remedy);
    }
    if !row.owned.is_empty() {
        found(format!("the role {name} owns, or may become who owns, {}", row.owned.join(", ")), another);
    }
    if row.in_other_group {
        let other = group.other().name();
        found(format!("the role {name} is also a member of {other}"), format!("REVOKE {other} FROM {name}"));
    }
    if !row.in_group {
        let own = group.name();
        found(format!("the role {name} has not the rights of {own}"), format!("GRANT {own} TO {name}"));
    }
    if row.creates {
        let schema = escape_identifier(&row.schema);
        let remedy = format!("REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {name}");
        found(format!("the role {name} may make tables and functions in the schema {schema}"), remedy);
    }
    Ok(())
}

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
    #[diesel(sql_type = Bool)]
    readable: bool,
}

/// Every table with an account, with the policies that are for this role. `account_wall` must be as the migration wrote it, down to
/// the expression.
const TABLES: &str = "SELECT c.relname::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS bound, \
    EXISTS (SELECT FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname \
      AND p.permissive = 'PERMISSIVE' AND p.cmd = 'ALL' AND p.roles = '{public}' AND p.qual = w.wall AND p.with_check = w.wall) AS walled, \
    ARRAY(SELECT p.policyname || ' (' || p.cmd || ')' FROM pg_policies p \
      WHERE p.schemaname = n.nspname AND p.tablename = c.relname AND p.permissive = 'PERMISSIVE' \
      AND (p.qual IS DISTINCT FROM w.wall OR p.with_check IS DISTINCT FROM w.wall) \
      AND EXISTS (SELECT FROM unnest(p.roles) o (name) WHERE o.name = 'public' OR pg_has_role(o.name, 'MEMBER')) \
      ORDER BY 1) AS doors, \
    NULLIF(concat_ws(', ', CASE WHEN has_table_privilege(c.oid, 'DELETE') THEN 'DELETE' END, \
      CASE WHEN has_table_privilege(c.oid, 'TRUNCATE') THEN 'TRUNCATE' END, \
      CASE WHEN has_table_privilege(c.oid, 'REFERENCES') THEN 'REFERENCES' END, \
      CASE WHEN has_table_privilege(c.oid, 'TRIGGER') THEN 'TRIGGER' END), '') AS forbidden, \
    has_table_privilege(c.oid, 'SELECT') AS readable \
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema() \
    JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped \
     AND a.attname = CASE c.relname WHEN 'accounts' THEN 'id' ELSE 'account_id' END \
    CROSS JOIN LATERAL (SELECT '(' || a.attname || \
      ' = (NULLIF(current_setting(''app.current_account_id''::text, true), ''''::text))::uuid)' AS wall) w \
    WHERE c.relkind IN ('r', 'p') ORDER BY 1";

/// The doors that the look-up has, and nobody else.
const DOORS: [(&str, &str); 2] = [("users", "sign_in (SELECT)"), ("walk_sessions", "sweeper (SELECT)")];

async fn tables(connection: &mut AsyncPgConnection, group: Group, breaches: &mut Vec<Breach>) -> Result<(), WallError> {
    let rows: Vec<TableRow> = diesel::sql_query(TABLES).load(connection).await?;
    let mut found = |what: String, remedy: String| breaches.push(Breach { what, remedy });
    if rows.is_empty() {
        let remedy = "run `firstline migrate`, and see that database.url names the right database and schema";
        found("there is no table with an account".to_owned(), remedy.to_owned());
        return Ok(());
    }
    for row in &rows {
        let name = escape_identifier(&row.name);
        if !row.bound {
            let remedy = format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
            found(format!("the table {name} has no row security that binds everybody"), remedy);
        }
        if !row.walled {
            let remedy = "put the policy account_wall back as the migration account_walls has it".to_owned();
            found(format!("the table {name} has not the policy account_wall"), remedy);
        }
        for door in &row.doors {
            if group == Group::Service || !DOORS.contains(&(&row.name, door)) {
                let remedy = format!("drop that policy, or take it from this role ({})", group.name());
                found(format!("the policy {door} opens the table {name} to more than one account"), remedy);
            }
        }
        if let Some(rights) = &row.forbidden {
            let remedy = format!("REVOKE {rights} ON {name} FROM PUBLIC and from whoever passes it on to the service");
            found(format!("the service has {rights} on the table {name}"), remedy);
        }
    }
    if group == Group::Service {
        probe(connection, &rows, breaches).await?;
    }
    Ok(())
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
    breaches: &mut Vec<Breach>,
) -> Result<(), WallError> {
    for row in rows.iter().filter(|row| row.readable) {
        let name = escape_identifier(&row.name);
        let seen: Seen =
            diesel::sql_query(format!("SELECT EXISTS (SELECT FROM {name}) AS rows")).get_result(connection).await?;
        if seen.rows {
            breaches.push(Breach {
                what: format!("without an account set, the table {name} still shows rows"),
                remedy: "look at its policies, and at app.current_account_id in pg_db_role_setting".to_owned(),
            });
        }
    }
    Ok(())
}
