//! Two installations in one cluster share the groups, which belong to the cluster: neither may reach the other's database.

use firstline_storage::{Database, Finding, Logins, MigrateError, Purpose, WallError};
use firstline_testkit::postgres::{Cluster, as_owner, as_role, as_superuser};

use crate::support::{Base, name_of, pg, settings};

/// An empty database of `owner`, with the logins of an installation whose service is `app`.
async fn installation(database: &str, owner: &str, app: &str) -> Logins {
    let (name, made) = (database.to_owned(), format!("CREATE ROLE {owner} LOGIN CREATEROLE"));
    let given = format!("ALTER DATABASE {database} OWNER TO {owner}");
    let url = tokio::task::spawn_blocking(move || {
        let url = Cluster::shared().create_database(&name);
        Cluster::shared().run_sql(&name, &format!("{made}; {given}"));
        url
    });
    let url = url.await.unwrap();
    Logins { migrate_url: Some(as_role(owner, &url)), ..Logins::from(&as_role(app, &url)) }
}

async fn open(logins: &Logins) -> Database {
    Database::open(logins.clone(), Purpose::Administer, &settings()).await.unwrap()
}

async fn findings(logins: &Logins) -> Vec<Finding> {
    match open(logins).await.check_wall().await {
        Ok(()) => Vec::new(),
        Err(WallError::Breached(findings)) => findings,
        Err(error) => panic!("{error:?}"),
    }
}

/// The login of `logins` at the database that `other` names.
fn at(logins: &Logins, other: &Logins) -> String {
    logins.url.replace(&name_of(&logins.url), &name_of(&other.url))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_cannot_reach_another_one_in_the_same_cluster() {
    let north = installation("cluster_north", "north_owner", "north_app").await;
    let south = installation("cluster_south", "south_owner", "south_app").await;
    for logins in [&north, &south] {
        open(logins).await.migrate().await.unwrap();
        assert_eq!(findings(logins).await, []);
        assert_eq!(pg(&logins.url, "SELECT 1").await.unwrap(), "1");
    }
    for (logins, other) in [(&north, &south), (&south, &north)] {
        let lookup = Logins { url: logins.url.replacen('@', "_lookup@", 1), ..logins.clone() };
        let owner = Logins { url: logins.migrate_url.clone().unwrap(), ..logins.clone() };
        for stranger in [logins, &lookup, &owner] {
            let refused = pg(&at(stranger, other), "SELECT count(*) FROM users").await.unwrap_err();
            assert!(refused.contains("permission denied for database"), "{refused}");
        }
    }
    // Nor does another installation start there, whose migrations are all applied.
    let stranger = Logins { migrate_url: None, ..Logins::from(&at(&north, &south)) };
    assert!(matches!(open(&stranger).await.check_wall().await, Err(WallError::Unavailable(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_again_shuts_a_database_that_an_older_version_left_open() {
    let logins = installation("cluster_older", "older_owner", "older_app").await;
    open(&logins).await.migrate().await.unwrap();
    let superuser = as_superuser(&logins.url.replace("older_app", "firstline_app"));
    let opened = "GRANT CONNECT, TEMPORARY ON DATABASE cluster_older TO PUBLIC; \
         REVOKE CONNECT ON DATABASE cluster_older FROM older_app, older_app_lookup; GRANT CONNECT ON DATABASE cluster_older TO firstline_app_lookup";
    pg(&superuser, opened).await.unwrap();
    let found = findings(&logins).await;
    assert!(found.iter().any(|finding| finding.what.contains("everybody in the cluster may connect")), "{found:?}");
    assert_eq!(open(&logins).await.migrate().await.unwrap().applied, Vec::<String>::new());
    // What somebody has given to a login by name is not taken back, and is told.
    let found = findings(&logins).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].what.contains("\"firstline_app_lookup\""), "{found:?}");
    pg(&superuser, "REVOKE CONNECT ON DATABASE cluster_older FROM firstline_app_lookup").await.unwrap();
    assert_eq!(findings(&logins).await, []);
    let refused = pg(&logins.url, "CREATE TEMPORARY TABLE t (n int)").await.unwrap_err();
    assert!(refused.contains("permission denied to create temporary tables"), "{refused}");
}

#[tokio::test]
async fn who_else_may_connect_is_found_and_each_remedy_closes_it() {
    let base = Base::postgres().await;
    let database = name_of(&base.url);
    base.sql(&format!(
        "CREATE ROLE cluster_stranger LOGIN IN ROLE firstline_service; CREATE ROLE cluster_way ROLE cluster_stranger; \
         CREATE ROLE cluster_watcher LOGIN; GRANT CONNECT ON DATABASE {database} TO cluster_watcher"
    ))
    .await
    .unwrap();
    let logins = Logins::from(&base.url);
    // A login without the groups' rights, for a dump or a look from outside, is somebody's choice.
    assert_eq!(findings(&logins).await, []);
    for (opened, what) in [
        (format!("GRANT CONNECT ON DATABASE {database} TO PUBLIC"), "everybody in the cluster may connect"),
        (format!("GRANT CONNECT ON DATABASE {database} TO cluster_stranger"), "\"cluster_stranger\""),
        (format!("GRANT CONNECT ON DATABASE {database} TO firstline_service"), "\"firstline_service\""),
        (format!("GRANT CONNECT ON DATABASE {database} TO cluster_way"), "\"cluster_way\""),
    ] {
        base.sql(&opened).await.unwrap();
        let found = findings(&logins).await;
        assert!(found[0].what.contains(what), "{opened}: {found:?}");
        assert_eq!(found.len(), 1, "{opened}: {found:?}");
        base.sql(found[0].remedy.split(';').next().unwrap()).await.unwrap();
        assert_eq!(findings(&logins).await, [], "{opened}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_migrates_without_owning_the_database_names_the_sql_that_shuts_it() {
    let logins = installation("cluster_lodger", "lodger_owner", "lodger_app").await;
    let superuser = as_superuser(&logins.url.replace("lodger_app", "firstline_app"));
    let lodger =
        "ALTER DATABASE cluster_lodger OWNER TO firstline; GRANT CREATE, USAGE ON SCHEMA public TO lodger_owner";
    pg(&superuser, lodger).await.unwrap();
    let Err(MigrateError::Roles { sql, cause, .. }) = open(&logins).await.migrate().await else {
        panic!("it is shut out")
    };
    assert!(cause.contains("does not own the database"), "{cause}");
    assert!(sql.contains("TO \"lodger_owner\"") && sql.contains("FROM PUBLIC"), "{sql}");
    let made = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'lodger_app%'";
    assert_eq!(pg(&superuser, made).await.unwrap(), "0", "half of it would be no use");
    pg(&superuser, &sql).await.unwrap();
    open(&logins).await.migrate().await.unwrap();
    pg(&superuser, "REVOKE CREATE ON SCHEMA public FROM PUBLIC").await.unwrap();
    assert_eq!(findings(&logins).await, []);
}

#[tokio::test]
async fn a_login_that_does_everything_is_shut_in_as_well() {
    use firstline_storage::{StorageSettings, WallMode};
    let base = Base::postgres().await;
    let (database, small) = (name_of(&base.url), StorageSettings { wall: WallMode::SetRole, ..settings() });
    base.sql(&format!("GRANT CONNECT ON DATABASE {database} TO PUBLIC")).await.unwrap();
    let opened = Database::open(&as_owner(&base.url), Purpose::Administer, &small).await.unwrap();
    opened.migrate().await.unwrap();
    base.sql(&format!("REVOKE CONNECT ON DATABASE {database} FROM firstline_app, firstline_app_lookup")).await.unwrap();
    opened.check_wall().await.unwrap();
    assert!(pg(&base.url, "SELECT 1").await.unwrap_err().contains("permission denied for database"));
}
