//! Every hot query finds its rows by an index: no table is read whole, whatever its size.

use crate::hot::{FILL, Hot, hot};
use crate::support::{Base, lite, pg};
use firstline_storage::statements::tickets::QUEUE_OF_SQLITE;
use firstline_storage::statements::{directory, flow_stats, flows, sessions, sqlite, tickets, users};

#[tokio::test]
async fn every_hot_query_uses_an_index_on_postgres() {
    let base = Base::postgres().await;
    base.sql(FILL).await.unwrap();
    for query in hot() {
        let name = query.name;
        // Cached statements soon run by a generic plan, made without looking at the values; the plan made for these
        // values must do no worse.
        for mode in ["force_generic_plan", "force_custom_plan"] {
            let plan = planned(&base.url, &query, mode).await;
            assert!(!plan.contains("Seq Scan"), "{name} ({mode}):\n{plan}");
            assert!(plan.contains("Index"), "{name} ({mode}):\n{plan}");
            if name == "save fold" {
                let by_id = plan.lines().filter(|line| line.contains("Index Cond:") && line.contains("(id = ANY"));
                assert_eq!(by_id.count(), 2, "{name} ({mode}) goes through an account:\n{plan}");
            }
            if name.starts_with("queue") && mode == "force_generic_plan" {
                assert!(!plan.contains("Sort"), "{name} ({mode}) sorts what it should read in order:\n{plan}");
            }
        }
    }
}

/// The plan that the login gets which runs the text in production: row security has a say in it.
async fn planned(url: &str, hot: &Hot, mode: &str) -> String {
    let explain = format!("SET plan_cache_mode = {mode}; {}; EXPLAIN {}", hot.prepare(), hot.execute());
    pg(&hot.login(url), &explain).await.unwrap_or_else(|error| panic!("{error}\n{explain}"))
}

/// A service plans its statements when it starts, on whatever is there: often nothing, of which Postgres knows nothing.
/// Then an index that begins with the account would do as well as the primary key, and lead through the whole account.
#[tokio::test]
async fn look_ups_by_id_use_the_id_even_when_planned_on_an_empty_database() {
    let base = Base::postgres().await;
    // What leans on the whole directory of an account goes through its owners or its newest event. The job that counts
    // walks looks up many at once, for which Postgres may go through what little an account has then; nobody waits for
    // it.
    let lists = [
        "active",
        "idle",
        "queue",
        "user by email",
        "users",
        "events of user",
        "roster",
        "save new user",
        "save user",
        "unfolded",
        "save fold",
        "flows",
        "published",
        "save new flow",
    ];
    for query in hot().into_iter().filter(|hot| !lists.iter().any(|list| hot.name.starts_with(list))) {
        let plan = planned(&base.url, &query, "force_generic_plan").await;
        let found = plan.lines().filter(|line| line.contains("Index Cond:"));
        for condition in found.clone() {
            let by_id = ["(id = ", "(session_id = ", "(ticket_id = ", "(flow_id = "]
                .iter()
                .any(|column| condition.contains(column));
            assert!(by_id, "{}:\n{plan}", query.name);
        }
        let expected = match query.name {
            "create with ticket" | "session" => 2,
            "save" | "create on ticket" => 3,
            _ => 1,
        };
        assert!(found.count() >= expected, "{}:\n{plan}", query.name);
    }
}

#[tokio::test]
async fn every_query_uses_an_index_on_sqlite() {
    let base = Base::sqlite().await;
    let reads = [directory::ALL, flow_stats::ALL, flows::ALL, sessions::ALL, tickets::ALL, users::ALL, sqlite::ALL];
    let reads = reads.into_iter().flatten().map(|text| text.sqlite);
    for text in reads.filter(|text| !text.starts_with("INSERT INTO") && !text.is_empty()) {
        let plan = explained(&base.url, text);
        assert!(plan.contains("USING"), "{text}:\n{plan}");
        for line in plan.lines() {
            // The queue's page and the walks to be counted, cut already, are gone through once.
            let page = line == "SCAN t" && (plan.contains("CO-ROUTINE t") || plan.contains("MATERIALIZE t"));
            // The roster's one line about the account.
            let one_row = ["SCAN r", "SCAN v LEFT-JOIN"].contains(&line) && plan.contains("MATERIALIZE v");
            // The list of active sessions, cut already, and the sum over it.
            let cut = (line == "SCAN s" || line.starts_with("SCAN (subquery-")) && plan.contains("CO-ROUTINE s");
            // The operator's list of all accounts, along their key.
            let every = line.starts_with("SCAN accounts USING INDEX");
            let fine = page || one_row || cut || every || line.contains("CONSTANT ROW");
            assert!(!line.starts_with("SCAN") || fine, "{text}:\n{plan}");
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
