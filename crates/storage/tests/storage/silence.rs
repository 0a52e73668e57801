//! A database that takes connections and goes silent, at whatever moment, holds no start-up.

use std::time::{Duration, Instant};

use firstline_storage::{Database, Logins, MigrateError, Purpose, StorageSettings, WallError};
use firstline_testkit::postgres::{Cluster, as_owner};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Base, settings};

const PATIENCE: Duration = Duration::from_millis(400);

fn impatient() -> StorageSettings {
    StorageSettings { connect_timeout: PATIENCE, statement_timeout: PATIENCE, ..settings() }
}

/// A way to the cluster that goes silent for good when a client says `word`; empty is at once.
async fn silent_after(word: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client, word));
        }
    });
    port
}

async fn pass(mut client: TcpStream, word: &'static str) -> std::io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", Cluster::shared().port())).await?;
    let (mut from_server, mut to_server) = server.into_split();
    let (mut from_client, mut to_client) = client.split();
    let forth = async {
        let mut bytes = vec![0; 65_536];
        loop {
            let read = from_client.read(&mut bytes).await?;
            let said = bytes.get(..read).unwrap_or_default();
            if word.is_empty() || said.windows(word.len()).any(|said| said == word.as_bytes()) {
                std::future::pending::<()>().await;
            }
            if read == 0 {
                return std::io::Result::Ok(());
            }
            to_server.write_all(said).await?;
        }
    };
    let back = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::try_join!(forth, back).map(|_| ())
}

fn through(port: u16, url: &str) -> String {
    url.replace(&Cluster::shared().port().to_string(), &port.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_look_at_the_wall_ends_wherever_the_database_goes_silent() {
    let base = Base::postgres().await;
    for word in ["", "SET statement_timeout", "rolbypassrls", "relforcerowsecurity", "pg_rewrite", "aclexplode"] {
        let began = Instant::now();
        let url = through(silent_after(word).await, &base.url);
        let database = Database::open(&url, Purpose::Serve, &impatient()).await.unwrap();
        let Err(WallError::Unavailable(cause)) = database.check_wall().await else { panic!("{word:?} is not asked") };
        assert!(cause.to_string().contains("no answer from the database within"), "{word:?}: {cause}");
        assert!(began.elapsed() < 6 * PATIENCE, "{word:?}: {:?}", began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_for_migrations_ends_wherever_the_database_goes_silent() {
    for word in ["", "pg_try_advisory_lock", "rolcreaterole", "aclexplode", "__diesel_schema_migrations"] {
        // A database each: who went silent may hold the lock of the migrations, and is waited for.
        let base = Base::postgres().await;
        let began = Instant::now();
        let port = silent_after(word).await;
        let logins = Logins { migrate_url: Some(through(port, &as_owner(&base.url))), ..Logins::from(&base.url) };
        let database = Database::open(logins, Purpose::Serve, &impatient()).await.unwrap();
        assert!(matches!(database.migrate().await, Err(MigrateError::Unavailable(_))), "{word:?} is not asked");
        assert!(began.elapsed() < 6 * PATIENCE, "{word:?}: {:?}", began.elapsed());
    }
    let base = Base::postgres().await;
    let url = through(silent_after("__diesel_schema_migrations").await, &base.url);
    let database = Database::open(&url, Purpose::Serve, &impatient()).await.unwrap();
    assert!(matches!(database.pending_migrations().await, Err(MigrateError::Unavailable(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_sets_no_limit_aside_on_the_connections_of_who_serves() {
    let base = Base::postgres().await;
    let url = through(silent_after("statement_timeout = 0").await, &base.url);
    let database = Database::open(&url, Purpose::Serve, &impatient()).await.unwrap();
    assert!(database.to_wait_for().await.is_none());
    assert!(database.pending_migrations().await.unwrap().is_empty());
}
