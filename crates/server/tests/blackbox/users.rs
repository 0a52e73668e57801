//! Managing users over HTTP.

use std::sync::Barrier;

use firstline_testkit::http::{Answer, Client};
use firstline_testkit::people::token;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::site::{Site, text};

const USERS: &str = "/api/v1/users";

fn of(user: impl std::fmt::Display) -> String {
    format!("{USERS}/{user}")
}

/// `user`, calling the last service: not the one that `Site::as_user` calls, where there are two.
fn elsewhere(site: &Site, user: Uuid) -> Client {
    site.services.last().unwrap().client(&token(user))
}

fn new(role: &str) -> Value {
    json!({ "email": format!("{}@example.com", Uuid::now_v7()), "account_role": role })
}

fn made(by: &Client, role: &str) -> Uuid {
    text(&by.post(USERS, &new(role)).expect(201), "id").parse().unwrap()
}

pub fn a_user_is_made_signs_in_and_is_told_of(site: &Site) {
    let admin = site.as_user(site.ours.admin);
    let identity = json!({ "issuer": "https://login.example", "subject": "Zoë|7" });
    let body = json!({ "email": "zoë.漢@example.com", "account_role": "engineer", "can_cover_l1": true, "identity": identity });
    let answer = admin.post(USERS, &body);
    let user = answer.expect(201);
    let id: Uuid = text(&user, "id").parse().unwrap();
    assert_eq!(answer.header("location"), of(id));
    let me = elsewhere(site, id).get("/api/v1/me").expect(200);
    assert_eq!(me["account"], json!({ "id": site.ours.account, "name": "Contoso IT" }));
    assert_eq!(me["may"], json!({ "l1": true, "manage_users": false, "author_flows": true }));
    elsewhere(site, id).get("/api/v1/l1/queue").expect(200);
    let namesake = json!({ "email": "zoë.漢@example.com", "account_role": "viewer" });
    assert_eq!(admin.post(USERS, &namesake).problem(409), "email_taken");
    let twin = json!({ "email": "other@example.com", "account_role": "viewer", "identity": identity });
    assert_eq!(admin.post(USERS, &twin).problem(409), "identity_taken");

    let changed =
        elsewhere(site, site.ours.owner).patch(&of(id), &json!({ "active": false, "identity": null })).expect(200);
    assert_eq!(admin.get(&of(id)).expect(200), changed);
    assert_eq!(
        (&changed["active"], &changed["identity"], &changed["can_cover_l1"]),
        (&json!(false), &Value::Null, &json!(true))
    );
    let events = admin.get(&format!("{}/events", of(id))).expect(200);
    let told: Vec<(&Value, &Value)> =
        events.as_array().unwrap().iter().map(|event| (&event["kind"], &event["actor_user_id"])).collect();
    assert_eq!(
        told,
        [(&json!("user_created"), &json!(site.ours.admin)), (&json!("user_changed"), &json!(site.ours.owner))]
    );
    let fields: Vec<&Value> =
        events[1]["data"]["changes"].as_array().unwrap().iter().map(|change| &change["field"]).collect();
    assert_eq!(fields, ["active", "identity"]);
    let inactive = admin.get(&format!("{USERS}?active=false")).expect(200);
    assert_eq!(inactive.as_array().unwrap().len(), 2, "{inactive}");
}

pub fn a_change_counts_from_the_next_request_on_every_service(site: &Site) {
    let owner = site.as_user(site.ours.owner);
    let id = made(&owner, "l1_tech");
    let clients = [site.as_user(id), elsewhere(site, id)];
    for _ in 0..20 {
        for (change, status) in [
            (json!({ "active": false }), 401),
            (json!({ "active": true, "account_role": "viewer" }), 403),
            (json!({ "account_role": "engineer" }), 403),
            (json!({ "can_cover_l1": true }), 200),
            (json!({ "can_cover_l1": false, "account_role": "l1_tech" }), 200),
        ] {
            owner.patch(&of(id), &change).expect(200);
            for client in &clients {
                assert_eq!(client.get("/api/v1/l1/sessions/active").status, status, "{change}");
            }
        }
    }
}

pub fn the_last_owner_stays_and_only_owners_touch_owners(site: &Site) {
    let (owner, admin) = (site.as_user(site.ours.owner), site.as_user(site.ours.admin));
    for change in [json!({ "active": false }), json!({ "account_role": "admin" })] {
        assert_eq!(owner.patch(&of(site.ours.owner), &change).problem(409), "last_owner");
        assert_eq!(admin.patch(&of(site.ours.owner), &change).problem(403), "owner_required");
    }
    assert_eq!(admin.post(USERS, &new("owner")).problem(403), "owner_required");
    assert_eq!(admin.patch(&of(site.ours.admin), &json!({ "account_role": "owner" })).problem(403), "owner_required");
    let second = made(&owner, "owner");
    site.as_user(second).patch(&of(site.ours.owner), &json!({ "account_role": "viewer" })).expect(200);
    assert_eq!(owner.get(USERS).problem(403), "user_management_required");
    let still = elsewhere(site, second).get(&format!("{USERS}?account_role=owner")).expect(200);
    assert_eq!(still.as_array().unwrap().len(), 1);
}

pub fn another_accounts_users_are_byte_for_byte_missing_ones(site: &Site) {
    let owner = site.as_user(site.ours.owner);
    let before = site.as_user(site.theirs.owner).get(USERS).expect(200);
    let change = json!({ "active": false }).to_string();
    for (method, rest, body) in [("GET", "", None), ("GET", "/events", None), ("PATCH", "", Some(&change))] {
        let answered = |id: Uuid| {
            let headers: &[(&str, &str)] = if body.is_some() { &[("content-type", "application/json")] } else { &[] };
            let answer = owner.send(method, &format!("{}{rest}", of(id)), headers, body.map(String::as_bytes));
            assert_eq!(answer.problem(404), "user_not_found");
            let request_id = text(&answer.json(), "request_id");
            String::from_utf8(answer.body).unwrap().replace(&request_id, "")
        };
        assert_eq!(answered(site.theirs.technician), answered(Uuid::now_v7()), "{method} {rest}");
    }
    let ours = owner.get(USERS).expect(200);
    assert!(!ours.to_string().contains(&site.theirs.technician.to_string()), "{ours}");
    assert_eq!(site.as_user(site.theirs.owner).get(USERS).expect(200), before);
}

pub fn owners_who_demote_each_other_at_once_leave_one(site: &Site) {
    let owner = site.as_user(site.ours.owner);
    let mut owners = vec![site.ours.owner];
    owners.extend((0..7).map(|_| made(&owner, "owner")));
    let line = Barrier::new(owners.len());
    let answers: Vec<Vec<Answer>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..owners.len())
            .map(|number| {
                let (line, owners) = (&line, &owners);
                let client = site.services[number % site.services.len()].client(&token(owners[number]));
                scope.spawn(move || {
                    assert_eq!(client.get("/livez").status, 200);
                    line.wait();
                    let others = (1..=owners.len()).map(|next| owners[(number + next) % owners.len()]);
                    others.map(|id| client.patch(&of(id), &json!({ "account_role": "admin" }))).collect()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for answer in answers.iter().flatten() {
        assert!([200, 403, 409].contains(&answer.status), "{answer}");
    }
    let anybody = site.as_user(site.ours.admin);
    let left = anybody.get(&format!("{USERS}?account_role=owner&active=true")).expect(200);
    assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
}

pub fn provisioning_again_makes_no_event(site: &Site) {
    // On Postgres two services have been started with the same file.
    let admin = site.as_user(site.ours.admin);
    let users = admin.get(&format!("{USERS}?limit=200")).expect(200);
    let mut numbers = Vec::new();
    for user in users.as_array().unwrap() {
        let events = admin.get(&format!("{}/events", of(text(user, "id")))).expect(200);
        assert_eq!(events.as_array().unwrap().len(), 1, "{events}");
        assert_eq!((&events[0]["kind"], &events[0]["actor_user_id"]), (&json!("user_created"), &Value::Null));
        numbers.push(events[0]["seq"].as_u64().unwrap());
    }
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(1..=users.as_array().unwrap().len() as u64), "{numbers:?}");
}
