//! Every call prints exactly one JSON object, and does what it says.

use firstline_testkit::http::Client;
use firstline_testkit::service::Service;
use serde_json::{Value, json};

use crate::place::{Place, text};

#[test]
fn every_call_prints_exactly_one_object() {
    let place = Place::new();
    let applied = place.call(&["migrate"]);
    assert_eq!(applied["store"], "sqlite");
    assert!(!applied["applied"].as_array().unwrap().is_empty());
    assert_eq!(place.call(&["migrate"])["applied"], json!([]));

    assert_eq!(place.call(&["account", "list"]), json!({ "accounts": [] }));
    let account = place.account();
    let listed = json!({ "accounts": [{ "account_id": account, "name": "Northwind IT" }] });
    assert_eq!(place.call(&["account", "list"]), listed);
    assert_eq!(place.call(&["user", "list", "--account", &account]), json!({ "users": [] }));
    let user = place.user(&account, "mia@example.com");
    let updated = place.call(&["user", "update", &user, "--role", "engineer", "--can-cover-l1", "true"]);
    assert_eq!(
        updated,
        json!({ "user_id": user, "account_id": account, "email": "mia@example.com", "role": "engineer",
                "can_cover_l1": true, "active": true, "identity": null })
    );
    let named = ["--issuer", "https://login.example", "--subject", "7", "--email", "m@example.com"];
    let updated = place.call(&[&["user", "update", &user], &named[..]].concat());
    assert_eq!(updated["identity"], json!({ "issuer": "https://login.example", "subject": "7" }));
    assert_eq!(updated["email"], "m@example.com");
    assert_eq!(place.call(&["user", "list", "--account", &account]), json!({ "users": [updated] }));
    assert_eq!(place.call(&["user", "update", &user, "--no-identity"])["identity"], Value::Null);
    let token = place.call(&["token", "issue", "--user", &user, "--ttl", "30m"]);
    assert_eq!(token.as_object().unwrap().keys().collect::<Vec<_>>(), ["token", "expires_at"]);
    assert!(text(&token["expires_at"]).ends_with('Z'));

    let flow = place.call(&["flow", "register", "--account", &account, "--name", "Outlook", "--status", "draft"]);
    assert!(flow["flow_id"].is_string() && flow.as_object().unwrap().len() == 1);
    let proposal = place.call(&["proposal", "register", "--account", &account, "--name", "Printer"]);
    assert!(proposal["flow_proposal_id"].is_string());
    assert_eq!(place.call(&["sweep"]), json!({ "abandoned": 0, "left": 0, "corrupt": 0 }));
    assert_eq!(place.call(&["stats", "fold"]), json!({ "walks": 0, "conflicts": 0, "corrupt": 0 }));
    assert!(text(&place.call(&["openapi"])["openapi"]).starts_with("3.1"));
}

#[test]
fn every_user_of_an_account_is_listed_however_many_there_are() {
    let place = Place::new();
    let (account, other) = ("0190a000-0000-7000-8000-000000000001", "0190a000-0000-7000-8000-000000000002");
    let user = |number: usize| {
        let account = if number == 0 { other } else { account };
        json!({ "id": format!("0190a000-0000-7000-8000-{number:012}"), "account_id": account,
                "email": format!("u{number}@example.com"), "role": "viewer" })
    };
    let named = |id: &str| json!({ "id": id, "name": "N" });
    let content =
        json!({ "accounts": [named(account), named(other)], "users": (0..=400).map(user).collect::<Vec<_>>() });
    std::fs::write(place.folder.path().join("many.json"), content.to_string()).unwrap();
    let mut served = crate::lifecycle::Served::start(&place, &["serve", "--provision", "many.json"]);
    assert!(served.terminate().success());
    let listed = place.call(&["user", "list", "--account", account]);
    let listed: Vec<&str> =
        listed["users"].as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap()).collect();
    let expected: Vec<String> = (1..=400).map(|number| format!("u{number}@example.com")).collect();
    assert_eq!(listed, expected);
}

#[test]
fn the_settings_in_effect_are_shown_without_secrets() {
    let place = Place::new();
    let mut command = place.command(&["config", "--database-url", "postgres://me:hush@db/firstline"]);
    let output = command.env("FIRSTLINE__SWEEP__INTERVAL", "90s").output().unwrap();
    let shown = crate::place::object(&output);
    assert_eq!(shown["database"]["url"], "postgres://me:[redacted]@db/firstline");
    assert_eq!(shown["auth"]["hs256_secret"], "[redacted]");
    assert_eq!(shown["sweep"]["interval"], "1m 30s");
    let everything = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!everything.contains("hush") && !everything.contains(firstline_testkit::people::SECRET));
}

#[test]
fn a_file_named_by_flag_or_variable_sets_what_the_environment_leaves_open() {
    let place = Place::new();
    std::fs::write(place.folder.path().join("mine.toml"), "[limits]\nbody_bytes = 1000\n").unwrap();
    assert_eq!(place.call(&["config", "--config", "mine.toml"])["limits"]["body_bytes"], 1_000);
    for named in ["mine.toml", "mine.toml\r", "\u{feff}mine.toml\r\n"] {
        let by_variable = place.command(&["config"]).env("FIRSTLINE_CONFIG", named).output().unwrap();
        assert_eq!(crate::place::object(&by_variable)["limits"]["body_bytes"], 1_000, "{named:?}");
    }
    assert_eq!(place.call(&["config"])["limits"]["body_bytes"], 524_288);
}

#[test]
fn calls_run_beside_a_server_and_count_from_the_next_request() {
    let place = Place::new();
    let service = Service::start(crate::lifecycle::binary(), &place.url(), &[]);
    let account = place.account();
    let user = place.user(&account, "mia@example.com");
    let token = text(&place.call(&["token", "issue", "--user", &user])["token"]);
    let client = service.client(&token);
    client.get("/api/v1/l1/queue").expect(200);
    place.call(&["user", "update", &user, "--role", "viewer"]);
    client.get("/api/v1/l1/queue").problem(403);
    place.call(&["user", "update", &user, "--active", "false"]);
    client.get("/api/v1/l1/queue").problem(401);
}

#[test]
fn provisioning_may_be_repeated_and_changes_what_the_file_changes() {
    let place = Place::new();
    let (account, user) = ("0190a000-0000-7000-8000-000000000001", "0190a000-0000-7000-8000-000000000002");
    let file = place.folder.path().join("provision.json");
    let mut content = json!({
        "accounts": [{ "id": account, "name": "N" }],
        "users": [{ "id": user, "account_id": account, "email": "a@example.com", "role": "l1_tech" }],
        "flows": [{
            "id": "0190a000-0000-7000-8000-000000000003", "account_id": account, "name": "F", "status": "published",
        }],
        "proposals": [{ "id": "0190a000-0000-7000-8000-000000000004", "account_id": account, "name": "P" }],
    });
    for (role, status) in [("l1_tech", 200), ("l1_tech", 200), ("viewer", 403)] {
        content["users"][0]["role"] = Value::from(role);
        std::fs::write(&file, content.to_string()).unwrap();
        let mut served = crate::lifecycle::Served::start(&place, &["serve", "--provision", "provision.json"]);
        let token = text(&place.call(&["token", "issue", "--user", user])["token"]);
        let client = Client::new(&served.address(), Some(&token));
        assert_eq!(client.get("/api/v1/l1/queue").status, status);
        assert!(served.terminate().success());
    }
}

#[test]
fn the_demo_walks_both_calls_and_leaves_nothing_behind() {
    let place = Place::new();
    let temporary = place.folder.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let mut command = place.command(&["demo", "--walk", "--exit", "--bind", "127.0.0.1:0"]);
    let output = command.env("TMPDIR", &temporary).output().unwrap();
    let (told, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{told}{stderr}");
    for part in [
        "MIA='",
        "curl -sw '\\n' ",
        "? Does Outlook open in safe mode?",
        "> Yes",
        "The last answer is taken back",
        "resolved",
        "? Do you know of colleagues whose VPN fails right now?",
        "escalated",
        "service_outage",
        "l1_coverage",
        "Both calls went as told",
        // Whole answers.
        "\"ticket_kind\":\"internal\"",
        "\"progress\":{\"answered\":",
        "\"walk_notes\":[{\"kind\":\"workaround\"",
        // Who did what.
        "  Mia                   step recorded: Without the VPN: can you open a page",
        "  Jonas (l1_coverage)   step recorded: Do you know of colleagues whose VPN fails right now? > Yes",
        "  Jonas (l1_coverage)   escalated: service_outage",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    // What is to be pasted is what stays on the screen.
    let last = told.trim_end().lines().rev().take(10).filter(|line| !line.starts_with('#'));
    let variables: Vec<&str> = last.map(|line| line.split('=').next().unwrap()).collect();
    assert_eq!(variables, ["TOM", "PRIYA", "JONAS", "MIA", "OUTLOOK"]);
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
}
