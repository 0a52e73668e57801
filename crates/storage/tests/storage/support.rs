//! Databases for tests: one of its own for each, gone with the process.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use firstline_domain::repository::Store;
use firstline_storage::{Database, Purpose, StorageSettings};
use firstline_testkit::postgres::Cluster;
use tempfile::TempDir;

/// Few connections each, as many tests run at once.
pub fn settings() -> StorageSettings {
    StorageSettings { connections_per_worker: 4, shared_connections: 4, ..StorageSettings::default() }
}

/// The URL of a migrated Postgres database of the test's own, copied from one that is migrated once a process.
pub async fn postgres_url() -> String {
    static TEMPLATE: OnceLock<()> = OnceLock::new();
    tokio::task::spawn_blocking(|| {
        let cluster = Cluster::shared();
        TEMPLATE.get_or_init(|| {
            let _ = cluster.run_sql("postgres", "CREATE DATABASE template_migrated");
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let url = cluster.url("template_migrated");
                let database = Database::open(&url, Purpose::Administer, &settings()).await.unwrap();
                database.migrate().await.unwrap();
                database.close().await;
            });
            // The server may still be saying goodbye to the migrating connection, which would forbid a copy.
            let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'template_migrated'";
            while cluster.run_sql("postgres", open) != "0" {
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        cluster.fresh_database_from("template_migrated")
    })
    .await
    .unwrap()
}

/// A migrated Postgres database of the test's own.
pub async fn postgres() -> Database {
    Database::open(&postgres_url().await, Purpose::Serve, &settings()).await.unwrap()
}

/// The URL of a SQLite file of the test's own, not made yet. The folder goes when the guard does.
pub fn sqlite_url() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("firstline.db").display());
    (folder, url)
}

/// A migrated SQLite file of the test's own.
pub async fn sqlite() -> (TempDir, Database) {
    let (folder, url) = sqlite_url();
    let database = Database::open(&url, Purpose::Serve, &settings()).await.unwrap();
    database.migrate().await.unwrap();
    (folder, database)
}

/// A store whose files may go at once: what is open stays usable.
pub async fn sqlite_store() -> Arc<dyn Store> {
    let (folder, database) = sqlite().await;
    // Kept until the process ends, where the system's temporary folder is cleaned.
    std::mem::forget(folder);
    database.for_worker()
}
