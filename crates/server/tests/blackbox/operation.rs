//! What an operator leans on: clean ends, clean starts, a database that goes away.

use std::time::{Duration, Instant};

use firstline_testkit::people::{Team, token};
use firstline_testkit::postgres::{Cluster, ClusterOptions};
use firstline_testkit::service::Service;
use serde_json::json;

use crate::site::{binary, intake, path};

#[test]
fn what_was_acknowledged_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let team = Team::new();
    let sqlite = format!("sqlite://{}", folder.path().join("firstline.db").display());
    for url in [sqlite, Cluster::shared().fresh_database()] {
        let mut service = Service::start(binary(), &url, std::slice::from_ref(&team));
        let (session, _) = intake(&service.client(&token(team.technician)), &json!({ "flow_id": team.flow }));
        assert!(service.terminate().success());
        let again = Service::start(binary(), &url, std::slice::from_ref(&team));
        again.client(&token(team.technician)).get(&path(&session, "")).expect(200);
    }
}

#[test]
fn a_terminated_service_finishes_the_requests_in_flight_and_exits_zero() {
    let team = Team::new();
    let mut service = Service::start(binary(), "memory:", std::slice::from_ref(&team));
    let client = service.client(&token(team.technician));
    let worker = std::thread::spawn(move || {
        let mut done = 0;
        let until = Instant::now() + Duration::from_millis(400);
        while Instant::now() < until {
            intake(&client, &json!({}));
            done += 1;
        }
        done
    });
    assert!(worker.join().unwrap() > 0);
    assert!(service.terminate().success(), "{}", service.log());
}

#[test]
fn a_database_outage_is_a_503_with_retry_after_and_ends_by_itself() {
    let cluster = Cluster::start(ClusterOptions::default());
    let team = Team::new();
    let service = Service::start(binary(), &cluster.fresh_database(), std::slice::from_ref(&team));
    let client = service.client(&token(team.technician));
    client.get("/api/v1/l1/queue").expect(200);
    cluster.stop();
    for _ in 0..3 {
        let began = Instant::now();
        let answer = client.get("/api/v1/l1/queue");
        answer.problem(503);
        assert!(!answer.header("retry-after").is_empty(), "{answer}");
        assert!(began.elapsed() < Duration::from_secs(8), "it hung for {:?}", began.elapsed());
    }
    assert_eq!(client.get("/readyz").status, 503);
    assert_eq!(client.get("/livez").status, 200);
    cluster.start_again();
    let back = Instant::now();
    while client.get("/api/v1/l1/queue").status != 200 {
        assert!(back.elapsed() < Duration::from_secs(5), "it does not come back: {}", service.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}
