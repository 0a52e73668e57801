//! Whatever is sent: no failure of the service, and every refusal is a problem. The client checks the shape.

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::{Service, TECH};

const FIELDS: [&str; 12] = [
    "problem_statement",
    "customer_name",
    "customer_contact",
    "flow_id",
    "flow_proposal_id",
    "node_id",
    "question",
    "answer",
    "note",
    "notes",
    "helpful",
    "reason_category",
];

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z \u{0}\"\\\\]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let key = prop_oneof![proptest::sample::select(&FIELDS[..]).prop_map(str::to_owned), any::<String>()];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            proptest::collection::vec((key, inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

#[test]
fn no_body_and_no_query_makes_the_service_fail() {
    let service = Service::start();
    let session = service.flow_session(TECH);
    let paths: Vec<String> = ["step", "notes", "resolve", "escalate"]
        .iter()
        .map(|command| format!("/api/v1/l1/sessions/{session}/{command}"))
        .chain(["intake", "escalate-without-walk"].map(|name| format!("/api/v1/l1/{name}")))
        .collect();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let strategy =
        (proptest::sample::select(paths), json(), any::<Vec<u8>>(), any::<(u8, u8)>(), "[a-z0-9%=&._-]{0,40}");
    runner
        .run(&strategy, |(path, body, noise, (at, byte), query)| {
            prop_assert!(service.post(TECH, &path, &body).status < 500);
            prop_assert!(service.post_bytes(TECH, &path, &noise).status < 500);
            let mut damaged = body.to_string().into_bytes();
            let index = usize::from(at) % damaged.len();
            damaged[index] = byte;
            prop_assert!(service.post_bytes(TECH, &path, &damaged).status < 500);
            let status = service.get(TECH, &format!("/api/v1/l1/queue?{query}")).status;
            prop_assert!(status < 500);
            Ok(())
        })
        .unwrap();
}
