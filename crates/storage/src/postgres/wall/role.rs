//! What a login is, and what it could become.

use diesel::OptionalExtension;
use diesel::sql_types::{Array, Bool, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use postgres_protocol::escape::escape_identifier;

use crate::error::Finding;
use crate::postgres::group::Group;

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
    /// What it lacks to have the group's rights: `membership`, `inheritance`, both or nothing.
    #[diesel(sql_type = Array<Text>)]
    lacking: Vec<String>,
    #[diesel(sql_type = Integer)]
    server: i32,
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
    CASE WHEN EXISTS (SELECT FROM pg_roles g WHERE g.rolname = $1 AND pg_has_role(r.oid, g.oid, 'USAGE')) THEN '{}' ELSE \
      array_remove(ARRAY[CASE WHEN r.rolinherit OR NOT EXISTS (SELECT FROM pg_roles g WHERE g.rolname = $1 \
       AND pg_has_role(r.oid, g.oid, 'MEMBER')) THEN 'membership' END, CASE WHEN NOT r.rolinherit THEN 'inheritance' END], NULL) END AS lacking, \
    current_setting('server_version_num')::int AS server, \
    EXISTS (SELECT FROM pg_roles g WHERE g.rolname = $2 AND pg_has_role(r.oid, g.oid, 'MEMBER')) AS in_other_group, \
    has_schema_privilege(r.oid, n.oid, 'CREATE') AS creates, n.nspname::text AS schema \
    FROM pg_roles r, pg_namespace n WHERE r.rolname = coalesce($3, current_user) AND n.nspname = current_schema()";

/// Everything about the role that asks.
pub(super) async fn check(
    connection: &mut AsyncPgConnection,
    group: Group,
    findings: &mut Vec<Finding>,
) -> Result<(), diesel::result::Error> {
    let row = look(connection, group, None).await?.ok_or(diesel::result::Error::NotFound)?;
    is_bound(&row, group, findings);
    if row.powers.is_empty() {
        has_its_rights(&row, group, findings);
    }
    Ok(())
}

/// What about the login migrating does not mend, and whether there is such a login.
pub(super) async fn check_before(
    connection: &mut AsyncPgConnection,
    login: &str,
    group: Group,
    findings: &mut Vec<Finding>,
) -> Result<bool, diesel::result::Error> {
    let row = look(connection, group, Some(login)).await?;
    if let Some(row) = &row {
        is_bound(row, group, findings);
    }
    Ok(row.is_some())
}

async fn look(
    connection: &mut AsyncPgConnection,
    group: Group,
    login: Option<&str>,
) -> Result<Option<RoleRow>, diesel::result::Error> {
    let query = diesel::sql_query(ROLE).bind::<Text, _>(group.name()).bind::<Text, _>(group.other().name());
    query.bind::<Nullable<Text>, _>(login).get_result(connection).await.optional()
}

/// Whether row security binds it.
fn is_bound(row: &RoleRow, group: Group, findings: &mut Vec<Finding>) {
    let name = escape_identifier(&row.name);
    let setting = match group {
        Group::Service => "database.url",
        Group::Lookup => "database.lookup_url",
    };
    let another = format!(
        "name a role of its own in {setting} and the tables' owner in database.migrate_url, or set database.wall = \
         \"set_role\" for a small set-up; docs/OPERATIONS.md, \"Database roles\""
    );
    let mut found = |what: String, remedy: String| findings.push(Finding { what, remedy });
    if !row.powers.is_empty() {
        let powers = row.powers.join(" and ");
        found(format!("the role {name} is {powers}"), another);
        // Such a role is a member of everything and owns everything: the rest would only repeat it.
        return;
    }
    if !row.stronger.is_empty() {
        let stronger = row.stronger.iter().map(|role| escape_identifier(role)).collect::<Vec<_>>().join(", ");
        let remedy = format!("REVOKE {stronger} FROM {name}; -- the membership may be an indirect one");
        found(format!("the role {name} may become {stronger}, whom row security does not bind"), remedy);
    }
    if !row.owned.is_empty() {
        found(format!("the role {name} owns, or may become who owns, {}", row.owned.join(", ")), another);
    }
    if row.in_other_group {
        let other = group.other().name();
        found(format!("the role {name} is also a member of {other}"), format!("REVOKE {other} FROM {name};"));
    }
}

/// Whether it has what its group has, and no more.
fn has_its_rights(row: &RoleRow, group: Group, findings: &mut Vec<Finding>) {
    let name = escape_identifier(&row.name);
    let mut found = |what: String, remedy: String| findings.push(Finding { what, remedy });
    if !row.lacking.is_empty() {
        let own = group.name();
        let without = if row.lacking == ["inheritance"] { ", though it is a member of it" } else { "" };
        found(format!("the role {name} has not the rights of {own}{without}"), joins(row, own));
    }
    if row.creates {
        let schema = escape_identifier(&row.schema);
        let remedy = format!("REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {name};");
        found(format!("the role {name} may make tables and functions in the schema {schema}"), remedy);
    }
}

/// What gives the role the group's rights. A role that does not inherit has to take a group on first, which nobody here does.
fn joins(row: &RoleRow, group: &str) -> String {
    let name = escape_identifier(&row.name);
    // From 16 on each membership has that of its own.
    if row.server >= 160_000 {
        return format!("GRANT {group} TO {name} WITH INHERIT TRUE;");
    }
    let steps = row.lacking.iter().map(|lacking| match lacking.as_str() {
        "membership" => format!("GRANT {group} TO {name};"),
        _ => format!("ALTER ROLE {name} INHERIT;"),
    });
    steps.collect::<Vec<_>>().join(" ")
}
