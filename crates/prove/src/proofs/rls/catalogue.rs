//! What the catalogue must not say.

use super::tables::{Table, rows};
use crate::report::Report;
use crate::sql::Sql;
use crate::world::World;

/// The roles that serve: both groups, and both logins of the tests' clusters.
const ROLES: &str = "('firstline_service', 'firstline_lookup', 'firstline_app', 'firstline_app_lookup')";

/// Questions whose every row is a finding.
const QUESTIONS: [(&str, &str); 18] = [
    (
        "a table with an account whose row security is not enabled and forced",
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id' \
         WHERE c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity) \
         UNION ALL SELECT relname FROM pg_class WHERE relname = 'accounts' AND NOT (relrowsecurity AND relforcerowsecurity)",
    ),
    (
        "a table with an account without a policy for everybody and everything that reads and writes by the account that is set",
        "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND NOT EXISTS (SELECT FROM pg_policy p \
         WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd = '*' AND p.polroles = '{0}' \
         AND pg_get_expr(p.polqual, c.oid) ~ '^\\((account_id|id) = \\(NULLIF\\(current_setting\\(''app.current_account_id''::text, true\\), ''''::text\\)\\)::uuid\\)$' \
         AND pg_get_expr(p.polwithcheck, c.oid) = pg_get_expr(p.polqual, c.oid))",
    ),
    (
        "a further policy that widens what the service sees",
        "SELECT c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE p.polpermissive \
         AND pg_get_expr(p.polqual, c.oid) !~ 'app.current_account_id' AND EXISTS (SELECT FROM unnest(p.polroles) r \
         WHERE r = 0 OR pg_has_role('firstline_app', r, 'MEMBER') OR pg_has_role('firstline_service', r, 'MEMBER'))",
    ),
    (
        "a policy that lets the look-up change rows, or see more than users and sessions",
        "SELECT c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid \
         WHERE 'firstline_lookup'::regrole = ANY (p.polroles) AND (p.polcmd <> 'r' OR c.relname NOT IN ('users', 'walk_sessions'))",
    ),
    (
        "a role with an attribute that row security does not bind, or that makes roles",
        "SELECT rolname FROM pg_roles WHERE rolname IN {roles} \
         AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)",
    ),
    (
        "a membership beside that of each login in its group",
        "SELECT m.rolname, g.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member \
         JOIN pg_roles g ON g.oid = a.roleid WHERE m.rolname IN {roles} AND (m.rolname, g.rolname) NOT IN \
         (('firstline_app', 'firstline_service'), ('firstline_app_lookup', 'firstline_lookup'))",
    ),
    (
        "a membership that may be handed on",
        "SELECT m.rolname, g.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member \
         JOIN pg_roles g ON g.oid = a.roleid WHERE m.rolname IN {roles} AND a.admin_option",
    ),
    (
        "something that a serving role owns",
        "SELECT classid::regclass, objid FROM pg_shdepend WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass \
         AND refobjid IN (SELECT oid FROM pg_roles WHERE rolname IN {roles})",
    ),
    (
        "a right to delete, empty, refer to or hang triggers on a table",
        "SELECT r.rolname, c.relname, p.name FROM pg_class c CROSS JOIN (VALUES ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) \
         p (name) CROSS JOIN (SELECT rolname FROM pg_roles WHERE rolname IN {roles}) r \
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND has_table_privilege(r.rolname, c.oid, p.name)",
    ),
    (
        "a right to change the account or the key of a row",
        "SELECT r.rolname, c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         CROSS JOIN (SELECT rolname FROM pg_roles WHERE rolname IN {roles}) r WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 \
         AND c.relnamespace = 'public'::regnamespace AND a.attname IN ('account_id', 'id', 'session_id', 'seq') \
         AND has_column_privilege(r.rolname, c.oid, a.attnum, 'UPDATE')",
    ),
    (
        "a readable table without an account beside that of the migrations",
        "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p', 'f') AND c.relnamespace = 'public'::regnamespace \
         AND c.relname NOT IN ('accounts', '__diesel_schema_migrations') AND NOT EXISTS (SELECT FROM pg_attribute a \
          WHERE a.attrelid = c.oid AND a.attname = 'account_id') \
         AND (has_any_column_privilege('firstline_app', c.oid, 'SELECT') OR has_any_column_privilege('firstline_app_lookup', c.oid, 'SELECT'))",
    ),
    (
        "a function that runs with its owner's rights, or that is trusted not to leak",
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND (p.prosecdef OR p.proleakproof)",
    ),
    (
        "a view that reads with its owner's rights, a materialized view, or a foreign table",
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND (c.relkind IN ('m', 'f') \
          OR (c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)))",
    ),
    (
        "a sequence, a large object, a rewrite rule or an event trigger: each speaks across accounts",
        "SELECT relname::text FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace \
         UNION ALL SELECT oid::text FROM pg_largeobject_metadata UNION ALL SELECT evtname::text FROM pg_event_trigger \
         UNION ALL SELECT r.rulename::text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE c.relkind <> 'v'",
    ),
    (
        "an extension or language that reaches beyond the database",
        "SELECT extname::text FROM pg_extension WHERE extname <> 'plpgsql' \
         UNION ALL SELECT lanname::text FROM pg_language WHERE NOT lanpltrusted AND lanname NOT IN ('internal', 'c')",
    ),
    (
        "a setting of role or database that sets an account, turns row security off or takes on a role",
        "SELECT setdatabase, setrole, s FROM pg_db_role_setting, unnest(setconfig) s \
         WHERE s ~* '^(app\\.|row_security|role|session_authorization|search_path|session_preload|local_preload)'",
    ),
    (
        "a login that may connect beside those of this installation and the database's owner, or a group that may",
        "SELECT r.rolname FROM pg_roles r, pg_database d WHERE d.datname = current_database() AND NOT r.rolsuper \
         AND (r.rolcanlogin OR r.rolname IN {roles}) AND r.oid <> d.datdba \
         AND r.rolname NOT IN ('firstline_app', 'firstline_app_lookup') AND has_database_privilege(r.oid, d.oid, 'CONNECT')",
    ),
    (
        "a right to make things in the schema or the database",
        "SELECT rolname FROM pg_roles WHERE rolname IN {roles} AND (has_schema_privilege(rolname, 'public', 'CREATE') \
         OR has_database_privilege(rolname, current_database(), 'CREATE, TEMPORARY'))",
    ),
];

/// The columns that the look-up may read, of all tables.
const LOOKUP: &str = "users.account_id users.account_role users.active users.can_cover_l1 users.email users.id users.issuer \
     users.subject walk_sessions.abandoned_at walk_sessions.account_id walk_sessions.escalated_at walk_sessions.flow_id \
     walk_sessions.flow_version walk_sessions.folded walk_sessions.id walk_sessions.last_step_at walk_sessions.resolved_at \
     walk_sessions.started_at walk_sessions.status";

pub(super) fn look(superuser: &Sql, world: &World, tables: &[Table], report: &Report) {
    for (what, sql) in QUESTIONS {
        for row in rows(superuser.run(&sql.replace("{roles}", ROLES))) {
            report.finding("catalogue", format!("{what}: {}", row.join(" ")));
        }
        report.count("catalogue_questions", 1);
    }
    let readable = "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 \
         AND NOT a.attisdropped WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
         AND has_column_privilege('firstline_app_lookup', c.oid, a.attnum, 'SELECT, INSERT, UPDATE') ORDER BY 1";
    let readable = rows(superuser.run(readable)).concat().join(" ");
    report.check(readable == LOOKUP, "catalogue", || format!("the look-up reads {readable}, and should read {LOOKUP}"));
    // Nobody shows the statistics of a table with row security: the most common values are customers' words.
    let service = Sql::connect(&world.database.url);
    for Table { name, .. } in tables {
        let shown = service.run(&format!("SELECT attname FROM pg_stats WHERE tablename = '{name}'"));
        report.check(!shown.is_something(), "catalogue", || format!("pg_stats shows {name}: {}", shown.text()));
        let known = rows(superuser.run(&format!("SELECT 1 FROM pg_stats WHERE tablename = '{name}'")));
        assert!(!known.is_empty(), "{name} has no statistics, so nothing could be shown");
    }
}
