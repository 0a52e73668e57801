//! Migrations go up, down and up again, and any number of processes may run them at once.

use std::path::{Path, PathBuf};

use firstline_storage::{Database, MigrateError, Migrated, OpenError, Purpose, StorageSettings};
use firstline_testkit::postgres::{Cluster, as_owner, as_superuser};

use crate::support::{Base, connected, lite, logins, pg, run, settings, sqlite_url};

async fn open(url: &str) -> Database {
    Database::open(logins(url), Purpose::Administer, &settings()).await.unwrap()
}

async fn empty_postgres() -> String {
    tokio::task::spawn_blocking(|| Cluster::shared().fresh_database()).await.unwrap()
}

async fn up_down_up(database: Database, tables: impl AsyncFn() -> String) {
    let pending = database.pending_migrations().await.unwrap();
    assert!(!pending.is_empty());
    let first = database.migrate().await.unwrap();
    assert_eq!((first.applied, first.from_nothing), (pending.clone(), true));
    let made = tables().await;
    assert!(made.contains("walk_sessions"), "{made}");
    assert_eq!(database.migrate().await.unwrap(), Migrated::default());
    database.revert_all_migrations().await.unwrap();
    assert_eq!(tables().await, "__diesel_schema_migrations");
    assert_eq!(database.migrate().await.unwrap().applied, pending);
    assert_eq!(tables().await, made);
}

#[tokio::test]
async fn migrations_go_up_down_and_up_on_postgres() {
    let url = empty_postgres().await;
    let list = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
    up_down_up(open(&url).await, async || pg(&as_owner(&url), list).await.unwrap()).await;
}

#[tokio::test]
async fn migrations_go_up_down_and_up_on_sqlite() {
    let (_folder, url) = sqlite_url();
    let list = "SELECT name AS shown FROM sqlite_master WHERE type = 'table' ORDER BY 1";
    up_down_up(open(&url).await, async || lite(&url, list).unwrap()).await;
}

#[tokio::test]
async fn where_a_database_must_exist_nothing_is_made_in_an_empty_one() {
    let must_exist = StorageSettings { must_exist: true, ..settings() };
    let (folder, sqlite) = sqlite_url();
    let missing = Database::open(&sqlite, Purpose::Serve, &must_exist).await.unwrap_err();
    assert!(matches!(missing, OpenError::Missing { empty: false, .. }), "{missing:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    // As SQLite makes one by itself.
    open(&sqlite).await.close().await;
    let postgres = empty_postgres().await;
    for url in [sqlite, postgres] {
        let strict = Database::open(logins(&url), Purpose::Administer, &must_exist).await.unwrap();
        assert!(matches!(strict.migrate().await, Err(MigrateError::Empty)), "{url}");
        assert_eq!(strict.pending_migrations().await.unwrap(), open(&url).await.pending_migrations().await.unwrap());
        open(&url).await.migrate().await.unwrap();
        assert_eq!(strict.migrate().await.unwrap(), Migrated::default());
    }
}

#[tokio::test]
async fn a_database_tells_whether_anybody_could_sign_in() {
    for base in Base::both().await {
        assert!(!base.database.has_users().await.unwrap());
        base.desk().await;
        assert!(base.database.has_users().await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_that_migrate_at_once_one_applies_and_all_succeed() {
    let (_folder, sqlite) = sqlite_url();
    for url in [empty_postgres().await, sqlite] {
        let mut databases = Vec::new();
        for _ in 0..8 {
            databases.push(open(&url).await);
        }
        let runs: Vec<_> =
            databases.into_iter().map(|database| tokio::spawn(async move { database.migrate().await })).collect();
        let mut applied = 0;
        for run in runs {
            applied += usize::from(!run.await.unwrap().unwrap().applied.is_empty());
        }
        assert_eq!(applied, 1, "{url}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_no_reason_to_fail() {
    for base in Base::both().await {
        base.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')").await.unwrap();
        assert_eq!(base.database.migrate().await.unwrap().applied, Vec::<String>::new());
        base.desk().await;
    }
}

#[tokio::test]
async fn memory_has_nothing_to_migrate() {
    let database = open("memory:").await;
    assert_eq!(database.migrate().await.unwrap().applied, Vec::<String>::new());
    database.probe().await.unwrap();
}

fn folders(backend: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(backend);
    let entries = root.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|entry| entry.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn both_databases_have_migrations_of_the_same_names() {
    let names = |backend| folders(backend).iter().map(|path| path.file_name().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names("postgres"), names("sqlite"));
    let (postgres, both) = (names("postgres"), names("both"));
    assert!(both.iter().all(|name| !postgres.contains(name)), "{both:?}");
}

#[test]
fn every_migration_can_be_taken_back() {
    for folder in [folders("postgres"), folders("sqlite"), folders("both")].concat() {
        let down = std::fs::read_to_string(folder.join("down.sql")).unwrap();
        let does_something = down.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with("--"));
        assert!(does_something, "{} is empty", folder.display());
    }
}

/// The statements of docs/INSTALL.md that build indexes beforehand, each by itself.
fn documented_indexes() -> Vec<&'static str> {
    let (_, block) = include_str!("../../../../docs/INSTALL.md").split_once("```sql\nCREATE INDEX").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    block.split(';').map(|sql| sql.trim().trim_start_matches("CREATE INDEX")).filter(|sql| !sql.is_empty()).collect()
}

/// Takes the newest of the migrations that change indexes back.
async fn undo_queue_order(owner: &str) {
    pg(owner, include_str!("../../../../migrations/postgres/2026-11-25-300000_queue_order/down.sql")).await.unwrap();
    pg(owner, "DELETE FROM __diesel_schema_migrations WHERE version = '20261125300000'").await.unwrap();
}

#[tokio::test]
async fn a_migration_behind_a_dump_refuses_no_call_and_gives_up_in_time() {
    let url = empty_postgres().await;
    let database = open(&url).await;
    database.migrate().await.unwrap();
    undo_queue_order(&as_owner(&url)).await;
    let dump = connected(&as_superuser(&url)).await.unwrap();
    run(&dump, "BEGIN; LOCK TABLE tickets, walk_sessions IN ACCESS SHARE MODE").await.unwrap();
    let served = connected(&url).await.unwrap();
    run(&served, "SET lock_timeout = '1s'").await.unwrap();
    let calls = async {
        for _ in 0..400 {
            run(&served, "SELECT count(*) FROM tickets").await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let limit = std::time::Duration::from_mins(1);
    let (migrated, ()) = tokio::join!(tokio::time::timeout(limit, database.migrate()), calls);
    let Ok(Err(MigrateError::Busy { migration })) = migrated else { panic!("{migrated:?}") };
    assert_eq!(migration, "2026-11-25-300000_queue_order");
    run(&dump, "COMMIT").await.unwrap();
    assert_eq!(database.migrate().await.unwrap().applied, [migration]);
}

#[tokio::test]
async fn a_ticket_s_sessions_are_found_by_an_index_whatever_a_statement_says_of_their_kind() {
    let url = empty_postgres().await;
    open(&url).await.migrate().await.unwrap();
    let explained = "SET enable_seqscan = off; EXPLAIN SELECT id FROM walk_sessions \
                     WHERE ticket_id = '00000000-0000-4000-8000-000000000000'";
    let plan = run(&connected(&as_superuser(&url)).await.unwrap(), explained).await.unwrap();
    assert!(plan.contains("walk_sessions_of_ticket"), "{plan}");
}

#[tokio::test]
async fn indexes_that_are_built_beforehand_are_taken_and_broken_ones_are_built_anew() {
    let url = empty_postgres().await;
    let database = open(&url).await;
    database.migrate().await.unwrap();
    let owner = as_owner(&url);
    let indexes = "SELECT string_agg(pg_get_indexdef(c.oid) || i.indisvalid, ', ' ORDER BY c.relname) \
                   FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                   WHERE c.relnamespace = 'public'::regnamespace";
    let expected = pg(&owner, indexes).await.unwrap();
    undo_queue_order(&owner).await;
    let documented = documented_indexes();
    assert_eq!(documented.len(), 4);
    for index in &documented {
        pg(&owner, &format!("CREATE INDEX {index}")).await.unwrap();
    }
    let oids = "SELECT string_agg(oid::text, ' ' ORDER BY relname) FROM pg_class \
                WHERE relname IN ('tickets_in_order', 'walk_sessions_of_ticket_in_order', 'walk_sessions_untouched')";
    let made = pg(&owner, oids).await.unwrap();
    let broken = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'tickets_in_order_by_status'::regclass";
    pg(&as_superuser(&url), broken).await.unwrap();
    assert_eq!(database.migrate().await.unwrap().applied, ["2026-11-25-300000_queue_order"]);
    assert_eq!(pg(&owner, indexes).await.unwrap(), expected);
    assert_eq!(pg(&owner, oids).await.unwrap(), made);
}
