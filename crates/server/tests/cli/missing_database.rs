//! A database that is missing: made loudly, or refused where it must be there.

use std::process::Output;

use crate::place::{Place, object, words};

const MUST: &str = "FIRSTLINE__DATABASE__MUST_EXIST";

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn files(place: &Place) -> usize {
    std::fs::read_dir(place.folder.path()).unwrap().count()
}

#[test]
fn a_database_that_must_be_there_is_never_made() {
    let provision = r#"{"accounts":[]}"#;
    for args in [&["serve"][..], &["migrate"], &["sweep"], &["account", "create", "--name", "N"], &["stats", "fold"]] {
        let place = Place::new();
        let refused = words(&place.command(args).env(MUST, "true").output().unwrap(), 1);
        assert!(refused.contains("firstline.db is not there") && refused.contains(MUST), "{refused}");
        assert_eq!(files(&place), 0, "{args:?}");
        // Without a byte it is what is left of a restore that broke off.
        std::fs::write(place.folder.path().join("firstline.db"), "").unwrap();
        let refused = words(&place.command(args).env(MUST, "true").output().unwrap(), 1);
        assert!(refused.contains("firstline.db is empty"), "{refused}");
        assert_eq!(place.folder.path().join("firstline.db").metadata().unwrap().len(), 0);
    }
    let place = Place::new();
    std::fs::write(place.folder.path().join("p.json"), provision).unwrap();
    let refused = place.command(&["serve", "--provision", "p.json"]).env(MUST, "true").output().unwrap();
    words(&refused, 1);
    // A file of SQLite's in which no migration was ever applied.
    let stray = |args: &[&str]| place.command(args).env("FIRSTLINE__DATABASE__MIGRATE_ON_START", "false").output();
    words(&stray(&["sweep"]).unwrap(), 1);
    let refused = words(&place.command(&["sweep"]).env(MUST, "true").output().unwrap(), 1);
    assert!(refused.contains("none of the service's tables"), "{refused}");
    place.call(&["migrate"]);
    object(&place.command(&["sweep"]).env(MUST, "true").output().unwrap());
}

#[test]
fn memory_never_exists_before() {
    let place = Place::new();
    let mut memory = place.command(&["serve", "--database-url", "memory:"]);
    assert!(words(&memory.env(MUST, "true").output().unwrap(), 1).contains("database.must_exist"));
}

#[test]
fn a_database_is_made_with_one_loud_line_that_names_the_whole_path() {
    let place = Place::new();
    let mut create = place.command(&["account", "create", "--name", "N"]);
    let made = create.env("FIRSTLINE__DATABASE__URL", "sqlite://firstline.db").output().unwrap();
    object(&made);
    let path = place.folder.path().canonicalize().unwrap().join("firstline.db");
    let said = stderr(&made);
    assert!(said.contains("WARN") && said.contains("NEW, EMPTY database"), "{said}");
    assert!(said.contains(path.to_str().unwrap()) && said.contains("must_exist"), "{said}");
    assert_eq!(said.matches("WARN").count(), 1, "{said}");
    let again = place.command(&["account", "create", "--name", "N"]).output().unwrap();
    assert_eq!(stderr(&again), "");
    let migrated = Place::new().command(&["migrate"]).output().unwrap();
    assert!(stderr(&migrated).contains("NEW, EMPTY database"));
}

#[test]
fn a_database_without_users_is_served_with_a_warning() {
    let place = Place::new();
    let serve = || {
        let log = std::fs::File::create(place.folder.path().join("log")).unwrap();
        let mut process = place.command(&["serve"]).stderr(log).stdout(std::process::Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(process.stdout.take().unwrap()), &mut line).unwrap();
        let stop = std::process::Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
        assert!(stop.success() && process.wait().unwrap().success());
        std::fs::read_to_string(place.folder.path().join("log")).unwrap()
    };
    let first = serve();
    assert!(first.contains("NEW, EMPTY database") && first.contains("has no user"), "{first}");
    let second = serve();
    assert!(!second.contains("NEW, EMPTY database") && second.contains("has no user"), "{second}");
    let account = place.account();
    place.user(&account, "mia@example.com");
    assert!(!serve().contains("WARN"));
}

#[test]
fn the_demos_own_database_is_no_news() {
    let place = Place::new();
    let mut demo = place.command(&["demo", "--exit", "--bind", "127.0.0.1:0"]);
    let shown = demo.env(MUST, "true").output().unwrap();
    assert!(shown.status.success() && !stderr(&shown).contains("EMPTY"), "{}", stderr(&shown));
}
