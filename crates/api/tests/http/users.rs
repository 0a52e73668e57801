//! Managing users, and who is signed in.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::client::Answer;
use crate::support::{
    ADMIN, COLLEAGUE, COVERAGE, ENGINEER, INACTIVE, OTHER_OWNER, OWNER, STRANGER, Service, TECH, VIEWER,
};

const USERS: &str = "/api/v1/users";

fn of(user: Uuid) -> String {
    format!("{USERS}/{user}")
}

fn patch(service: &Service, by: Uuid, user: Uuid, change: &Value) -> Answer {
    let bearer = format!("Bearer {}", service.token(by));
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    service.send("PATCH", &of(user), &headers, change.to_string().as_bytes())
}

fn said(answer: &Answer) -> (u16, String) {
    (answer.status, answer.code())
}

fn expect(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn only_active_admins_and_owners_manage_users() {
    let service = Service::start();
    let calls = [("GET", USERS.to_owned()), ("POST", USERS.to_owned()), ("GET", of(TECH)), ("PATCH", of(TECH))];
    for (method, path) in calls.into_iter().chain([("GET", format!("{}/events", of(TECH)))]) {
        let call = |user| {
            let bearer = format!("Bearer {}", service.token(user));
            said(&service.send(method, &path, &[("authorization", &bearer)], b""))
        };
        for denied in [TECH, COVERAGE, ENGINEER, VIEWER] {
            assert_eq!(call(denied), expect(403, "user_management_required"), "{method} {path}");
        }
        assert_eq!(call(INACTIVE), expect(401, "unauthenticated"), "{method} {path}");
        assert_eq!(said(&service.send(method, &path, &[], b"")), expect(401, "unauthenticated"), "{method} {path}");
        for manager in [ADMIN, OWNER] {
            let status = service
                .send(method, &path, &[("authorization", &format!("Bearer {}", service.token(manager)))], b"")
                .status;
            // A body is missing where one is needed: who may not call has not got that far.
            assert_eq!(status, if method == "GET" { 200 } else { 415 }, "{method} {path}");
        }
    }
}

#[test]
fn whoever_is_signed_in_learns_who_they_are_and_what_they_may_do() {
    let service = Service::start();
    let may =
        |l1, manage_users, author_flows| json!({"l1": l1, "manage_users": manage_users, "author_flows": author_flows});
    for (user, role, flag, may) in [
        (TECH, "l1_tech", false, may(true, false, false)),
        (COVERAGE, "engineer", true, may(true, false, true)),
        (ENGINEER, "engineer", false, may(false, false, true)),
        (VIEWER, "viewer", true, may(false, false, false)),
        (ADMIN, "admin", false, may(false, true, true)),
        (OWNER, "owner", false, may(false, true, true)),
    ] {
        let answer = service.get(user, "/api/v1/me");
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(
            answer.json(),
            json!({
                "id": user, "email": format!("{user}@example.com"), "account_role": role, "can_cover_l1": flag,
                "active": true, "identity": null, "may": may,
                "account": {"id": crate::support::ACCOUNT, "name": "Here"},
            })
        );
    }
    assert_eq!(service.get(INACTIVE, "/api/v1/me").status, 401);
    assert_eq!(service.send("GET", "/api/v1/me", &[], b"").status, 401);
}

#[test]
fn a_user_is_made_changed_and_their_events_tell_it() {
    let service = Service::start();
    let identity = json!({"issuer": "https://login.example", "subject": "Zoë|7"});
    let new = json!({"email": "zoë@example.com", "account_role": "engineer", "identity": identity, "unknown": 1});
    let made = service.post(ADMIN, USERS, &new);
    assert_eq!(made.status, 201, "{}", made.text());
    let user = made.json();
    let id: Uuid = user["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(made.header("location"), Some(of(id).as_str()));
    let mut expected = json!({
        "id": id, "email": "zoë@example.com", "account_role": "engineer", "can_cover_l1": false, "active": true,
        "identity": identity,
    });
    assert_eq!(user, expected);
    assert_eq!(service.get(OWNER, &of(id)).json(), expected);

    let changed = patch(&service, OWNER, id, &json!({"account_role": "owner", "can_cover_l1": true, "identity": null}));
    expected["account_role"] = json!("owner");
    expected["can_cover_l1"] = json!(true);
    expected["identity"] = Value::Null;
    assert_eq!((changed.status, changed.json()), (200, expected.clone()));
    // Nothing changes, nothing is told.
    for nothing in [json!({}), json!({"account_role": "owner", "email": null}), json!({"identity": null})] {
        let answer = patch(&service, OWNER, id, &nothing);
        assert_eq!((answer.status, answer.json()), (200, expected.clone()));
    }
    let events = service.get(ADMIN, &format!("{}/events", of(id))).json();
    let kinds: Vec<&str> = events.as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["user_created", "user_changed"]);
    assert_eq!((&events[0]["actor_user_id"], &events[1]["actor_user_id"]), (&json!(ADMIN), &json!(OWNER)));
    assert_eq!(
        events[1],
        json!({
            "seq": events[0]["seq"].as_i64().unwrap() + 1, "user_id": id, "kind": "user_changed",
            "data": {"changes": [
                {"field": "account_role", "before": "engineer", "after": "owner"},
                {"field": "can_cover_l1", "before": false, "after": true},
                {"field": "identity", "before": identity, "after": null},
            ]},
            "actor_user_id": OWNER, "at": events[1]["at"],
        })
    );
    assert_eq!(
        events[0]["data"],
        json!({"email": "zoë@example.com", "account_role": "engineer", "can_cover_l1": false, "active": true,
               "identity": identity})
    );
    assert!(events[1]["at"].as_str().unwrap().ends_with('Z'));
    let by_system = service.get(ADMIN, &format!("{}/events", of(TECH))).json();
    assert_eq!((by_system.as_array().unwrap().len(), &by_system[0]["actor_user_id"]), (1, &Value::Null));
}

#[test]
fn each_check_of_a_change_comes_before_the_next() {
    let service = Service::start();
    let (admin, tech) = (format!("Bearer {}", service.token(ADMIN)), format!("Bearer {}", service.token(TECH)));
    let json_type = ("content-type", "application/json");
    let call = |token: Option<&str>, kind: Option<(&str, &str)>, path: &str, body: &str| {
        let headers: Vec<(&str, &str)> = token.map(|token| ("authorization", token)).into_iter().chain(kind).collect();
        said(&service.send("PATCH", path, &headers, body.as_bytes()))
    };
    let (no_uuid, missing) = ("/api/v1/users/x", of(Uuid::nil()));
    let (owner, here) = (of(OWNER), of(COLLEAGUE));
    let taken = json!({"email": format!("{TECH}@example.com")}).to_string();
    assert_eq!(said(&service.send("DELETE", no_uuid, &[], b"")), expect(405, "method_not_allowed"));
    assert_eq!(call(None, None, no_uuid, "{"), expect(401, "unauthenticated"));
    assert_eq!(call(Some(&tech), None, no_uuid, "{"), expect(403, "user_management_required"));
    assert_eq!(call(Some(&admin), None, no_uuid, "{"), expect(415, "unsupported_media_type"));
    assert_eq!(call(Some(&admin), Some(json_type), no_uuid, "{"), expect(400, "malformed_json"));
    assert_eq!(call(Some(&admin), Some(json_type), no_uuid, "{}"), expect(422, "invalid_request"));
    assert_eq!(call(Some(&admin), Some(json_type), &missing, "[]"), expect(422, "invalid_request"));
    assert_eq!(call(Some(&admin), Some(json_type), &missing, &taken), expect(404, "user_not_found"));
    assert_eq!(call(Some(&admin), Some(json_type), &owner, &taken), expect(403, "owner_required"));
    assert_eq!(call(Some(&admin), Some(json_type), &here, &taken), expect(409, "email_taken"));
    assert_eq!(call(Some(&admin), Some(json_type), &here, "{}").0, 200);
}

#[test]
fn every_defect_of_a_user_is_listed_with_its_place() {
    let service = Service::start();
    let long = "x".repeat(513);
    let broken = json!({
        "email": " ", "account_role": "boss", "can_cover_l1": "yes", "active": 1,
        "identity": {"issuer": long, "subject": "\u{0}"},
    });
    let places = ["/identity/subject", "/email", "/account_role", "/can_cover_l1", "/active", "/identity/issuer"];
    let answer = service.post(OWNER, USERS, &broken);
    assert_eq!((answer.status, answer.pointers()), (422, places.map(str::to_owned).to_vec()));
    assert_eq!(patch(&service, OWNER, TECH, &broken).pointers(), places);
    assert_eq!(service.post(OWNER, USERS, &json!({})).pointers(), ["/email", "/account_role"]);
    assert_eq!(service.post(OWNER, USERS, &json!([])).pointers(), [""]);
    let half = json!({"email": "a@b", "account_role": "viewer", "identity": {"subject": "7"}});
    assert_eq!(service.post(OWNER, USERS, &half).pointers(), ["/identity/issuer"]);
    let none = json!({"email": "a@b", "account_role": "viewer", "identity": "7"});
    assert_eq!(service.post(OWNER, USERS, &none).pointers(), ["/identity"]);
    let queries = service.get(OWNER, &format!("{USERS}?account_role=boss&active=1&limit=201&cursor=x"));
    assert_eq!(queries.pointers(), ["/query/account_role", "/query/active", "/query/limit", "/query/cursor"]);
    let events = service.get(OWNER, "/api/v1/users/x/events?limit=-1");
    assert_eq!(events.pointers(), ["/path/user_id", "/query/limit"]);
    assert_eq!(service.get(OWNER, &format!("{USERS}/x")).pointers(), ["/path/user_id"]);
    assert_eq!(service.get(OWNER, USERS).json().as_array().unwrap().len(), 8, "and nobody was made");
}

#[test]
fn only_an_owner_makes_changes_or_unmakes_an_owner_and_the_last_one_stays() {
    let service = Service::start();
    let new = json!({"email": "second@example.com", "account_role": "owner"});
    assert_eq!(said(&service.post(ADMIN, USERS, &new)), expect(403, "owner_required"));
    assert_eq!(said(&patch(&service, ADMIN, ADMIN, &json!({"account_role": "owner"}))), expect(403, "owner_required"));
    for change in [json!({"active": false}), json!({"account_role": "viewer"})] {
        assert_eq!(said(&patch(&service, OWNER, OWNER, &change)), expect(409, "last_owner"));
    }
    let second: Uuid = service.post(OWNER, USERS, &new).json()["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(patch(&service, OWNER, OWNER, &json!({"account_role": "viewer"})).status, 200);
    assert_eq!(said(&service.get(OWNER, USERS)), expect(403, "user_management_required"), "from the next request on");
    assert_eq!(said(&patch(&service, second, second, &json!({"active": false}))), expect(409, "last_owner"));
}

#[test]
fn an_address_and_an_identity_stand_once_in_an_account_and_another_accounts_tell_nothing() {
    let service = Service::start();
    let identity = json!({"issuer": "i", "subject": "s"});
    let with = |email: &str| json!({"email": email, "account_role": "viewer", "identity": identity});
    assert_eq!(service.post(OWNER, USERS, &with("a@b")).status, 201);
    assert_eq!(said(&service.post(OWNER, USERS, &with("c@b"))), expect(409, "identity_taken"));
    let same_address = json!({"email": "a@b", "account_role": "viewer"});
    assert_eq!(said(&service.post(OWNER, USERS, &same_address)), expect(409, "email_taken"));
    for email in ["A@B", "ａ@b", "a@\u{ad}b"] {
        let same_address = json!({"email": email, "account_role": "viewer"});
        assert_eq!(said(&service.post(OWNER, USERS, &same_address)), expect(409, "email_taken"), "{email}");
    }
    for email in ["@", " a@b", "a@b\n", "a", "\u{200b}", "\u{200b}@b"] {
        let no_address = json!({"email": email, "account_role": "viewer"});
        assert_eq!(said(&service.post(OWNER, USERS, &no_address)), expect(422, "invalid_request"), "{email:?}");
    }
    assert_eq!(said(&patch(&service, OWNER, TECH, &json!({"identity": identity}))), expect(409, "identity_taken"));
    assert_eq!(service.post(OTHER_OWNER, USERS, &with("a@b")).status, 201);
    let plain = |answer: &Answer| {
        let mut body = answer.json();
        body.as_object_mut().unwrap().remove("request_id");
        (answer.status, body.to_string())
    };
    let missing = Uuid::from_u128(0xFF);
    for (one, other) in [(STRANGER, missing), (OTHER_OWNER, missing)] {
        let change = json!({"active": false});
        assert_eq!(plain(&service.get(OWNER, &of(one))), plain(&service.get(OWNER, &of(other))));
        assert_eq!(plain(&patch(&service, OWNER, one, &change)), plain(&patch(&service, OWNER, other, &change)));
        let events = |user| plain(&service.get(OWNER, &format!("{}/events", of(user))));
        assert_eq!(events(one), events(other));
        assert_eq!(events(one).0, 404);
    }
    assert_eq!(service.get(STRANGER, "/api/v1/me").status, 200, "and they are as they were");
}

#[test]
fn users_and_events_are_paged_by_links() {
    let service = Service::start();
    let link = |answer: &Answer| {
        Some(answer.header("link")?.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned())
    };
    let walk = |first: &str| {
        let (mut rows, mut next) = (Vec::new(), Some(first.to_owned()));
        while let Some(path) = next {
            let answer = service.get(OWNER, &path);
            assert_eq!(answer.status, 200, "{}", answer.text());
            rows.extend(answer.json().as_array().unwrap().clone());
            next = link(&answer);
        }
        rows
    };
    let all = walk(USERS);
    assert_eq!(all.len(), 8);
    assert_eq!(walk(&format!("{USERS}?limit=3")), all);
    let filtered = walk(&format!("{USERS}?limit=1&account_role=l1_tech&active=true"));
    let ids: Vec<&Value> = filtered.iter().map(|user| &user["id"]).collect();
    assert_eq!(ids, [&json!(TECH), &json!(COLLEAGUE)]);
    for flag in [true, false, true, false] {
        assert_eq!(patch(&service, OWNER, TECH, &json!({"can_cover_l1": flag})).status, 200);
    }
    let events = format!("{}/events", of(TECH));
    assert_eq!(walk(&events).len(), 5);
    assert_eq!(walk(&format!("{events}?limit=2")), walk(&events));
    // A cursor is good for its own list alone.
    let users = link(&service.get(OWNER, &format!("{USERS}?limit=3"))).unwrap();
    let of_events = link(&service.get(OWNER, &format!("{events}?limit=2"))).unwrap();
    assert_eq!(service.get(OWNER, &format!("{users}&active=true")).pointers(), ["/query/cursor"]);
    assert_eq!(service.get(OTHER_OWNER, &users).pointers(), ["/query/cursor"]);
    let elsewhere = of_events.replace(&TECH.to_string(), &COLLEAGUE.to_string());
    assert_eq!(service.get(OWNER, &elsewhere).pointers(), ["/query/cursor"]);
}
