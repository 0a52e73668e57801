//! Provisioning the users of the version before, with addresses that are refused today.

use std::process::Command;

use firstline_testkit::postgres::Cluster;
use firstline_testkit::service::firstline;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::lifecycle::{Served, binary};
use crate::place::{object, text, words};

/// What the version before accepted.
const KEPT: [&str; 4] = ["u7", "mia@x.example", "Mia@X.example", "\u{200b}"];

/// A database with an account that has such users.
struct Old {
    folder: TempDir,
    url: String,
    account: String,
}

impl Old {
    fn new() -> Self {
        let mut old = Self {
            folder: tempfile::tempdir().unwrap(),
            url: Cluster::shared().fresh_database(),
            account: String::new(),
        };
        let made = old.command(&["account", "create", "--name", "N"]).output().unwrap();
        old.account = text(&object(&made)["account_id"]);
        let name = old.url.rsplit('/').next().unwrap().split('?').next().unwrap();
        for (number, email) in KEPT.into_iter().enumerate() {
            let sql = format!(
                "INSERT INTO users (account_id, id, email, account_role, can_cover_l1, active) \
                 VALUES ('{}', '{}', '{email}', 'l1_tech', false, true)",
                old.account,
                id(number)
            );
            Cluster::shared().run_sql(name, &sql);
        }
        old
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = firstline(binary(), &self.url);
        command.current_dir(self.folder.path()).args(args);
        command
    }

    /// Serving with a file of these users, the first of them with the lowest id.
    fn provision(&self, emails: &[&str]) -> Command {
        let account = &self.account;
        let user =
            |(number, email)| json!({ "id": id(number), "account_id": account, "email": email, "role": "engineer" });
        let users: Vec<Value> = emails.iter().enumerate().map(user).collect();
        std::fs::write(self.folder.path().join("file.json"), json!({ "users": users }).to_string()).unwrap();
        self.command(&["serve", "--provision", "file.json"])
    }
}

fn id(number: usize) -> String {
    format!("0190a000-0000-7000-8000-{number:012}")
}

#[test]
fn a_file_may_name_users_with_the_addresses_that_they_have_and_no_others_that_are_refused_today() {
    let old = Old::new();
    let another = "another user of the account has that e-mail address";
    let form = "$.users[4].email: must be an e-mail address";
    for (more, told) in [
        (&["u8"][..], form),
        (&["MIA@x.example"], another),
        (&["ada@x.example", "ADA@x.example"], "stands twice in its account"),
    ] {
        let refused = words(&old.provision(&[&KEPT[..], more].concat()).output().unwrap(), 1);
        assert!(refused.contains(told), "{refused}");
        let defects = refused.lines().filter(|line| line.starts_with("     "));
        assert_eq!(defects.count(), 1, "{refused}");
    }
    let renamed = words(&old.provision(&["u9"]).output().unwrap(), 1);
    assert!(renamed.contains("$.users[0].email"), "{renamed}");

    assert!(Served::spawn(&mut old.provision(&KEPT)).terminate().success());
    let listed = object(&old.command(&["user", "list", "--account", &old.account]).output().unwrap());
    let users = listed["users"].as_array().unwrap();
    assert!(users.iter().all(|user| user["role"] == "engineer"), "{listed}");
    assert_eq!(users.iter().map(|user| text(&user["email"])).collect::<Vec<_>>(), KEPT);
}
