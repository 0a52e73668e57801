//! The wall between accounts, as an operator meets it: which logins serve, and what is refused.

use firstline_testkit::people::{Team, token};
use firstline_testkit::postgres::{Cluster, as_owner, as_superuser};
use firstline_testkit::service::{Service, firstline};

use crate::site::binary;

/// What a call that must be refused says on stderr.
fn refused(url: &str, environment: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = firstline(binary(), url).args(arguments).envs(environment.iter().copied()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
    assert!(said.contains("\n  -> "), "it names a remedy: {said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[test]
fn serve_and_every_call_refuse_a_login_that_row_security_does_not_bind() {
    let url = Cluster::shared().fresh_database();
    for login in [as_owner(&url), as_superuser(&url)] {
        for arguments in [&["serve"][..], &["account", "create", "--name", "N"], &["sweep"]] {
            let said = refused(&login, &[("FIRSTLINE__DATABASE__MIGRATE_URL", &as_owner(&url))], arguments);
            assert!(said.contains("accounts are not walled off") && said.contains("database.wall"), "{said}");
        }
    }
}

#[test]
fn the_owner_can_stay_away_from_the_server() {
    let url = Cluster::shared().fresh_database();
    let migrated = firstline(binary(), &url).arg("migrate").output().unwrap();
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    let team = Team::new();
    let alone = [("FIRSTLINE__DATABASE__MIGRATE_URL", "")];
    for further in [&[][..], &[("FIRSTLINE__DATABASE__MIGRATE_ON_START", "false")]] {
        let service = Service::start_with(binary(), &url, std::slice::from_ref(&team), &[&alone, further].concat());
        service.client(&token(team.technician)).get("/api/v1/l1/queue").expect(200);
    }
    // On a database where something is pending, nobody is named who may apply it.
    let said = refused(&Cluster::shared().fresh_database(), &alone, &["serve"]);
    assert!(said.contains("account_walls") && said.contains("FIRSTLINE__DATABASE__MIGRATE_URL"), "{said}");
}

#[test]
fn accounts_are_listed_by_the_owner_and_by_nobody_who_serves() {
    let url = Cluster::shared().fresh_database();
    let call = |arguments: &[&str]| {
        let output = firstline(binary(), &url).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let account = call(&["account", "create", "--name", "Northwind IT"])["account_id"].clone();
    let listed = serde_json::json!({ "accounts": [{ "account_id": account, "name": "Northwind IT" }] });
    assert_eq!(call(&["account", "list"]), listed);
    let said = refused(&url, &[("FIRSTLINE__DATABASE__MIGRATE_URL", "")], &["account", "list"]);
    assert!(said.contains("FIRSTLINE__DATABASE__MIGRATE_URL"), "{said}");
}

#[test]
fn one_login_may_serve_by_set_role_and_the_log_says_what_that_gives_up() {
    let (url, team) = (Cluster::shared().fresh_database(), Team::new());
    let small = [("FIRSTLINE__DATABASE__WALL", "set_role"), ("FIRSTLINE__DATABASE__MIGRATE_URL", "")];
    let service = Service::start_with(binary(), &as_owner(&url), std::slice::from_ref(&team), &small);
    service.client(&token(team.technician)).get("/api/v1/l1/queue").expect(200);
    let log = service.log();
    assert_eq!(log.matches("database.wall is set_role").count(), 1, "{log}");
}

#[test]
fn a_password_is_in_no_refusal() {
    let url = Cluster::shared().fresh_database().replace("firstline_app@", "nobody:hush@");
    let owner = as_owner("postgres://firstline_app@127.0.0.1:1/x").replace("firstline_owner@", "owner:hush@");
    // Nothing listens on the owner's port: not waited for.
    let no_wait = ("FIRSTLINE__DATABASE__START_TIMEOUT", "0s");
    let said = refused(&url, &[("FIRSTLINE__DATABASE__MIGRATE_URL", &owner), no_wait], &["serve"]);
    assert!(!said.contains("hush"), "{said}");
    let said = refused(&url, &[("FIRSTLINE__DATABASE__MIGRATE_URL", "")], &["serve"]);
    assert!(!said.contains("hush"), "{said}");
}

/// What an operator does: the lines behind the colon are pasted as one script.
#[test]
fn the_printed_block_of_remedies_is_one_script_that_mends_everything() {
    let url = Cluster::shared().fresh_database();
    let migrated = firstline(binary(), &url).arg("migrate").output().unwrap();
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    let name = url.rsplit('/').next().unwrap().split('?').next().unwrap();
    Cluster::shared().run_sql(
        name,
        "ALTER TABLE tickets NO FORCE ROW LEVEL SECURITY; DROP POLICY account_wall ON flows; \
         ALTER POLICY account_wall ON accounts WITH CHECK (true); CREATE POLICY \"a door\" ON users USING (true); \
         GRANT DELETE ON tickets TO firstline_service; \
         CREATE VIEW v AS SELECT * FROM users; GRANT SELECT ON v TO firstline_service, firstline_lookup; \
         CREATE FUNCTION f() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM users'; \
         CREATE RULE copied AS ON INSERT TO tickets DO ALSO NOTIFY tickets; \
         DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO PUBLIC', current_database()); END $$",
    );
    let said = refused(&url, &[("FIRSTLINE__DATABASE__MIGRATE_ON_START", "false")], &["sweep"]);
    let (_, block) = said.split_once(" runs:\n").unwrap_or_else(|| panic!("{said}"));
    assert!(block.lines().count() >= 9, "{said}");
    Cluster::shared().run_sql(name, block);
    let clean = firstline(binary(), &url).arg("sweep").output().unwrap();
    assert!(clean.status.success(), "{}", String::from_utf8_lossy(&clean.stderr));
}
