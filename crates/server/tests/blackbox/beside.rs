//! Administrative calls beside a running service: what they change acts at once.

use serde_json::{Value, json};

pub use crate::flow_stats::ended_walks_wait_until_they_are_counted;
use crate::site::{Site, intake, text};

pub fn a_change_of_the_user_acts_on_the_next_request(site: &Site) {
    let engineer = site.ours.engineer.to_string();
    let client = site.as_user(site.ours.engineer);
    let change = |arguments: &[&str]| {
        let output = site.command(&[&["user", "update", &engineer], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    for _ in 0..2 {
        assert_eq!(client.get("/api/v1/l1/queue").problem(403), "l1_access_required");
        change(&["--can-cover-l1", "true"]);
        client.get("/api/v1/l1/queue").expect(200);
        change(&["--active", "false"]);
        client.get("/api/v1/l1/queue").problem(401);
        change(&["--active", "true", "--can-cover-l1", "false"]);
    }
    change(&["--role", "l1_tech"]);
    client.get("/api/v1/l1/queue").expect(200);
}

pub fn a_registered_flow_can_be_walked_at_once(site: &Site) {
    let account = site.ours.account.to_string();
    let output = site.command(&["flow", "register", "--account", &account, "--name", "Wi-Fi drops"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let registered: Value = serde_json::from_slice(&output.stdout).unwrap();
    intake(&site.technician(), &json!({ "flow_id": text(&registered, "flow_id") }));
}
