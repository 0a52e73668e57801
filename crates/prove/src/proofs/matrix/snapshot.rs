//! What an account can read of its own data, all of it; and on Postgres every row besides.

use std::collections::BTreeMap;

use firstline_testkit::http::Client;
use serde_json::Value;

use crate::route_cases::Object;
use crate::test_database::StoreKind;
use crate::world::{Account, Objects, World};

/// Answers by path, and rows by table.
#[derive(PartialEq, Eq)]
pub(super) struct Snapshot(BTreeMap<String, String>);

impl Snapshot {
    /// Reads the other account back by the tokens of its own people.
    pub(super) fn take(world: &World, theirs: &Objects<'_>) -> Self {
        let technician = world.technician(&world.theirs);
        let mut read = BTreeMap::new();
        let mut next = Some("/api/v1/l1/queue?limit=200".to_owned());
        while let Some(path) = next {
            let (rows, link) = read_into(&mut read, &technician, &path);
            next = link.split(['<', '>']).nth(1).map(str::to_owned);
            for row in rows.as_array().expect("a list") {
                let path = format!("/api/v1/l1/tickets/{}", row["ticket_id"].as_str().expect("an id"));
                let (ticket, _) = read_into(&mut read, &technician, &path);
                for session in ticket["sessions"].as_array().expect("a list") {
                    let path = format!("/api/v1/l1/sessions/{}", session["id"].as_str().expect("an id"));
                    read_into(&mut read, &technician, &path);
                    read_into(&mut read, &technician, &format!("{path}/events"));
                }
            }
        }
        let owner = world.client(world.theirs.owner());
        let (users, _) = read_into(&mut read, &owner, "/api/v1/users?limit=200");
        for user in users.as_array().expect("a list") {
            let path = format!("/api/v1/users/{}/events?limit=200", user["id"].as_str().expect("an id"));
            read_into(&mut read, &owner, &path);
        }
        let (flows, _) = read_into(&mut read, &owner, "/api/v1/flows?limit=200");
        for flow in flows.as_array().expect("a list") {
            let path = format!("/api/v1/flows/{}", flow["id"].as_str().expect("an id"));
            read_into(&mut read, &owner, &path);
            if flow["tree"] == "authored" {
                read_into(&mut read, &owner, &format!("{path}/versions?limit=200"));
                read_into(&mut read, &owner, &format!("{path}/versions/2"));
            }
        }
        for person in world.theirs.people.iter().filter(|person| person.label.starts_with("l1_tech")) {
            let answer = world.client(person).get("/api/v1/l1/sessions/active");
            read.insert(format!("active of {}", person.label), String::from_utf8_lossy(&answer.body).into_owned());
        }
        if world.store == StoreKind::Postgres {
            rows_of(world, &world.theirs, &mut read);
        }
        assert!(
            theirs.kept(Object::Session).is_some_and(|id| read.keys().any(|path| path.contains(&id))),
            "no sessions"
        );
        Self(read)
    }

    /// Every id of a ticket or session in it.
    pub(super) fn ids(&self) -> Vec<String> {
        let of_path =
            |path: &String| path.split('/').find(|part| uuid::Uuid::try_parse(part).is_ok()).map(str::to_owned);
        self.0.keys().filter_map(of_path).collect()
    }

    /// Where another one differs.
    pub(super) fn difference(&self, other: &Self) -> String {
        let keys = self.0.keys().chain(other.0.keys());
        let differing = keys.filter(|key| self.0.get(*key) != other.0.get(*key));
        differing.cloned().collect::<std::collections::BTreeSet<String>>().into_iter().collect::<Vec<_>>().join(", ")
    }
}

/// What callers who are refused are shown ids of: the objects of their own account that nobody else changes.
pub(super) fn kept(world: &World, ours: &Objects<'_>) -> Vec<String> {
    let technician = world.technician(&world.ours);
    let read = |path: String| String::from_utf8_lossy(&technician.get(&path).body).into_owned();
    let session = ours.kept(Object::Session).expect("a session");
    let mut all =
        vec![read(format!("/api/v1/l1/sessions/{session}")), read(format!("/api/v1/l1/sessions/{session}/events"))];
    let owner = world.client(world.ours.owner());
    let flow = ours.kept(Object::AuthoredFlow).expect("a flow");
    for rest in ["", "/versions", "/versions/1", "/versions/2"] {
        all.push(String::from_utf8_lossy(&owner.get(&format!("/api/v1/flows/{flow}{rest}")).body).into_owned());
    }
    for object in [Object::Ticket, Object::OpenTicket] {
        all.extend(ours.kept(object).map(|id| read(format!("/api/v1/l1/tickets/{id}"))));
    }
    all
}

fn read_into(read: &mut BTreeMap<String, String>, client: &Client, path: &str) -> (Value, String) {
    let answer = client.get(path);
    let value = answer.expect(200);
    read.insert(path.to_owned(), String::from_utf8_lossy(&answer.body).into_owned());
    (value, answer.header("link").to_owned())
}

/// Every row of the account in every table that has accounts.
fn rows_of(world: &World, account: &Account, read: &mut BTreeMap<String, String>) {
    let run = |sql: &str| world.database.run_sql(sql);
    let tables = run(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'account_id' AND table_schema = 'public'",
    );
    assert!(tables.lines().count() > 5, "the tables were not found: {tables}");
    for table in tables.lines() {
        let sql = format!("SELECT t::text FROM {table} t WHERE account_id = '{}' ORDER BY 1", account.id);
        read.insert(format!("table {table}"), run(&sql));
    }
}
