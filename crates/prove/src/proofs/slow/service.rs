//! What is asked of the attacked service beside the load.

use firstline_testkit::http::Client;
use serde_json::json;

use crate::world::World;

/// The value of the metric whose line begins with `name`.
pub(super) fn metric(world: &World, name: &str) -> u64 {
    let metrics = Client::new(world.service.metrics_address(), None).get("/metrics");
    let text = String::from_utf8_lossy(&metrics.body).into_owned();
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no metric {name}"))
}

/// A session of the world's technician, with some steps.
pub(super) fn session(world: &World) -> String {
    let (client, words) = (world.technician(&world.ours), world.ours.words());
    let call = json!({ "problem_statement": words("problem"), "flow_id": world.ours.flow });
    let begun = client.post("/api/v1/l1/intake", &call).expect(200);
    let session = begun["session_id"].as_str().expect("an id").to_owned();
    let step = json!({ "node_id": words("node"), "question": words("question"), "answer": words("answer") });
    for _ in 0..10 {
        client.post(&format!("/api/v1/l1/sessions/{session}/step"), &step).expect(200);
    }
    session
}
