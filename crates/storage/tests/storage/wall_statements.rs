//! The texts as the restricted logins run them: right under every plan, and without the right account nothing.

use crate::hot::{FILL, Hot, ODD, hot};
use crate::support::{Base, connected, pg, run};
use firstline_storage::statements::Wall;
use firstline_testkit::postgres::as_superuser;
use tokio_postgres::Client;

/// What the planner must do without, each time.
const FORBIDDEN: [&[&str]; 13] = [
    &[],
    &["nestloop"],
    &["hashjoin"],
    &["mergejoin"],
    &["nestloop", "hashjoin"],
    &["nestloop", "mergejoin"],
    &["hashjoin", "mergejoin"],
    &["indexscan", "bitmapscan", "indexonlyscan"],
    &["indexscan", "nestloop"],
    &["seqscan", "hashjoin"],
    &["material", "memoize"],
    &["sort", "incremental_sort"],
    &["hashagg", "bitmapscan", "seqscan"],
];

/// SQL that takes the methods from the planner.
fn without(methods: &[&str]) -> String {
    methods.iter().map(|method| format!("SET enable_{method} = off;")).collect::<Vec<_>>().join(" ")
}

/// A tenth of what the plans are looked at with: here every plan is run.
fn few() -> String {
    FILL.replace("6039", "639")
}

/// All rows of the account whose rows the statement is about, in every table that it can write.
fn fingerprint(account: &str) -> String {
    let tables = [
        "accounts",
        "users",
        "user_events",
        "tickets",
        "walk_sessions",
        "session_events",
        "session_notes",
        "flows",
        "authored_flows",
        "flow_versions",
        "flow_proposals",
        "flow_stats",
    ];
    let of = |table| {
        // The time of an event is the moment of the run.
        let row = if table == "session_events" { "concat_ws(' ', x.session_id, x.seq, x.kind)" } else { "x::text" };
        let key = if table == "accounts" { "id" } else { "account_id" };
        format!("(SELECT md5(string_agg({row}, ',' ORDER BY {row})) FROM {table} x WHERE x.{key} = {account})")
    };
    format!("SELECT {}", tables.map(of).join(" || "))
}

/// What the statement answers, and for one that writes, what it has left behind. All of it is undone.
async fn outcome(client: &Client, query: &Hot, settings: &str) -> String {
    let account = query.values.iter().find(|value| value.starts_with("md5('a")).copied().unwrap_or(ODD);
    let after = if query.writes() { fingerprint(account) } else { String::new() };
    let sql = format!("{settings} {}; BEGIN; {}; {after}; ROLLBACK", query.prepare(), query.execute());
    let found = run(client, &sql).await.unwrap_or_else(|error| panic!("{} ({settings}): {error}", query.name));
    run(client, "DISCARD ALL").await.unwrap();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_does_the_same_behind_the_wall_as_without_it_under_every_join_method() {
    let base = Base::postgres().await;
    base.sql(&few()).await.unwrap();
    for query in hot() {
        let expected = outcome(&connected(&as_superuser(&base.url)).await.unwrap(), &query, "").await;
        let client = connected(&query.login(&base.url)).await.unwrap();
        assert!(!expected.trim().is_empty(), "{} finds nothing and so shows nothing", query.name);
        for (forbidden, mode) in FORBIDDEN.iter().flat_map(|set| [(set, "generic"), (set, "custom")]) {
            let forbidden = without(forbidden);
            let settings = format!("SET jit = off; {forbidden}SET plan_cache_mode = force_{mode}_plan;");
            let found = outcome(&client, &query, &settings).await;
            assert_eq!(found, expected, "{} ({settings})", query.name);
        }
    }
}

/// The text with `account` in each gate instead of its parameter; with none, without gates.
fn with_gate(text: &str, account: Option<&str>) -> String {
    let mut parts = text.split("(SELECT set_config('app.current_account_id', CAST(");
    let mut changed = parts.next().unwrap().to_owned();
    for part in parts {
        let (_, rest) = part.split_once(" AS text), true)) IS NOT NULL").unwrap();
        let gate = account.map_or_else(
            || "true".to_owned(),
            |account| {
                format!("(SELECT set_config('app.current_account_id', CAST({account} AS text), true)) IS NOT NULL")
            },
        );
        changed = format!("{changed}{gate}{rest}");
    }
    changed
}

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_reads_or_writes_anything_without_its_account_or_inside_another() {
    let base = Base::postgres().await;
    base.sql(&few()).await.unwrap();
    let all = format!("{} || {}", fingerprint("md5('a1')::uuid"), fingerprint(ODD).trim_start_matches("SELECT "));
    let before = base.sql(&all).await.unwrap();
    let client = connected(&base.url).await.unwrap();
    for query in hot().into_iter().filter(|hot| hot.text.wall == Wall::Account) {
        let other = if query.name == "create on ticket" { ODD } else { "md5('a1')::uuid" };
        for account in [None, Some(other), Some("md5('nobody')::uuid"), Some("''")] {
            let text = with_gate(query.text.postgres, account);
            for forbidden in FORBIDDEN {
                let forbidden = without(forbidden);
                run(&client, "DISCARD ALL").await.unwrap();
                let sql = format!("SET jit = off; {forbidden}{}; {}", query.prepare_as(&text), query.execute());
                match run(&client, &sql).await {
                    // A creation answers that what it needs is not there.
                    Ok(rows) if query.name.starts_with("create") => assert_eq!(rows, "f|f|0", "{}", query.name),
                    // So does a roster: version 0, no owner, and neither of the two users.
                    Ok(rows) if query.name == "roster" => assert_eq!(rows, "0||0||||||||"),
                    Ok(rows) => assert_eq!(rows, "", "{} as {account:?}", query.name),
                    Err(error) => {
                        assert!(error.contains("row-level security"), "{} as {account:?}: {error}", query.name);
                    }
                }
            }
        }
    }
    assert_eq!(base.sql(&all).await.unwrap(), before);
}

#[tokio::test]
async fn a_forgotten_account_in_a_query_finds_only_rows_of_the_account_that_is_set() {
    let base = Base::postgres().await;
    base.sql(&few()).await.unwrap();
    let theirs = "md5('s' || md5('t40')::uuid)::uuid";
    for query in hot().into_iter().filter(|hot| ["session", "events", "ticket"].contains(&hot.name)) {
        // The events begin after a seq, which comes first.
        let (before, after) = if query.name == "events" { ("0::bigint, ", ", 1000::bigint") } else { ("", "") };
        let id = query.values[query.values.iter().position(|value| *value == ODD).unwrap() + 1];
        let text = query.text.postgres.replace(".account_id = $1", ".account_id IS NOT NULL");
        let text = text.replace(".account_id = $2", ".account_id IS NOT NULL");
        assert_ne!(text, query.text.postgres);
        let foreign = if query.name == "ticket" { "md5('t40')::uuid" } else { theirs };
        for (id, found) in [(id, true), (foreign, false)] {
            let sql = format!("{}; EXECUTE q ({before}{ODD}, {id}{after})", query.prepare_as(&text));
            assert_eq!(pg(&base.url, &sql).await.unwrap().is_empty(), !found, "{}", query.name);
            assert!(
                !pg(&as_superuser(&base.url), &sql).await.unwrap().is_empty(),
                "{} is really forgetful",
                query.name
            );
        }
    }
}

#[tokio::test]
async fn the_account_of_a_statement_is_forgotten_when_it_ends() {
    let base = Base::postgres().await;
    base.sql(&few()).await.unwrap();
    let session = hot().into_iter().find(|hot| hot.name == "session").unwrap();
    let count = "SELECT count(*), current_setting('app.current_account_id', true) = '' FROM walk_sessions";
    // Each statement of the batch as a transaction of its own.
    let client = connected(&base.url).await.unwrap();
    for sql in [session.prepare(), session.execute()] {
        client.simple_query(&sql).await.unwrap();
    }
    let rows = client.query(count, &[]).await.unwrap();
    assert_eq!((rows[0].get::<_, i64>(0), rows[0].get::<_, bool>(1)), (0, true));
}
