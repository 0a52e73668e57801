//! Who may connect to the database. The groups belong to the whole cluster, so another installation's logins have their
//! rights too: what keeps them away from this one's rows is that they cannot connect.

use diesel::sql_types::{Array, Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use postgres_protocol::escape::escape_identifier;

use crate::error::Finding;
use crate::postgres::group::Group;

#[derive(diesel::QueryableByName)]
struct Admission {
    #[diesel(sql_type = Text)]
    database: String,
    /// Whether whoever asks may give and take rights on the database.
    #[diesel(sql_type = Bool)]
    grants: bool,
    #[diesel(sql_type = Bool)]
    everybody_connects: bool,
    #[diesel(sql_type = Bool)]
    everybody_has_something: bool,
    /// Of the installation's logins, those that would be shut out together with everybody.
    #[diesel(sql_type = Array<Text>)]
    left_out: Vec<String>,
    /// Who else was let in by name and is, or lets in, somebody with a group's rights.
    #[diesel(sql_type = Array<Text>)]
    strangers: Vec<String>,
}

/// `$1` are the installation's logins, `$2` the groups. Whoever owns the database or a table of it needs no group.
///
/// From 16 on a role that made another is its member without any of its rights, hence the `SET`.
const ADMISSION: &str = "SELECT d.datname::text AS database, pg_has_role(d.datdba, 'USAGE') AS grants, \
    EXISTS (SELECT FROM acl a WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT') AS everybody_connects, \
    EXISTS (SELECT FROM acl a WHERE a.grantee = 0) AS everybody_has_something, \
    ARRAY(SELECT l.name FROM unnest($1) WITH ORDINALITY l (name, place) WHERE NOT EXISTS (SELECT FROM pg_roles r \
      WHERE r.rolname = l.name AND (r.rolsuper OR EXISTS (SELECT FROM acl a JOIN pg_roles g ON g.oid = a.grantee \
       WHERE a.privilege_type = 'CONNECT' AND g.rolname <> ALL ($2) AND pg_has_role(r.oid, g.oid, 'USAGE')))) \
      ORDER BY l.place) AS left_out, \
    ARRAY(SELECT DISTINCT g.rolname::text FROM acl a JOIN pg_roles g ON g.oid = a.grantee \
      JOIN pg_roles r ON pg_has_role(r.oid, g.oid, 'USAGE') AND (r.rolcanlogin OR r.rolname = ANY ($2)) AND r.rolname <> ALL ($1) \
      WHERE a.privilege_type = 'CONNECT' \
      AND EXISTS (SELECT FROM pg_roles o WHERE o.rolname = ANY ($2) AND (pg_has_role(r.oid, o.oid, 'USAGE') OR pg_has_role(r.oid, o.oid, \
       CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END))) \
      AND NOT r.rolsuper AND NOT pg_has_role(r.oid, d.datdba, 'MEMBER') \
      AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) \
       AND c.relkind IN ('r', 'p') AND pg_has_role(r.oid, c.relowner, 'MEMBER')) ORDER BY 1) AS strangers \
    FROM acl_of d";

const ACL: &str = "WITH acl_of AS (SELECT oid, datname, datdba, coalesce(datacl, acldefault('d', datdba)) AS acl FROM pg_database \
      WHERE datname = current_database()), \
    acl AS (SELECT a.grantee, a.privilege_type FROM acl_of, aclexplode(acl_of.acl) a) ";

async fn look(connection: &mut AsyncPgConnection, logins: &[&str]) -> Result<Admission, diesel::result::Error> {
    let query = diesel::sql_query(format!("{ACL}{ADMISSION}"));
    query
        .bind::<Array<Text>, _>(logins)
        .bind::<Array<Text>, _>(Group::ALL.map(Group::name).to_vec())
        .get_result(connection)
        .await
}

/// What lets in the installation's logins and nobody else whom nobody has let in by name, and whether whoever asks may do it.
pub(crate) async fn missing(
    connection: &mut AsyncPgConnection,
    logins: &[&str],
) -> Result<(Vec<String>, bool), diesel::result::Error> {
    let row = look(connection, logins).await?;
    let database = escape_identifier(&row.database);
    let mut steps: Vec<String> = row
        .left_out
        .iter()
        .map(|login| format!("GRANT CONNECT ON DATABASE {database} TO {}", escape_identifier(login)))
        .collect();
    // After the logins have it by name: nobody who serves is shut out in between.
    if row.everybody_has_something {
        steps.push(format!("REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC"));
    }
    Ok((steps, row.grants))
}

/// Who may connect that must not.
pub(super) async fn check(
    connection: &mut AsyncPgConnection,
    logins: &[&str],
    findings: &mut Vec<Finding>,
) -> Result<(), diesel::result::Error> {
    let row = look(connection, logins).await?;
    let database = escape_identifier(&row.database);
    if row.everybody_connects {
        // Then every stranger may, and closing this shuts most of them out.
        let what = format!(
            "everybody in the cluster may connect to the database {database}, and logins of another installation have the \
             rights of the groups that this one uses"
        );
        let grants = row
            .left_out
            .iter()
            .map(|login| format!(" GRANT CONNECT ON DATABASE {database} TO {};", escape_identifier(login)));
        let remedy =
            format!("REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC;{}", grants.collect::<String>());
        let how = " -- `firstline migrate` does it as the database's owner";
        findings.push(Finding { what, remedy: remedy + how });
        return Ok(());
    }
    for stranger in &row.strangers {
        let stranger = escape_identifier(stranger);
        findings.push(Finding {
            what: format!(
                "the role {stranger} may connect to the database {database}; it is no login of this installation, and it, or \
                 a member of it, has the rights of one"
            ),
            remedy: format!("REVOKE CONNECT ON DATABASE {database} FROM {stranger};"),
        });
    }
    Ok(())
}
