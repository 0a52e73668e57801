//! The roles that the wall stands on and what lets them in, made by whoever migrates. They belong to the whole cluster: other databases of it may
//! be making the same ones at the same moment, so what is missing is looked up, made, and looked up again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use postgres_protocol::escape::escape_identifier;
use postgres_protocol::password::scram_sha_256;

use super::access::Access;
use super::connect::Connector;
use super::group::Group;
use super::wall;
use crate::error::{DatabaseFailure, MigrateError};
use crate::settings::WallMode;

/// How often, and after what pause, what another has just made is looked for.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// Something that is missing: the SQL that makes it, and the same without what only its login may know.
struct Missing {
    sql: String,
    shown: String,
    /// Why whoever migrates may not run it, if so.
    refused: Option<&'static str>,
}

impl Missing {
    fn new(sql: String, refused: Option<&'static str>) -> Self {
        Self { shown: sql.clone(), sql, refused }
    }
}

/// Makes the groups and the logins that are missing, makes the logins members, and lets nobody but them connect to the
/// database. An existing login keeps its password.
pub(crate) async fn ensure(
    connection: &mut AsyncPgConnection,
    owner: &Connector,
    access: &Access,
) -> Result<(), MigrateError> {
    let unavailable = |error| MigrateError::Unavailable(owner.unreachable(DatabaseFailure::from(error)));
    let mut refusals = BTreeMap::new();
    let mut steps = missing(connection, access).await.map_err(unavailable)?;
    if !steps.is_empty() {
        wall::check_before(connection, owner, access).await?;
    }
    for _ in 0..TRIES {
        // Where somebody else must do a part, they do all of it: half would be no use.
        if steps.iter().any(|step| step.refused.is_some()) {
            refusals = steps.iter().filter_map(|step| Some((step.shown.clone(), step.refused?.to_owned()))).collect();
            break;
        }
        for step in &steps {
            match connection.batch_execute(&step.sql).await {
                Ok(()) => tracing::info!(sql = step.shown, "made in the database"),
                // Somebody may have made it since it was looked for.
                Err(error) => {
                    refusals.insert(step.shown.clone(), DatabaseFailure::from(error).to_string());
                }
            }
        }
        steps = missing(connection, access).await.map_err(unavailable)?;
        if !steps.is_empty() {
            tokio::time::sleep(PAUSE).await;
        }
    }
    if steps.is_empty() {
        return Ok(());
    }
    let causes: BTreeSet<_> = steps.iter().filter_map(|step| refusals.get(&step.shown).map(String::as_str)).collect();
    let cause = causes.into_iter().collect::<Vec<_>>().join("; ");
    let sql = steps.into_iter().map(|step| format!("  {};", step.shown)).collect::<Vec<_>>().join("\n");
    Err(MigrateError::Roles { login: owner.login(), sql, cause })
}

async fn may_make_roles(connection: &mut AsyncPgConnection) -> Result<bool, diesel::result::Error> {
    let query = diesel::sql_query("SELECT rolsuper OR rolcreaterole AS yes FROM pg_roles WHERE rolname = current_user");
    Ok(query.get_result::<Answer>(connection).await?.yes)
}

async fn missing(connection: &mut AsyncPgConnection, access: &Access) -> Result<Vec<Missing>, diesel::result::Error> {
    let mut missing = Vec::new();
    let refused = (!may_make_roles(connection).await?).then_some("it has not the right CREATEROLE");
    for group in Group::ALL {
        if !exists(connection, group.name()).await? {
            missing.push(Missing::new(format!("CREATE ROLE {} NOLOGIN {POWERLESS}", group.name()), refused));
        }
    }
    for (connector, group) in [(&access.service, Group::Service), (&access.lookup, Group::Lookup)] {
        let Some(login) = connector.user() else { continue };
        if access.wall == WallMode::Required && !exists(connection, login).await? {
            missing.push(new_login(login, connector, refused));
        }
        if !is_member(connection, login, group).await? {
            missing.push(Missing::new(format!("GRANT {} TO {}", group.name(), escape_identifier(login)), refused));
        }
    }
    let (steps, grants) = wall::missing_connect_privileges(connection, &access.users()).await?;
    let refused = (!grants).then_some("it does not own the database");
    missing.extend(steps.into_iter().map(|sql| Missing::new(sql, refused)));
    Ok(missing)
}

const POWERLESS: &str = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS";

/// The password goes over as the verifier that the server would keep of it: neither the server nor its log sees the password.
fn new_login(login: &str, connector: &Connector, refused: Option<&'static str>) -> Missing {
    let role = format!("CREATE ROLE {} LOGIN INHERIT {POWERLESS}", escape_identifier(login));
    match connector.password() {
        None => Missing::new(role, refused),
        Some(password) => Missing {
            sql: format!("{role} PASSWORD '{}'", scram_sha_256(password)),
            shown: format!("{role} PASSWORD '…'"),
            refused,
        },
    }
}

#[derive(diesel::QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The versions of the migrations that are applied; asked by whoever may read them, not only by their owner.
pub(crate) async fn applied(connection: &mut AsyncPgConnection) -> Result<BTreeSet<String>, diesel::result::Error> {
    let there = diesel::sql_query("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS yes");
    if !there.get_result::<Answer>(connection).await?.yes {
        return Ok(BTreeSet::new());
    }
    let query = diesel::sql_query("SELECT version::text AS version FROM __diesel_schema_migrations");
    Ok(query.load::<Version>(connection).await?.into_iter().map(|row| row.version).collect())
}

#[derive(diesel::QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

async fn exists(connection: &mut AsyncPgConnection, role: &str) -> Result<bool, diesel::result::Error> {
    let query = diesel::sql_query("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS yes");
    Ok(query.bind::<Text, _>(role).get_result::<Answer>(connection).await?.yes)
}

/// Whether the login has, or may take on, the group's rights. False while one of the two is missing.
async fn is_member(
    connection: &mut AsyncPgConnection,
    login: &str,
    group: Group,
) -> Result<bool, diesel::result::Error> {
    // From 16 on a role that made another is its member without any of its rights.
    let query = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM pg_roles l, pg_roles g WHERE l.rolname = $1 AND g.rolname = $2 AND pg_has_role(l.oid, g.oid, \
          CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)) AS yes",
    );
    let query = query.bind::<Text, _>(login).bind::<Text, _>(group.name());
    Ok(query.get_result::<Answer>(connection).await?.yes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logins::Login;
    use crate::settings::StorageSettings;

    #[test]
    fn a_new_login_is_made_by_a_verifier_and_never_by_its_password() {
        let connector =
            Connector::new("postgres://o%22brien:hush%27@h/d", Login::Service, &StorageSettings::default()).unwrap();
        let step = new_login(connector.user().unwrap(), &connector, None);
        assert!(step.sql.contains("CREATE ROLE \"o\"\"brien\" LOGIN"), "{}", step.sql);
        assert!(step.sql.contains("PASSWORD 'SCRAM-SHA-256$4096:"), "{}", step.sql);
        assert!(!step.sql.contains("hush") && !step.shown.contains("SCRAM"));
    }
}
