//! Migrating makes the roles that the wall stands on, whoever else makes them at the same time.

use firstline_storage::{Database, Logins, MigrateError, Purpose};
use firstline_testkit::postgres::{Cluster, ClusterOptions, as_owner, as_role, as_superuser};

use crate::support::{pg, settings};

/// A cluster of the test's own: roles belong to a cluster.
async fn cluster() -> &'static Cluster {
    tokio::task::spawn_blocking(|| &*Box::leak(Box::new(Cluster::start(ClusterOptions::default())))).await.unwrap()
}

async fn fresh(cluster: &'static Cluster) -> String {
    tokio::task::spawn_blocking(|| cluster.fresh_database()).await.unwrap()
}

async fn migrate(url: &str, owner: &str) -> Result<Vec<String>, MigrateError> {
    let logins = Logins { migrate_url: Some(owner.to_owned()), ..Logins::from(url) };
    let database = Database::open(logins, Purpose::Administer, &settings()).await.unwrap();
    let applied = database.migrate().await?.applied;
    database.check_wall().await.unwrap();
    Ok(applied)
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_databases_of_a_cluster_that_is_new_are_migrated_at_once() {
    let cluster = cluster().await;
    let mut urls = Vec::new();
    for _ in 0..8 {
        urls.push(fresh(cluster).await);
    }
    let runs: Vec<_> =
        urls.into_iter().map(|url| tokio::spawn(async move { migrate(&url, &as_owner(&url)).await })).collect();
    for run in runs {
        assert!(!run.await.unwrap().unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_login_has_the_password_of_its_url_and_an_existing_one_keeps_its_own() {
    let cluster = cluster().await;
    let url = fresh(cluster).await;
    let (owner, superuser) = (as_owner(&url), as_superuser(&url));
    let kept = "SELECT string_agg(rolname || ' ' || coalesce(rolpassword, '-'), ', ' ORDER BY rolname) FROM pg_authid \
         WHERE rolname LIKE 'made%'";
    migrate(&as_role("made:first%21", &url), &owner).await.unwrap();
    let before = pg(&superuser, kept).await.unwrap();
    assert_eq!(before.matches(" SCRAM-SHA-256$4096:").count(), 2, "{before}");
    assert!(before.contains("made_lookup ") && !before.contains("first"), "{before}");
    migrate(&as_role("made:second", &url), &owner).await.unwrap();
    assert_eq!(pg(&superuser, kept).await.unwrap(), before);
    // And it is that password: the server asks for it now.
    let ask = "SELECT pg_reload_conf()";
    let file = pg(&superuser, "SHOW hba_file").await.unwrap();
    let rules = "host all firstline,firstline_owner all trust\nhost all all all scram-sha-256\n";
    std::fs::write(&file, rules).unwrap();
    pg(&superuser, ask).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(pg(&as_role("made:first%21", &url), "SELECT 1").await.unwrap(), "1");
    let refused = pg(&as_role("made:second", &url), "SELECT 1").await.unwrap_err();
    assert!(refused.contains("password authentication failed"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_may_make_no_roles_names_the_sql_that_somebody_else_must_run() {
    let cluster = cluster().await;
    let url = fresh(cluster).await;
    let superuser = as_superuser(&url);
    pg(&superuser, "ALTER ROLE firstline_owner NOCREATEROLE").await.unwrap();
    let url = as_role("o%22brien:hush", &url);
    let owner = as_owner(&superuser.replace("//firstline@", "//firstline_app@"));
    let Err(MigrateError::Roles { sql, cause }) = migrate(&url, &owner).await else { panic!("it needs roles") };
    assert!(cause.contains("CREATEROLE") && !sql.contains("hush"), "{cause}: {sql}");
    pg(&superuser, &sql).await.unwrap();
    assert!(!migrate(&url, &owner).await.unwrap().is_empty());
}

#[tokio::test]
async fn without_an_owner_nothing_is_migrated_and_nothing_is_made() {
    let cluster = cluster().await;
    let url = fresh(cluster).await;
    pg(&as_superuser(&url), "CREATE ROLE firstline_app LOGIN; CREATE ROLE firstline_app_lookup LOGIN").await.unwrap();
    let open = async || Database::open(&url, Purpose::Serve, &settings()).await.unwrap();
    let Err(MigrateError::NoOwner(pending)) = open().await.migrate().await else { panic!("nobody may") };
    assert_eq!(pending, open().await.pending_migrations().await.unwrap());
    assert!(pending.iter().any(|name| name.ends_with("account_walls")), "{pending:?}");
    assert!(!migrate(&url, &as_owner(&url)).await.unwrap().is_empty());
    // Where nothing is pending nobody has to be named.
    assert_eq!(open().await.migrate().await.unwrap().applied, Vec::<String>::new());
    assert_eq!(open().await.pending_migrations().await.unwrap(), Vec::<String>::new());
}
