//! A machine whose clock is wrong, beside a database whose clock is right.

use std::time::Duration;

use firstline_testkit::people::{Team, token};
use firstline_testkit::postgres::Cluster;
use firstline_testkit::service::Service;
use serde_json::json;

use crate::site::binary;

/// Lets Postgres show the service a time two days ago: to the database, the machine's clock is two days ahead.
const TWO_DAYS_AGO: &str = "CREATE SCHEMA wrong; GRANT USAGE ON SCHEMA wrong TO PUBLIC;
    CREATE FUNCTION wrong.clock_timestamp() RETURNS timestamptz LANGUAGE sql
      AS 'SELECT pg_catalog.clock_timestamp() - interval ''2 days''';
    ALTER DATABASE DATABASE_NAME SET search_path = public, wrong, pg_catalog";

#[test]
fn an_instance_whose_clock_is_wrong_is_not_ready_and_what_it_touched_goes_idle_again() {
    let (cluster, team) = (Cluster::shared(), Team::new());
    let url = cluster.fresh_database();
    let name = url.rsplit('/').next().unwrap().split('?').next().unwrap();
    let often = [("FIRSTLINE__SWEEP__INTERVAL", "100ms"), ("FIRSTLINE__SWEEP__IDLE_AFTER", "2s")];
    let start = || Service::start_with(binary(), &url, std::slice::from_ref(&team), &often);
    let mut right = start();
    right.client("").get("/readyz").expect(200);
    assert!(right.terminate().success());

    cluster.run_sql(name, &TWO_DAYS_AGO.replace("DATABASE_NAME", &format!("\"{name}\"")));
    let wrong = start();
    let unready = wrong.client("").get("/readyz");
    assert_eq!(unready.problem(503), "store_unavailable");
    assert!(unready.json()["detail"].as_str().unwrap().contains("differs from the store's by more than 30 s"));
    let log = wrong.log();
    assert!(log.contains(" s ahead of the database's") && log.contains("NTP"), "{log}");

    let client = wrong.client(&token(team.technician));
    let begun = client.post("/api/v1/l1/intake", &json!({ "problem_statement": "The scanner is dark" })).expect(200);
    let session = format!("/api/v1/l1/sessions/{}", begun["session_id"].as_str().unwrap());
    let status = || client.get(&session).expect(200)["status"].clone();
    // Touched two days ahead of the store's clock, it counts as touched when it was first seen.
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(status(), json!("active"), "{}", wrong.log());
    for _ in 0..400 {
        if status() == json!("abandoned") {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it never goes idle: {}", wrong.log());
}
