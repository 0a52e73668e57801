//! Every hot query finds its rows by an index: no table is read whole, whatever its size.

use crate::support::{Base, lite, pg};

#[path = "../../src/statements/mod.rs"]
#[expect(dead_code, reason = "the texts as they are; each test explains its part")]
mod statements;

use statements::tickets::{QUEUE_OF_POSTGRES, QUEUE_OF_SQLITE};
use statements::{Text, Wall, directory, flows, postgres, sessions, sqlite, tickets};

/// Fills a database so that reading a table whole costs more than an index: 6,000 calls in 2 accounts.
const FILL: &str = "
    INSERT INTO accounts SELECT md5('a' || n)::uuid, 'a' FROM generate_series(1, 2) n;
    INSERT INTO users SELECT md5('a' || n % 2 + 1)::uuid, md5('u' || n)::uuid, 'u' || n, 'l1_tech', false, true
      FROM generate_series(0, 1999) n;
    INSERT INTO flows SELECT md5('a' || n % 2 + 1)::uuid, md5('f' || n)::uuid, 'f', 'published', 'external'
      FROM generate_series(0, 1999) n;
    INSERT INTO flow_proposals SELECT md5('a' || n % 2 + 1)::uuid, md5('p' || n)::uuid, 'p', false
      FROM generate_series(0, 1999) n;
    INSERT INTO tickets SELECT md5('a' || n % 2 + 1)::uuid, md5('t' || n)::uuid, md5('u' || n % 40)::uuid, 'x', NULL, NULL,
      (ARRAY['open', 'walking', 'resolved', 'escalated'])[n % 4 + 1], 'epoch'::timestamptz + n * interval '1 s',
      'epoch'::timestamptz + n * interval '1 s' FROM generate_series(40, 6039) n;
    INSERT INTO walk_sessions (account_id, id, created_by_user_id, ticket_id, ticket_kind, session_kind, current_node_id,
      flow_id, status, abandoned_at, started_at, last_step_at, version, step_count, step_bytes, notes_count, notes_bytes,
      notes_sha256)
      SELECT account_id, md5('s' || id)::uuid, created_by_user_id, id, 'internal', 'flow', 'n',
      md5('f' || extract(epoch FROM created_at)::int % 2000)::uuid,
      CASE WHEN status = 'walking' THEN 'active' ELSE 'abandoned' END,
      CASE WHEN status = 'walking' THEN NULL ELSE created_at END, created_at, created_at, 5, 4, 9, 0, 2, repeat('0', 64)
      FROM tickets;
    INSERT INTO session_events SELECT s.account_id, s.id, n, CASE n WHEN 1 THEN 'started' ELSE 'step_recorded' END, '{}', NULL,
      NULL, s.started_at FROM walk_sessions s, generate_series(1, 5) n;
    INSERT INTO session_notes SELECT account_id, id, '[]' FROM walk_sessions;
    ANALYZE";

const A: &str = "uuid '4124bc0a-9335-c27f-086f-24ba207a4912'";
const AT: &str = "timestamptz '2020-01-01'";

/// Each query with the values that its parameters take.
fn hot() -> Vec<(&'static str, Text, Vec<&'static str>)> {
    let update = [
        vec!["'n'::text", "'active'::text", "NULL::boolean", "NULL::text", "NULL::text", "NULL::text", AT],
        vec!["NULL::timestamptz"; 3],
        vec!["6::bigint"; 5],
        vec!["repeat('0', 64)", A, A, "5::bigint"],
    ]
    .concat();
    let events = ["ARRAY[6]::bigint[]", "ARRAY['x']", "ARRAY['{}']", "ARRAY[NULL]::uuid[]", "ARRAY[NULL]::text[]"];
    let save =
        [update, vec!["'[]'::text", "'walking'::text", AT, A, "1::bigint"], events.to_vec(), vec!["ARRAY[now()]"]];
    let mut insert = vec![A; 26];
    for (index, value) in
        [(3, "NULL::text"), (5, "'internal'::text"), (6, "'flow'::text"), (9, "NULL::text"), (10, "'active'::text")]
    {
        insert[index] = value;
    }
    insert[11] = "NULL::boolean";
    insert[12..15].fill("NULL::text");
    insert[15..17].fill(AT);
    insert[17..20].fill("NULL::timestamptz");
    insert[20..25].fill("0::bigint");
    insert[25] = "''::text";
    let create = [insert, vec!["1::bigint"], events.to_vec(), vec!["ARRAY[now()]"]].concat();
    let ticket = vec![A, "'x'::text", "NULL::text", "NULL::text", "'open'::text", AT, AT];
    vec![
        ("user", directory::USER, vec![A]),
        ("user by email", directory::USER_BY_EMAIL, vec![A, "'u'::text"]),
        ("flow", flows::FLOW, vec![A, A]),
        ("proposal", flows::PROPOSAL, vec![A, A]),
        ("session", sessions::SESSION, vec![A, A]),
        ("active", sessions::ACTIVE, vec![A, A, "20::bigint"]),
        ("events", sessions::EVENTS, vec![A, A]),
        ("idle", sessions::IDLE, vec![AT, "200::bigint"]),
        ("idle after", sessions::IDLE_AFTER, vec![AT, AT, A, "200::bigint"]),
        ("ticket", tickets::TICKET, vec![A, A]),
        ("queue", QUEUE_OF_POSTGRES.all, vec![A, "51::bigint"]),
        ("queue after", QUEUE_OF_POSTGRES.after, vec![A, AT, A, "51::bigint"]),
        ("queue of status", QUEUE_OF_POSTGRES.of_status, vec![A, "'open'::text", "51::bigint"]),
        ("queue of status after", QUEUE_OF_POSTGRES.of_status_after, vec![A, "'open'::text", AT, A, "51::bigint"]),
        ("save", postgres::SAVE, save.concat()),
        ("create with ticket", postgres::CREATE_WITH_TICKET, [create.clone(), ticket].concat()),
        ("create on ticket", postgres::CREATE_ON_TICKET, create),
    ]
}

#[tokio::test]
async fn every_hot_query_uses_an_index_on_postgres() {
    let base = Base::postgres().await;
    base.sql(FILL).await.unwrap();
    for (name, text, values) in hot() {
        // Cached statements soon run by a generic plan, made without looking at the values; the plan made for these
        // values must do no worse.
        for mode in ["force_generic_plan", "force_custom_plan"] {
            let plan = planned(&base.url, text, &values, mode).await;
            assert!(!plan.contains("Seq Scan"), "{name} ({mode}):\n{plan}");
            assert!(plan.contains("Index"), "{name} ({mode}):\n{plan}");
            if name.starts_with("queue") && mode == "force_generic_plan" {
                assert!(stops_at_limit(&plan), "{name} ({mode}) sorts what it should read in order:\n{plan}");
            }
        }
    }
}

/// The plan that the login gets which runs the text in production: row security has a say in it.
async fn planned(url: &str, text: Text, values: &[&str], mode: &str) -> String {
    let types: Vec<_> = values.iter().map(|value| type_of(value)).collect();
    let explain = format!(
        "SET plan_cache_mode = {mode}; PREPARE q ({}) AS {}; EXPLAIN EXECUTE q ({})",
        types.join(", "),
        text.postgres,
        values.join(", ")
    );
    let login = match text.wall {
        Wall::Account => url.to_owned(),
        Wall::Lookup => url.replacen('@', "_lookup@", 1),
    };
    pg(&login, &explain).await.unwrap_or_else(|error| panic!("{error}\n{explain}"))
}

/// Whether the limit is right above rows that come in order from an index, but for ties. (The queue sorts its page once
/// more, above it.)
fn stops_at_limit(plan: &str) -> bool {
    let mut below = plan.lines().skip_while(|line| !line.contains("Limit")).skip(1);
    below.find(|line| line.contains("Sort")).is_some_and(|line| line.contains("Incremental Sort"))
}

/// A service plans its statements when it starts, on whatever is there: often nothing, of which Postgres knows nothing.
#[tokio::test]
async fn look_ups_by_id_use_the_primary_key_even_when_planned_on_an_empty_database() {
    let base = Base::postgres().await;
    for (name, text, values) in hot().into_iter().filter(|(name, ..)| ["session", "events", "save"].contains(name)) {
        let plan = planned(&base.url, text, &values, "force_generic_plan").await;
        assert!(plan.contains("walk_sessions_pkey"), "{name}:\n{plan}");
    }
}

fn type_of(value: &str) -> &'static str {
    match value {
        "ARRAY[6]::bigint[]" => "bigint[]",
        "ARRAY['x']" | "ARRAY['{}']" | "ARRAY[NULL]::text[]" => "text[]",
        "ARRAY[NULL]::uuid[]" => "uuid[]",
        "ARRAY[now()]" => "timestamptz[]",
        value if value.starts_with("uuid") => "uuid",
        value if value.contains("timestamptz") => "timestamptz",
        value if value.contains("boolean") => "boolean",
        value if value.contains("bigint") => "bigint",
        _ => "text",
    }
}

#[tokio::test]
async fn every_query_uses_an_index_on_sqlite() {
    let base = Base::sqlite().await;
    let reads = [directory::ALL, flows::ALL, sessions::ALL, tickets::ALL, sqlite::ALL];
    let reads = reads.into_iter().flatten().map(|text| text.sqlite);
    for text in reads.filter(|text| !text.starts_with("INSERT INTO") && !text.is_empty()) {
        let plan = explained(&base.url, text);
        assert!(plan.contains("USING"), "{text}:\n{plan}");
        for line in plan.lines() {
            // The queue's page, cut already, is gone through once.
            let page = line == "SCAN t" && (plan.contains("CO-ROUTINE t") || plan.contains("MATERIALIZE t"));
            assert!(!line.starts_with("SCAN") || page || line.contains("CONSTANT ROW"), "{text}:\n{plan}");
        }
    }
    let queue = QUEUE_OF_SQLITE;
    for text in [queue.all, queue.after, queue.of_status, queue.of_status_after].map(|text| text.sqlite) {
        let plan = explained(&base.url, text);
        let expected = if text.contains("status = $2") { "tickets_queue_by_status" } else { "tickets_queue" };
        let inner = plan.lines().find(|line| line.contains("tickets USING")).unwrap();
        assert!(inner.contains(&format!("{expected} (")), "{plan}");
    }
}

fn explained(url: &str, text: &str) -> String {
    use diesel::{Connection, RunQueryDsl};

    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }
    assert_eq!(lite(url, "SELECT 'x' AS shown").unwrap(), "x");
    let mut connection = diesel::SqliteConnection::establish(url.strip_prefix("sqlite://").unwrap()).unwrap();
    let lines = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load::<Line>(&mut connection).unwrap();
    lines.into_iter().map(|line| line.detail).collect::<Vec<_>>().join("\n")
}
