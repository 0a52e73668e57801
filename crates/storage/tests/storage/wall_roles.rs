//! Migrating makes the roles that the wall stands on, whoever else makes them at the same time.

use firstline_storage::{Database, Logins, MigrateError, Purpose, WallError};
use firstline_testkit::postgres::{Cluster, ClusterOptions, as_owner, as_role, as_superuser};

use crate::support::{name_of, pg, settings};

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

/// From now on passwords count, but for who makes the cluster and who owns its databases.
async fn ask_for_passwords(superuser: &str) {
    let file = pg(superuser, "SHOW hba_file").await.unwrap();
    let rules = "host all firstline,firstline_owner all trust\nhost all all all scram-sha-256\n";
    std::fs::write(&file, rules).unwrap();
    pg(superuser, "SELECT pg_reload_conf()").await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
}

/// Every role and table that there is.
async fn made(superuser: &str) -> String {
    let all = "SELECT string_agg(name, ' ' ORDER BY name) FROM (SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' \
         UNION ALL SELECT tablename FROM pg_tables WHERE schemaname = 'public') AS made (name)";
    pg(superuser, all).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_would_be_refused_is_told_before_anything_is_made() {
    let cluster = cluster().await;
    let url = fresh(cluster).await;
    let (owner, superuser) = (as_owner(&url), as_superuser(&url));
    pg(&superuser, "CREATE ROLE bypass LOGIN BYPASSRLS; CREATE ROLE heir LOGIN IN ROLE firstline_owner").await.unwrap();
    let before = made(&superuser).await;
    for (url, what) in [
        (superuser.clone(), "\"firstline\" is SUPERUSER"),
        (owner.clone(), "\"firstline_owner\" is CREATEROLE"),
        (as_role("bypass", &url), "\"bypass\" is BYPASSRLS"),
        (as_role("heir", &url), "\"heir\" may become \"firstline_owner\""),
    ] {
        let Err(MigrateError::Wall(error)) = migrate(&url, &owner).await else { panic!("{what}") };
        assert!(error.to_string().contains(what), "{error}");
        assert_eq!(made(&superuser).await, before);
    }
    migrate(&url, &owner).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_not_the_logins_is_told_before_the_next_login_is_made_with_it() {
    let cluster = cluster().await;
    let url = fresh(cluster).await;
    let (owner, superuser) = (as_owner(&url), as_superuser(&url));
    pg(&superuser, "CREATE ROLE firstline_app LOGIN PASSWORD 'first'").await.unwrap();
    ask_for_passwords(&superuser).await;
    let before = made(&superuser).await;
    let with = |password: &str| url.replacen('@', &format!(":{password}@"), 1);
    let refused = async |password: &str| {
        let Err(MigrateError::Unavailable(why)) = migrate(&with(password), &owner).await else { panic!() };
        (why.to_string(), why.remedy())
    };
    let (what, remedy) = refused("second").await;
    assert!(
        what.contains("by database.url: ") && remedy.contains("the role firstline_app is there"),
        "{what}: {remedy}"
    );
    assert_eq!(made(&superuser).await, before);
    pg(&superuser, "CREATE ROLE firstline_app_lookup LOGIN PASSWORD 'third'").await.unwrap();
    let before = made(&superuser).await;
    let (what, remedy) = refused("first").await;
    assert!(what.contains("by database.lookup_url (not set, hence the user firstline_app_lookup)"), "{what}");
    assert!(remedy.contains("the role firstline_app_lookup is there"), "{remedy}");
    assert_eq!(made(&superuser).await, before);
    pg(&superuser, "ALTER ROLE firstline_app_lookup PASSWORD 'first'").await.unwrap();
    migrate(&with("first"), &owner).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_get_in_is_told_by_the_setting_that_names_them() {
    let cluster = cluster().await;
    let url = fresh(cluster).await;
    let (owner, superuser) = (as_owner(&url), as_superuser(&url));
    for (wrong, says) in [
        (
            as_owner(&url).replace(&name_of(&url), "nowhere"),
            "make the database, or correct its name in database.migrate_url",
        ),
        (as_role("nobody_here", &url), "see that database.migrate_url is right"),
        ("postgres://o@127.0.0.1:1/d".to_owned(), "is running and that database.migrate_url names it"),
    ] {
        let Err(MigrateError::Unavailable(why)) = migrate(&url, &wrong).await else { panic!("{says}") };
        assert!(why.remedy().contains(says), "{why}: {}", why.remedy());
    }
    migrate(&url, &owner).await.unwrap();
    let shut = format!("REVOKE CONNECT ON DATABASE {} FROM firstline_app_lookup", name_of(&url));
    pg(&superuser, &shut).await.unwrap();
    for (logins, says) in [
        (Logins::from(&url), "`firstline migrate` lets firstline_app_lookup connect"),
        (Logins::from(&url.replace(&name_of(&url), "nowhere")), "correct its name in database.url"),
        (
            Logins { lookup_url: Some(as_role("nobody_here", &url)), ..Logins::from(&url) },
            "see that database.lookup_url is right",
        ),
    ] {
        let database = Database::open(logins, Purpose::Serve, &settings()).await.unwrap();
        let Err(WallError::Unavailable(why)) = database.check_wall().await else { panic!("{says}") };
        assert!(why.remedy().contains(says), "{why}: {}", why.remedy());
    }
    // One who is there and may not read what is applied is not the owner.
    pg(
        &superuser,
        "CREATE ROLE stray_owner LOGIN; GRANT CONNECT ON DATABASE D TO stray_owner"
            .replace(" D ", &format!(" {} ", name_of(&url)))
            .as_str(),
    )
    .await
    .unwrap();
    let logins = Logins { migrate_url: Some(as_role("stray_owner", &url)), ..Logins::from(&url) };
    let stray = Database::open(logins, Purpose::Serve, &settings()).await.unwrap();
    let Err(MigrateError::Unavailable(why)) = stray.pending_migrations().await else { panic!("it may not read") };
    assert_eq!(why.remedy(), "name the login that owns the tables in database.migrate_url");
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
    ask_for_passwords(&superuser).await;
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
    let Err(MigrateError::Roles { sql, cause, .. }) = migrate(&url, &owner).await else { panic!("it needs roles") };
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
