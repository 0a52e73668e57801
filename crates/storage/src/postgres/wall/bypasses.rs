//! What leads around the tables' policies: views and functions with their owners' rights, and rules.

use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use postgres_protocol::escape::escape_identifier;

use crate::error::Finding;
use crate::postgres::group::Group;

pub(super) async fn check(
    connection: &mut AsyncPgConnection,
    group: Group,
    findings: &mut Vec<Finding>,
) -> Result<(), diesel::result::Error> {
    views(connection, findings).await?;
    functions(connection, group, findings).await?;
    if group == Group::Service {
        rules(connection, findings).await?;
    }
    Ok(())
}

fn everybody() -> String {
    format!("PUBLIC, {}", Group::ALL.map(Group::name).join(", "))
}

#[derive(diesel::QueryableByName)]
struct View {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    keeps: bool,
}

/// Views that this role may use and that read a table with an account, directly or by other views, as somebody else.
const VIEWS: &str = "WITH RECURSIVE above (oid) AS (SELECT c.oid FROM pg_class c \
      WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind IN ('r', 'p') AND c.relrowsecurity \
     UNION SELECT w.ev_class FROM above JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = above.oid \
      AND d.classid = 'pg_rewrite'::regclass JOIN pg_rewrite w ON w.oid = d.objid) \
    SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind = 'm' AS keeps \
    FROM above JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('v', 'm') AND NOT EXISTS (SELECT FROM pg_options_to_table(c.reloptions) o \
      WHERE o.option_name = 'security_invoker' AND o.option_value::boolean) \
     AND has_schema_privilege(n.oid, 'USAGE') \
     AND (has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE') OR has_table_privilege(c.oid, 'DELETE')) ORDER BY 1";

async fn views(connection: &mut AsyncPgConnection, findings: &mut Vec<Finding>) -> Result<(), diesel::result::Error> {
    for View { name, keeps } in diesel::sql_query(VIEWS).load(connection).await? {
        let revoke = format!("REVOKE ALL ON {name} FROM {};", everybody());
        findings.push(if keeps {
            Finding { what: format!("the materialized view {name} shows what every account had"), remedy: revoke }
        } else {
            Finding {
                what: format!("the view {name} reads tables with an account by its owner's rights"),
                remedy: format!(
                    "{revoke} -- or, from Postgres 15 on: ALTER VIEW {name} SET (security_invoker = true);"
                ),
            }
        });
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Function {
    #[diesel(sql_type = Text)]
    signature: String,
    #[diesel(sql_type = Text)]
    owner: String,
}

/// Functions that this role may call and that run as somebody who is not bound as it is: `$1` is the other group. What an
/// extension brings is left out: it knows nothing of these tables.
const FUNCTIONS: &str = "SELECT p.oid::regprocedure::text AS signature, o.rolname::text AS owner \
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner \
    WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
     AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype) \
     AND has_function_privilege(p.oid, 'EXECUTE') AND has_schema_privilege(n.oid, 'USAGE') \
     AND (o.rolsuper OR o.rolbypassrls OR o.rolcreaterole \
      OR EXISTS (SELECT FROM pg_roles g WHERE g.rolname = $1 AND pg_has_role(o.oid, g.oid, 'MEMBER')) \
      OR EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) \
       AND c.relkind IN ('r', 'p') AND pg_has_role(o.oid, c.relowner, 'MEMBER'))) \
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') \
    ORDER BY 1";

async fn functions(
    connection: &mut AsyncPgConnection,
    group: Group,
    findings: &mut Vec<Finding>,
) -> Result<(), diesel::result::Error> {
    let query = diesel::sql_query(FUNCTIONS).bind::<Text, _>(group.other().name());
    for Function { signature, owner } in query.load(connection).await? {
        let owner = escape_identifier(&owner);
        findings.push(Finding {
            what: format!("the function {signature} runs with the rights of {owner}, whoever calls it"),
            remedy: format!(
                "REVOKE EXECUTE ON ROUTINE {signature} FROM {}; -- or: ALTER ROUTINE {signature} SECURITY INVOKER;",
                everybody()
            ),
        });
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Rule {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    on: String,
}

/// Rules on tables with an account: they rewrite statements into others, with the rights of the table's owner.
const RULES: &str = "SELECT w.rulename::text AS name, c.relname::text AS on FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class \
    WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind IN ('r', 'p') ORDER BY 2, 1";

async fn rules(connection: &mut AsyncPgConnection, findings: &mut Vec<Finding>) -> Result<(), diesel::result::Error> {
    for Rule { name, on } in diesel::sql_query(RULES).load(connection).await? {
        let (name, on) = (escape_identifier(&name), escape_identifier(&on));
        findings.push(Finding {
            what: format!("the rule {name} rewrites statements on the table {on}"),
            remedy: format!("DROP RULE {name} ON {on};"),
        });
    }
    Ok(())
}
