//! Who gets in, and what they never see.

use firstline_testkit::people::{AUDIENCE, ISSUER, SECRET, now, signed, token};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::site::{Site, intake, path, step};

pub fn every_role_is_let_in_or_refused_as_the_table_says(site: &Site) {
    let team = &site.ours;
    for (who, user, acting_as) in [
        ("technician", team.technician, Some(Value::Null)),
        ("coverage engineer", team.coverage, Some(json!("l1_coverage"))),
        ("engineer", team.engineer, None),
        ("admin", team.admin, None),
        ("viewer with the flag", team.viewer, None),
    ] {
        let answer = site.as_user(user).get("/api/v1/l1/sessions/active");
        let Some(acting_as) = acting_as else {
            assert_eq!(answer.problem(403), "l1_access_required", "{who}");
            // 403 comes before anything about the body.
            assert_eq!(site.as_user(user).post_text("/api/v1/l1/intake", "{").problem(403), "l1_access_required");
            continue;
        };
        answer.expect(200);
        let (session, _) = intake(&site.as_user(user), &json!({}));
        assert_eq!(site.as_user(user).get(&path(&session, "")).expect(200)["acting_as"], acting_as, "{who}");
    }
}

pub fn a_broken_token_is_refused_whatever_is_wrong_with_it(site: &Site) {
    let good = json!({ "sub": site.ours.technician, "iss": ISSUER, "aud": AUDIENCE, "exp": now() + 60 });
    let with = |member: &str, value: Value| {
        let mut claims = good.clone();
        claims[member] = value;
        format!("Bearer {}", signed(&claims, SECRET))
    };
    let without = |member: &str| {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(member);
        format!("Bearer {}", signed(&claims, SECRET))
    };
    let proper = signed(&good, SECRET);
    let unsigned = proper.rsplit_once('.').unwrap().0;
    let broken = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer nonsense".to_owned(),
        format!("Basic {proper}"),
        format!("Bearer {unsigned}."),
        format!("Bearer {proper}x"),
        format!("Bearer {}", signed(&good, "another-secret-another-secret-another")),
        format!("Bearer {}", token(Uuid::now_v7())),
        format!("Bearer {}", token(site.ours.inactive)),
        with("exp", json!(now() - 1)),
        with("exp", json!("soon")),
        with("nbf", json!(now() + 3_600)),
        with("iss", json!("https://elsewhere.example")),
        with("aud", json!("something-else")),
        with("sub", json!("not-a-uuid")),
        with("sub", json!(7)),
        without("exp"),
        without("iss"),
        without("aud"),
        without("sub"),
        format!("Bearer {}", "x".repeat(16_384)),
    ];
    let mut bodies: Vec<Value> = Vec::new();
    for header in &broken {
        let answer = site.technician().send("GET", "/api/v1/l1/queue", &[("authorization", header)], None);
        answer.problem(401);
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer}");
        let mut body = answer.json();
        body.as_object_mut().unwrap().remove("request_id");
        bodies.push(body);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "the answers tell the defects apart: {bodies:?}");
    let header = format!("bearer {proper}");
    site.technician().send("GET", "/api/v1/l1/queue", &[("authorization", &header)], None).expect(200);
}

pub fn another_accounts_objects_are_byte_for_byte_missing_ones(site: &Site) {
    let (session, ticket) = intake(&site.technician(), &json!({ "flow_id": site.ours.flow }));
    let before = site.technician().get(&path(&session, "")).expect(200);
    let stranger = site.as_user(site.theirs.technician);
    let missing = Uuid::now_v7().to_string();
    let end = json!({ "helpful": true, "resolution_notes": "" });
    let calls: [(&str, &str, Option<Value>); 8] = [
        ("GET", "/sessions/{}", None),
        ("GET", "/sessions/{}/events", None),
        ("POST", "/sessions/{}/step", Some(step("a"))),
        ("POST", "/sessions/{}/notes", Some(json!({ "notes": [] }))),
        ("POST", "/sessions/{}/resolve", Some(end)),
        ("POST", "/sessions/{}/escalate", Some(json!({ "reason_category": "x" }))),
        ("GET", "/tickets/{}", None),
        ("POST", "/tickets/{}/walk", Some(json!({}))),
    ];
    for (method, route, body) in calls {
        let ours = if route.starts_with("/tickets") { &ticket } else { &session };
        let answered = |id: &str| {
            let body = body.as_ref().map(Value::to_string);
            let headers: &[(&str, &str)] = if body.is_some() { &[("content-type", "application/json")] } else { &[] };
            let route = format!("/api/v1/l1{}", route.replace("{}", id));
            let answer = stranger.send(method, &route, headers, body.as_ref().map(String::as_bytes));
            answer.problem(404);
            let request_id = answer.json()["request_id"].as_str().unwrap().to_owned();
            String::from_utf8(answer.body).unwrap().replace(&request_id, "")
        };
        assert_eq!(answered(ours), answered(&missing), "{method} {route}");
    }
    assert_eq!(stranger.get("/api/v1/l1/queue").expect(200), json!([]));
    assert_eq!(site.technician().get(&path(&session, "")).expect(200), before);
}
