//! Databases for tests: one of its own for each, gone with the process.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use firstline_domain::conformance::{Desk, World};
use firstline_domain::ports::Store;
use firstline_domain::service::Intake;
use firstline_domain::session::{Command, Notes, Target};
use firstline_domain::text::{Answer, CustomerName, NodeId, ProblemStatement, Question};
use firstline_domain::ticket::CallDetails;
use firstline_storage::{Database, Logins, Purpose, StorageSettings, StoreKind};
use firstline_testkit::postgres::{Cluster, as_owner, as_superuser};
use tempfile::TempDir;

/// Few connections each, as many tests run at once.
pub fn settings() -> StorageSettings {
    StorageSettings {
        connections_per_worker: 4,
        lookup_connections_per_worker: 2,
        shared_connections: 4,
        ..StorageSettings::default()
    }
}

/// The logins of a database, with the one that may migrate it.
pub fn logins(url: &str) -> Logins {
    let migrate_url = url.starts_with("postgres").then(|| as_owner(url));
    Logins { migrate_url, ..Logins::from(url) }
}

/// The URL of a migrated Postgres database of the test's own, copied from one that is migrated once a process.
pub async fn postgres_url() -> String {
    static TEMPLATE: OnceLock<()> = OnceLock::new();
    tokio::task::spawn_blocking(|| {
        let cluster = Cluster::shared();
        TEMPLATE.get_or_init(|| {
            let _ = cluster.create_database("template_migrated");
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let logins = logins(&cluster.url("template_migrated"));
                let database = Database::open(logins, Purpose::Administer, &settings()).await.unwrap();
                database.migrate().await.unwrap();
                database.close().await;
            });
            // Connections live in the runtime's tasks: they end with it.
            drop(runtime);
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

/// The URL of a SQLite file of the test's own, not made yet. The folder goes when the guard does.
pub fn sqlite_url() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("firstline.db").display());
    (folder, url)
}

thread_local! {
    /// The folders of a test's stores, gone with its thread.
    static FOLDERS: RefCell<Vec<TempDir>> = const { RefCell::new(Vec::new()) };
}

/// A store on a migrated SQLite file, which goes with the thread of the test.
pub async fn sqlite_store() -> Arc<dyn Store> {
    let mut base = Base::sqlite().await;
    FOLDERS.with_borrow_mut(|folders| folders.extend(base.folder.take()));
    base.database.for_worker()
}

/// The name of the database that `url` of the shared cluster names.
pub fn name_of(url: &str) -> String {
    url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned()
}

/// Runs SQL in a Postgres database and answers what it prints; an `Err` has the server's message.
pub async fn pg(url: &str, sql: &str) -> Result<String, String> {
    run(&connected(url).await?, sql).await
}

/// A connection to a Postgres database.
pub async fn connected(url: &str) -> Result<tokio_postgres::Client, String> {
    let config: tokio_postgres::Config = url.parse().unwrap();
    let described =
        |error: tokio_postgres::Error| error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
    let (client, talk) = config.connect(tokio_postgres::NoTls).await.map_err(described)?;
    tokio::spawn(talk);
    Ok(client)
}

/// Runs SQL on a connection and answers what it prints.
pub async fn run(client: &tokio_postgres::Client, sql: &str) -> Result<String, String> {
    let messages = client.simple_query(sql).await.map_err(|error| error.as_db_error().unwrap().to_string())?;
    let rows = messages.iter().filter_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|column| row.get(column).unwrap_or("")).collect::<Vec<_>>().join("|"))
        }
        _ => None,
    });
    Ok(rows.collect::<Vec<_>>().join("\n"))
}

/// Runs SQL on a SQLite file; for queries, answers the column `shown` of each row.
pub fn lite(url: &str, sql: &str) -> Result<String, String> {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, RunQueryDsl};

    #[derive(diesel::QueryableByName)]
    struct Shown {
        #[diesel(sql_type = diesel::sql_types::Text)]
        shown: String,
    }
    let file = url.strip_prefix("sqlite://").unwrap();
    let mut connection = diesel::SqliteConnection::establish(file).unwrap();
    connection.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON").unwrap();
    if !sql.contains("shown") {
        return connection.batch_execute(sql).map(|()| String::new()).map_err(|error| error.to_string());
    }
    let rows = diesel::sql_query(sql).load::<Shown>(&mut connection).map_err(|error| error.to_string())?;
    Ok(rows.into_iter().map(|row| row.shown).collect::<Vec<_>>().join("\n"))
}

/// A database of one kind or the other, with SQL beside the store.
pub struct Base {
    pub database: Database,
    pub url: String,
    folder: Option<TempDir>,
}

impl Base {
    pub async fn postgres() -> Self {
        let url = postgres_url().await;
        let database = Database::open(&url, Purpose::Serve, &settings()).await.unwrap();
        Self { database, url, folder: None }
    }

    pub async fn sqlite() -> Self {
        let (folder, url) = sqlite_url();
        let database = Database::open(&url, Purpose::Serve, &settings()).await.unwrap();
        database.migrate().await.unwrap();
        Self { database, url, folder: Some(folder) }
    }

    pub async fn both() -> [Self; 2] {
        [Self::postgres().await, Self::sqlite().await]
    }

    pub async fn desk(&self) -> Desk {
        World::of(self.database.shared()).desk().await
    }

    /// Runs SQL beside the store, on Postgres as the superuser, whom no wall binds.
    pub async fn sql(&self, sql: &str) -> Result<String, String> {
        match self.database.kind() {
            StoreKind::Postgres => pg(&as_superuser(&self.url), sql).await,
            _ => lite(&self.url, sql),
        }
    }

    /// An id as a literal.
    pub fn id(&self, id: impl Into<uuid::Uuid>) -> String {
        let id = id.into();
        match self.database.kind() {
            StoreKind::Postgres => format!("'{id}'"),
            _ => format!("x'{}'", id.simple()),
        }
    }
}

/// An ad hoc or flow call that begins a walk.
pub fn intake(target: Target) -> Intake {
    let call = CallDetails {
        problem_statement: ProblemStatement::new("Outlook does not open").unwrap(),
        customer_name: Some(CustomerName::new("Ada").unwrap()),
        customer_contact: None,
    };
    Intake { call, walk: target.into() }
}

/// An answered question.
pub fn step(node: &str) -> Command {
    Command::Step {
        node_id: NodeId::new(node).unwrap(),
        question: Some(Question::new("Does it open in safe mode?").unwrap()),
        answer: Answer::new("yes").unwrap(),
        note: None,
        answered: None,
    }
}

/// Notes with one entry.
pub fn notes(text: &str) -> Command {
    let entry = serde_json::Map::from_iter([("text".to_owned(), text.into())]);
    Command::ReplaceNotes { notes: Notes::new(vec![entry]).unwrap() }
}
