//! The service refuses to start when the wall between accounts would not hold, and says how to mend it.

use firstline_storage::{Database, Finding, Logins, Purpose, StorageSettings, WallError, WallMode};
use firstline_testkit::postgres::{as_owner, as_role, as_superuser};

use crate::support::{Base, intake, name_of, pg, settings};
use crate::wall_damage::mend;

pub async fn findings_of(logins: impl Into<Logins>, settings: &StorageSettings) -> Vec<Finding> {
    let database = Database::open(logins, Purpose::Serve, settings).await.unwrap();
    match database.check_wall().await {
        Ok(()) => Vec::new(),
        Err(WallError::Breached(findings)) => findings,
        Err(error) => panic!("{error:?}"),
    }
}

/// What is found in one text; each finding with a remedy.
pub async fn found(logins: impl Into<Logins>) -> String {
    let findings = findings_of(logins, &settings()).await;
    assert!(findings.iter().all(|finding| !finding.remedy.is_empty()));
    findings.into_iter().map(|finding| finding.what).collect::<Vec<_>>().join("; ")
}

/// A role of this test's own: roles belong to the cluster, which other tests use at the same time.
async fn role(base: &Base, name: &str, rights: &str) -> String {
    let made = format!("CREATE ROLE {name} LOGIN {rights}; GRANT CONNECT ON DATABASE {} TO {name}", name_of(&base.url));
    base.sql(&made).await.unwrap();
    as_role(name, &base.url)
}

fn with_lookup_of(base: &Base, url: &str) -> Logins {
    Logins { lookup_url: Some(base.url.replacen('@', "_lookup@", 1)), ..Logins::from(url) }
}

#[tokio::test]
async fn the_wall_holds_for_the_logins_that_migrating_has_made() {
    let base = Base::postgres().await;
    base.desk().await;
    assert_eq!(found(&base.url).await, "");
}

#[tokio::test]
async fn a_login_that_row_security_does_not_bind_is_refused() {
    let base = Base::postgres().await;
    let service = "IN ROLE firstline_service";
    base.sql("CREATE ROLE wall_strong BYPASSRLS; CREATE ROLE wall_between IN ROLE wall_strong").await.unwrap();
    for (name, rights, what) in [
        ("wall_super", "SUPERUSER", "is SUPERUSER"),
        ("wall_bypass", &format!("BYPASSRLS {service}"), "is BYPASSRLS"),
        ("wall_creator", &format!("CREATEROLE {service}"), "is CREATEROLE"),
        ("wall_replica", &format!("REPLICATION {service}"), "is REPLICATION"),
        ("wall_indirect", &format!("{service}, wall_between"), "may become \"wall_strong\""),
        ("wall_noinherit", &format!("NOINHERIT {service}, wall_between"), "may become \"wall_strong\""),
        ("wall_files", &format!("{service}, pg_read_server_files"), "may become \"pg_read_server_files\""),
        ("wall_heir", &format!("{service}, firstline_owner"), "owns, or may become who owns,"),
        ("wall_both", &format!("{service}, firstline_lookup"), "also a member of firstline_lookup"),
        ("wall_nobody", "", "has not the rights of firstline_service"),
    ] {
        let url = role(&base, name, rights).await;
        let found = found(with_lookup_of(&base, &url)).await;
        assert!(found.contains(what), "{name}: {found}");
    }
    let owner = found(with_lookup_of(&base, &as_owner(&base.url))).await;
    assert!(owner.contains("CREATEROLE"), "{owner}");
}

#[tokio::test]
async fn a_look_up_login_that_may_do_more_is_refused() {
    let base = Base::postgres().await;
    for (name, rights, what) in [
        ("wall_look_super", "SUPERUSER", "is SUPERUSER"),
        ("wall_look_both", "IN ROLE firstline_lookup, firstline_service", "also a member of firstline_service"),
    ] {
        let lookup_url = Some(role(&base, name, rights).await);
        let found = found(Logins { lookup_url, ..Logins::from(&base.url) }).await;
        assert!(found.contains(what), "{name}: {found}");
    }
    let same = Logins { lookup_url: Some(base.url.clone()), ..Logins::from(&base.url) };
    let refused = Database::open(same, Purpose::Serve, &settings()).await.unwrap_err().to_string();
    assert!(refused.contains("lookup_url"), "{refused}");
}

#[tokio::test]
async fn a_login_that_does_not_inherit_is_told_what_makes_it_serve() {
    let base = Base::postgres().await;
    for (name, rights) in
        [("wall_idle", "NOINHERIT IN ROLE firstline_service"), ("wall_idler", "NOINHERIT"), ("wall_new", "INHERIT")]
    {
        let url = role(&base, name, rights).await;
        base.sql(&format!("REVOKE CONNECT ON DATABASE {} FROM firstline_app", name_of(&base.url))).await.unwrap();
        let logins = with_lookup_of(&base, &url);
        let findings = findings_of(logins.clone(), &settings()).await;
        assert!(findings[0].what.contains("has not the rights of firstline_service"), "{findings:?}");
        for finding in findings {
            mend(&base, &finding).await;
        }
        assert_eq!(found(logins).await, "", "{name}");
        base.sql(&format!("REVOKE CONNECT ON DATABASE {} FROM {name}", name_of(&base.url))).await.unwrap();
    }
}

#[tokio::test]
async fn an_account_that_is_set_for_every_connection_is_found_by_looking() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    let set = format!("ALTER DATABASE {} SET app.current_account_id = '{}'", name_of(&base.url), desk.account.id);
    base.sql(&set).await.unwrap();
    let found = found(&base.url).await;
    assert!(found.contains("without an account set, the table \"accounts\" still shows rows"), "{found}");
}

#[tokio::test]
async fn one_login_may_do_everything_when_it_puts_its_rights_down() {
    let small = StorageSettings { wall: WallMode::SetRole, ..settings() };
    for login in [as_owner, as_superuser] {
        let base = Base::postgres().await;
        let url = login(&base.url);
        // The logins of before are this installation's no more.
        let revoked =
            format!("REVOKE CONNECT ON DATABASE {} FROM firstline_app, firstline_app_lookup", name_of(&base.url));
        base.sql(&revoked).await.unwrap();
        let database = Database::open(&url, Purpose::Serve, &small).await.unwrap();
        database.migrate().await.unwrap();
        database.check_wall().await.unwrap();
        let desk = firstline_domain::conformance::World::of(database.for_worker()).desk().await;
        let begun = intake(firstline_domain::session::Target::Adhoc);
        let header = desk.workspace.intake(desk.technician, begun).await.unwrap().session.header;
        // What it writes is walled off as everywhere.
        let seen = "SET ROLE firstline_service; SELECT count(*) FROM walk_sessions";
        let seen = pg(&url, seen).await.unwrap();
        assert_eq!(seen, "0");
        assert!(database.shared().session(header.account_id, header.id).await.unwrap().is_some());
        // The same login without putting them down would be refused.
        assert_ne!(found(with_lookup_of(&base, &url)).await, "");
    }
}
