//! Tickets over HTTP.

use std::time::Duration;

use firstline_testkit::people::Team;
use firstline_testkit::service::Service;
use serde_json::{Value, json};

use crate::site::{Site, binary, intake, path, step, text};

pub fn a_ticket_shows_its_contact_and_sessions(site: &Site) {
    let client = site.technician();
    let (session, ticket) = intake(&client, &json!({ "flow_id": site.ours.flow }));
    client.post(&path(&session, "/step"), &step("a")).expect(200);
    let found = client.get(&format!("/api/v1/l1/tickets/{ticket}")).expect(200);
    assert_eq!((&found["id"], &found["status"]), (&json!(ticket), &json!("walking")));
    assert_eq!((&found["customer_contact"], &found["customer_name"]), (&json!("x1"), &json!("Ada")));
    let sessions = found["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0]["id"], json!(session));
    assert!(sessions[0].get("walked_path").is_none() && sessions[0].get("walk_notes").is_none());
    let refused = client.post(&format!("/api/v1/l1/tickets/{ticket}/walk"), &json!({}));
    assert_eq!(refused.problem(400), "ticket_not_open");
}

pub fn a_swept_ticket_can_be_walked_again(site: &Site) {
    // A service of its own on a fresh database, whose sweeper finds every session idle at once.
    let team = Team::new();
    let url = if site.is_memory() {
        "memory:".to_owned()
    } else if let Some(file) = site.url.strip_prefix("sqlite://") {
        format!("sqlite://{file}.swept")
    } else {
        firstline_testkit::postgres::Cluster::shared().fresh_database()
    };
    let often = [("FIRSTLINE__SWEEP__INTERVAL", "100ms"), ("FIRSTLINE__SWEEP__IDLE_AFTER", "1s")];
    let service = Service::start_with(binary(), &url, std::slice::from_ref(&team), &often);
    let client = service.client(&firstline_testkit::people::token(team.technician));
    let (session, ticket) = intake(&client, &json!({ "flow_id": team.flow }));
    let ticket = format!("/api/v1/l1/tickets/{ticket}");
    let mut status = Value::Null;
    for _ in 0..200 {
        status = client.get(&path(&session, "")).expect(200)["status"].clone();
        if status != json!("active") {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(status, json!("abandoned"), "{}", service.log());
    let events = client.get(&path(&session, "/events")).expect(200);
    assert_eq!((&events[1]["kind"], &events[1]["actor_user_id"]), (&json!("abandoned"), &Value::Null));
    assert_eq!(client.get(&ticket).expect(200)["status"], json!("open"));
    assert_eq!(client.post(&path(&session, "/step"), &step("a")).problem(400), "session_not_active");

    // No body is needed to walk again without a flow.
    let begun = client.send("POST", &format!("{ticket}/walk"), &[], Some(b"")).expect(200);
    assert_eq!(begun["session_kind"], json!("adhoc"));
    let found = client.get(&ticket).expect(200);
    let ids: Vec<String> = found["sessions"].as_array().unwrap().iter().map(|one| text(one, "id")).collect();
    assert_eq!(ids, [text(&begun, "session_id"), session]);
}
