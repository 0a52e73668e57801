//! What is refused says what is wrong and what to do about it.

use std::net::TcpListener;

use crate::place::{Place, words};

const NOBODY: &str = "0190a000-0000-7000-8000-00000000dead";

#[test]
fn usage_errors_exit_with_2() {
    let place = Place::new();
    for args in [
        &["user", "create", "--account", NOBODY, "--email", "a@b", "--role", "boss"][..],
        &["user", "create", "--account", "x", "--email", "a@b", "--role", "viewer"],
        &["user", "update", NOBODY],
        &["token", "issue", "--user", NOBODY, "--ttl", "soon"],
        &["flow", "register", "--account", NOBODY, "--name", "F", "--status", "new"],
        &["serve", "--bind", "here"],
        &["dance"],
        &[],
    ] {
        place.refused(args, 2);
    }
    for args in [
        &["user", "create", "--account", "acme", "--email", "a@b", "--role", "viewer"][..],
        &["user", "update", "mia", "--active", "true"],
        &["token", "issue", "--user", "mia"],
        &["flow", "export", "--account", NOBODY, "outlook"],
    ] {
        assert!(place.refused(args, 2).contains("must be an id such as"), "{args:?}");
    }
}

#[test]
fn texts_and_references_are_checked_before_anything_is_written() {
    let place = Place::new();
    let account = place.account();
    place.user(&account, "mia@example.com");
    let owner = place.user(&account, "owner@example.com");
    place.call(&["user", "update", &owner, "--role", "owner"]);
    for (args, says) in [
        (&["account", "create", "--name", " "][..], "--name must not be blank"),
        (&["user", "create", "--account", &account, "--email", "", "--role", "viewer"], "--email must not be blank"),
        (&["user", "create", "--account", NOBODY, "--email", "a@b", "--role", "viewer"], "firstline account create"),
        (&["user", "create", "--account", &account, "--email", "mia@example.com", "--role", "viewer"], "e-mail"),
        (&["user", "update", &owner, "--active", "false"], "make another owner first"),
        (&["user", "update", &owner, "--role", "viewer"], "last active owner"),
        (&["user", "update", &owner, "--email", "mia@example.com"], "e-mail"),
        (&["user", "update", NOBODY, "--active", "false"], "there is no user"),
        (&["user", "list", "--account", NOBODY], "firstline account list"),
        (&["token", "issue", "--user", NOBODY], "there is no user"),
        (&["flow", "register", "--account", NOBODY, "--name", "F"], "there is no account"),
        (&["proposal", "register", "--account", NOBODY, "--name", "P"], "there is no account"),
    ] {
        let refused = place.refused(args, 1);
        assert!(refused.contains(says), "{says} in {refused}");
    }
}

#[test]
fn an_unknown_variable_a_missing_file_and_memory_are_refused_with_the_remedy() {
    let place = Place::new();
    let with = |name: &str, value: &str| words(&place.command(&["serve"]).env(name, value).output().unwrap(), 1);
    assert!(with("FIRSTLINE__DATABASE__URI", "x").contains("did you mean FIRSTLINE__DATABASE__URL?"));
    assert!(with("FIRSTLINE_CONFIG", "not-there.toml").contains("not-there.toml"));
    assert!(with("FIRSTLINE__AUTH__HS256_SECRET", "").contains("openssl rand -hex 32"));
    let weak = with("FIRSTLINE__AUTH__HS256_SECRET", "too-short-5e0c");
    assert!(weak.contains("openssl") && !weak.contains("5e0c"), "{weak}");
    assert!(with("FIRSTLINE__AUTH__HS256_SECRET", "changeme-changeme-changeme-0123456789").contains("known default"));
    let mut memory = place.command(&["serve", "--database-url", "memory:"]);
    let memory = memory.env("FIRSTLINE__DATABASE__ALLOW_MEMORY", "false").output().unwrap();
    assert!(words(&memory, 1).contains("database.allow_memory"));
    assert!(place.refused(&["account", "create", "--name", "N", "--database-url", "memory:"], 1).contains("memory:"));
}

#[test]
fn a_setting_of_postgres_without_a_url_of_postgres_is_refused_before_anything_is_made() {
    const OWNER: &str = "postgres://firstline_owner:hush@127.0.0.1:1/firstline";
    for (name, value, setting) in [
        ("FIRSTLINE__DATABASE__MIGRATE_URL", OWNER, "database.migrate_url"),
        ("FIRSTLINE__DATABASE__LOOKUP_URL", OWNER, "database.lookup_url"),
        ("FIRSTLINE__DATABASE__WALL", "set_role", "database.wall"),
    ] {
        for args in
            [&["migrate"][..], &["sweep"], &["serve"], &["account", "create", "--name", "N"], &["stats", "fold"]]
        {
            let place = Place::new();
            let mut alone = place.command(args);
            let said = words(&alone.env_remove("FIRSTLINE__DATABASE__URL").env(name, value).output().unwrap(), 1);
            assert!(said.contains(&format!("{setting} is ")), "{said}");
            assert!(said.contains("sqlite://firstline.db") && said.contains("FIRSTLINE__DATABASE__URL"), "{said}");
            assert!(!said.contains("hush"), "{said}");
            assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0);
        }
    }
    // The demo has a database of its own, whatever is set for another.
    let place = Place::new();
    let mut demo = place.command(&["demo", "--exit", "--bind", "127.0.0.1:0"]);
    let demo = demo.env("FIRSTLINE__DATABASE__MIGRATE_URL", OWNER).env("FIRSTLINE__DATABASE__WALL", "set_role");
    let demo = demo.output().unwrap();
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
}

#[test]
fn a_taken_address_is_refused_before_the_database_is_touched() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = place.refused(&["serve", "--bind", &address], 1);
    assert!(refused.contains(&address) && refused.contains("--bind"), "{refused}");
    assert!(!place.folder.path().join("firstline.db").exists());
    let refused = place.refused(&["demo", "--bind", &address], 1);
    assert!(refused.contains(&address) && refused.contains("port 0"), "{refused}");
}

#[test]
fn with_migrations_left_to_people_everything_waits_for_them() {
    let place = Place::new();
    let without =
        |args: &[&str]| place.command(args).env("FIRSTLINE__DATABASE__MIGRATE_ON_START", "false").output().unwrap();
    for args in [&["serve"][..], &["account", "create", "--name", "N"]] {
        assert!(words(&without(args), 1).contains("run `firstline migrate`"));
    }
    place.call(&["migrate"]);
    crate::place::object(&without(&["account", "create", "--name", "N"]));
}

#[test]
fn a_file_with_defects_provisions_nothing_and_names_each() {
    let place = Place::new();
    let account = "0190a000-0000-7000-8000-000000000001";
    let content =
        format!(r#"{{"accounts":[{{"id":"{account}","name":"N"}}],"users":[{{"id":"x","role":"boss"}}],"more":1}}"#);
    std::fs::write(place.folder.path().join("bad.json"), content).unwrap();
    let refused = place.refused(&["serve", "--provision", "bad.json"], 1);
    for part in ["$.users[0].id", "$.users[0].account_id", "$.users[0].email", "$.users[0].role", "$.more"] {
        assert!(refused.contains(part), "{part} in {refused}");
    }
    let unknown = format!(r#"{{"flows":[{{"id":"{NOBODY}","account_id":"{account}","name":"F"}}]}}"#);
    std::fs::write(place.folder.path().join("unknown.json"), unknown).unwrap();
    let refused = place.refused(&["serve", "--provision", "unknown.json"], 1);
    assert!(refused.contains(&format!("account {account}")), "{refused}");
    place.refused(&["flow", "register", "--account", account, "--name", "F"], 1);
}
