//! What requests that were cut off leave on the pool's connections: asked on those very connections, through a proxy
//! between the service and Postgres.

use std::time::Duration;

use firstline_testkit::http::Client;
use futures_util::FutureExt;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::env::Env;
use crate::proxy::Proxy;
use crate::report::Report;
use crate::route_cases::Object;
use crate::test_database::{StoreKind, TestDatabase};
use crate::world::{Account, Objects, World};

const ABORTS: usize = 1_000;
const AT_ONCE: usize = 16;

/// What is asked of each connection.
const QUESTION: &str =
    "SELECT current_user || ' ' || coalesce(nullif(current_setting('app.current_account_id', true), ''), 'none')";

pub(super) fn attack(env: &Env, report: &Report) {
    let mut database = TestDatabase::new(StoreKind::Postgres);
    let proxy = Proxy::between(&mut database.url);
    let world = World::start_at(env, StoreKind::Postgres, database, &[]);
    let [ours, theirs] = Objects::of_both(&world, env, 0);
    let requests: Vec<String> = [(&world.ours, &ours), (&world.theirs, &theirs)]
        .into_iter()
        .flat_map(|(account, objects)| requests(&world, account, objects))
        .collect();
    let aborts = env.size(ABORTS, 20 * ABORTS);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut rng = env.rng("aborts");
    for _ in 0..aborts.div_ceil(AT_ONCE) {
        let batch: Vec<(String, Duration)> =
            (0..AT_ONCE).map(|_| (rng.one_of(&requests).clone(), Duration::from_micros(rng.next() % 20_000))).collect();
        let cut = runtime.block_on(futures_util::future::join_all(
            batch.iter().map(|(request, after)| abort(world.service.address(), request, *after)),
        ));
        report.count("aborted", cut.len() as u64);
        report.count("cut_before_the_answer", cut.into_iter().filter(|cut| *cut).count() as u64);
    }
    proxy.wait_for_rest(Duration::from_millis(1_500));
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'";
    assert_eq!(world.database.run_sql(busy), "0", "a statement is still running");
    let asked = proxy.ask(QUESTION);
    report.check(asked.iter().any(|answer| answer.value.starts_with("firstline_app ")), "setting", || {
        "no pooled connection was seen".to_owned()
    });
    for answer in &asked {
        let unset = answer.value.ends_with(" none") && answer.status == b'I';
        report.check(unset, "setting", || {
            format!("a pooled connection is left as {} ({})", answer.value, char::from(answer.status))
        });
    }
    report.count("pooled_connections", asked.len() as u64);
    let open = world.database.run_sql(
        "SELECT count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    );
    report.check(open == "0", "setting", || format!("{open} connections idle in a transaction"));
    foreign_rows(&world, &world.ours, &world.theirs, report);
    foreign_rows(&world, &world.theirs, &world.ours, report);
}

/// Reads of a account, and a step, as they go over the wire.
fn requests(world: &World, account: &Account, objects: &Objects<'_>) -> Vec<String> {
    let token = account.technician().token.clone().expect("a token");
    let session = objects.kept(Object::Session).expect("a session");
    let head = |method: &str, path: &str| {
        format!(
            "{method} /api/v1/l1/{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n",
            world.service.address()
        )
    };
    let words = account.words();
    let step =
        json!({ "node_id": words("node"), "question": words("question"), "answer": words("answer") }).to_string();
    let post = head("POST", &format!("sessions/{session}/step"));
    vec![
        format!("{}\r\n", head("GET", "queue")),
        format!("{}\r\n", head("GET", &format!("sessions/{session}"))),
        format!("{}\r\n", head("GET", "sessions/active")),
        format!("{post}content-type: application/json\r\ncontent-length: {}\r\n\r\n{step}", step.len()),
    ]
}

/// Sends a request and resets the connection after a while. Whether no answer had come until then.
async fn abort(address: &str, request: &str, after: Duration) -> bool {
    let mut stream = TcpStream::connect(address).await.expect("the service listens");
    stream.write_all(request.as_bytes()).await.expect("the service reads");
    tokio::time::sleep(after).await;
    // Nothing is waited for at the end: the peer gets a reset.
    stream.set_zero_linger().expect("a socket");
    stream.readable().now_or_never().is_none()
}

fn foreign_rows(world: &World, account: &Account, other: &Account, report: &Report) {
    let client: Client = world.technician(account);
    for _ in 0..50 {
        for path in ["/api/v1/l1/queue?limit=200", "/api/v1/l1/sessions/active"] {
            let answer = client.get(path);
            let text = String::from_utf8_lossy(&answer.body);
            let right = answer.status == 200 && text.contains(&account.marker) && !text.contains(&other.marker);
            report.check(right, "foreign-rows", || format!("after the aborts {path} answers {answer}"));
        }
    }
}
