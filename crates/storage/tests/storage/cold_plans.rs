//! Statements on tables that Postgres has no statistics of: just loaded, with autovacuum late or off. A plan of that
//! time lasts as long as its connection, so it must be as good as a later one.

use tokio_postgres::Client;

use crate::hot::{Hot, hot, load};
use crate::support::{Base, connected, run};
use firstline_storage::statements::Wall;

/// What a connection of the service's pools sets about plans.
const SETTINGS: &str = "SET plan_cache_mode = force_generic_plan; SET jit = off; SET enable_seqscan = off";

/// No table is analyzed behind the test's back.
const NO_AUTOVACUUM: &str = "DO $$ DECLARE name text; BEGIN \
    FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP \
    EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = off)', name); END LOOP; END $$";

/// The most rows that a part of a plan may go through: a page of 51, and what its tickets and sessions refer to.
const PAGE: u64 = 110;

/// Statements that go through more by what they do: all active sessions of a user or of all accounts, a long page of
/// ended walks, flows of another status, and all published flows of an account.
const LONGER: [(&str, u64); 6] = [
    ("active", 150),
    ("idle", 1_500),
    ("idle after", 1_500),
    ("unfolded after", 200),
    ("flows", 200),
    ("published", 500),
];

/// Statements that go through all users of their account, or in a background job through its sessions,
/// while their connection has a plan from an empty database.
const LONGER_AT_FIRST: [(&str, u64); 5] = [
    ("user by email", 1_000),
    ("user of account", 1_000),
    ("roster", 1_000),
    ("save user", 1_000),
    ("save fold", 3_000),
];

/// The connections of the service's login and of the look-up's.
struct Clients([Client; 2]);

impl Clients {
    async fn of(base: &Base) -> Self {
        let lookup = base.url.replacen('@', "_lookup@", 1);
        let clients = [connected(&base.url).await.unwrap(), connected(&lookup).await.unwrap()];
        for client in &clients {
            run(client, SETTINGS).await.unwrap();
        }
        Self(clients)
    }

    fn of_statement(&self, hot: &Hot) -> &Client {
        let [service, lookup] = &self.0;
        if hot.text.wall == Wall::Account { service } else { lookup }
    }

    /// Prepares all statements and plans each.
    async fn plan(&self) {
        for (number, hot) in hot().iter().enumerate() {
            let planned = format!("{}; EXPLAIN {}", numbered(&hot.prepare(), number), numbered(&hot.execute(), number));
            run(self.of_statement(hot), &planned).await.unwrap();
        }
    }

    /// Runs all statements by the plans that they have. Gives the plans that go through too much.
    async fn too_long(&self, longer: &[(&str, u64)], when: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (number, hot) in hot().iter().enumerate() {
            let execute = numbered(&hot.execute(), number);
            let explain = format!("BEGIN; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {execute}; ROLLBACK");
            let plan = run(self.of_statement(hot), &explain).await.unwrap();
            let most = longer.iter().chain(&LONGER).find(|(name, _)| *name == hot.name).map_or(PAGE, |(_, most)| *most);
            let read = rows_read(&plan);
            if read > most || plan.contains("Seq Scan") {
                found.push(format!("{}, planned {when}, goes through {read} rows:\n{plan}", hot.name));
            }
        }
        found
    }
}

/// `sql` about the statement `q`, of which there is one for each number.
fn numbered(sql: &str, number: usize) -> String {
    sql.replacen(" q ", &format!(" q{number} "), 1)
}

/// The most rows that one part of the plan found or left out.
fn rows_read(plan: &str) -> u64 {
    let (mut most, mut loops) = (0, 1);
    for line in plan.lines() {
        if let Some((_, actual)) = line.split_once("(actual rows=") {
            let (rows, times) = actual.trim_end_matches(')').split_once(" loops=").unwrap();
            loops = times.parse().unwrap();
            most = most.max(rows.parse::<u64>().unwrap() * loops);
        } else if let Some((_, removed)) = line.split_once("Rows Removed by ") {
            let removed: u64 = removed.rsplit(' ').next().unwrap().parse().unwrap();
            most = most.max(removed * loops);
        }
    }
    most
}

#[tokio::test]
async fn statements_planned_without_statistics_go_through_no_more_than_their_page() {
    let mut found = Vec::new();
    for (state, when) in [
        ("SELECT 1", "on a new database"),
        ("VACUUM", "on an empty database that is vacuumed"),
        ("ANALYZE", "on an empty database that is analyzed"),
    ] {
        let base = Base::postgres().await;
        base.sql(NO_AUTOVACUUM).await.unwrap();
        base.sql(state).await.unwrap();
        let early = Clients::of(&base).await;
        early.plan().await;
        base.sql(load()).await.unwrap();
        found.extend(early.too_long(&LONGER_AT_FIRST, when).await);
        let late = Clients::of(&base).await;
        late.plan().await;
        found.extend(late.too_long(&[], &format!("after a load, {when}")).await);
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
