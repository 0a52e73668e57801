//! The queue over HTTP.

use serde_json::{Value, json};

use crate::site::{Site, intake, path, step, text};

fn next_page(answer: &firstline_testkit::http::Answer) -> Option<String> {
    let link = answer.header("link");
    if link.is_empty() {
        return None;
    }
    let (target, rel) = link.split_once(">; ").unwrap();
    assert_eq!(rel, "rel=\"next\"");
    Some(target.strip_prefix('<').unwrap().to_owned())
}

pub fn the_queue_pages_through_every_ticket_once(site: &Site) {
    let client = site.technician();
    let mut tickets: Vec<String> = (0..9).map(|_| intake(&client, &json!({})).1).collect();
    tickets.reverse();
    intake(&site.as_user(site.theirs.technician), &json!({}));
    for first in ["/api/v1/l1/queue?limit=4", "/api/v1/l1/queue?limit=3&status_filter=open"] {
        let mut found = Vec::new();
        let mut page = Some(first.to_owned());
        while let Some(route) = page {
            assert!(route.starts_with("/api/v1/l1/queue?"), "{route}");
            let answer = client.get(&route);
            found.extend(answer.expect(200).as_array().unwrap().iter().map(|row| text(row, "ticket_id")));
            page = next_page(&answer);
        }
        assert_eq!(found, tickets);
    }
    // A cursor is good for the account and the filter that it was made for, and only whole.
    let next = next_page(&client.get("/api/v1/l1/queue?limit=4")).unwrap();
    site.as_user(site.theirs.technician).get(&next).problem(422);
    client.get(&format!("{next}&status_filter=open")).problem(422);
    client.get(&format!("{next}x")).problem(422);
}

pub fn the_queue_shows_the_newest_session_of_a_ticket(site: &Site) {
    let (session, ticket) = intake(&site.technician(), &json!({ "flow_id": site.ours.flow }));
    let colleague = site.as_user(site.ours.coverage);
    let walked = colleague.post(&path(&session, "/step"), &step("a")).expect(200);
    let row = &colleague.get("/api/v1/l1/queue?status_filter=walking").expect(200)[0];
    assert_eq!(
        *row,
        json!({
            "ticket_id": ticket, "ticket_kind": "internal", "problem_statement": "Outlook does not open",
            "customer_name": "Ada", "status": "walking", "created_at": row["created_at"],
            "session_id": session, "session_status": "active",
            "session_created_by_user_id": site.ours.technician, "last_step_at": walked["last_step_at"],
        })
    );
    assert_eq!(colleague.get("/api/v1/l1/queue?status_filter=resolved").expect(200), Value::Array(Vec::new()));
}
