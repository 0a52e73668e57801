//! Whether a write happened: an error that says "try again" means that it did not, and a lost reply says that nothing
//! is known.

use std::time::Duration;

use firstline_domain::conformance::{Desk, World};
use firstline_domain::error::StoreError;
use firstline_domain::service::{Workspace, WorkspaceError};
use firstline_domain::session::Target;
use firstline_domain::text::Email;
use firstline_storage::{Database, Purpose, StorageSettings};
use firstline_testkit::postgres::{Cluster, ClusterOptions, as_superuser};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Base, intake, logins, pg, settings, step};

/// A call with this text in it gets no reply.
const LOST: &str = "reply-is-lost";

/// A way to the shared cluster that passes a statement with [`LOST`] in it on, and ends when the reply comes.
async fn losing_replies() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client));
        }
    });
    port
}

async fn pass(mut client: TcpStream) -> std::io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", Cluster::shared().port())).await?;
    let (mut said, mut replied) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut said) => {
                let said = said.get(..read?).unwrap_or_default();
                server.write_all(said).await?;
                if said.windows(LOST.len()).any(|window| window == LOST.as_bytes()) {
                    return server.read(&mut replied).await.map(|_| ());
                }
                if said.is_empty() {
                    return Ok(());
                }
            }
            read = server.read(&mut replied) => {
                let replied = replied.get(..read?).unwrap_or_default();
                client.write_all(replied).await?;
                if replied.is_empty() {
                    return Ok(());
                }
            }
        }
    }
}

async fn through_a_losing_way(base: &Base) -> Database {
    let port = losing_replies().await.to_string();
    let url = base.url.replace(&Cluster::shared().port().to_string(), &port);
    Database::open(&url, Purpose::Serve, &settings()).await.unwrap()
}

/// The use cases of the desk over another way to its database.
fn workspace_over(database: &Database, desk: &Desk) -> Workspace {
    World::of(database.shared()).workspace(desk.clock.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outcome_of_a_write_whose_reply_is_lost_is_unknown() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    let walk = desk.workspace.intake(desk.technician, intake(Target::Flow(desk.flow.id))).await.unwrap();
    let header = walk.session.header;
    let lossy = through_a_losing_way(&base).await;
    let error = workspace_over(&lossy, &desk).change(desk.technician, header.id, step(LOST)).await.unwrap_err();
    assert!(matches!(error, WorkspaceError::Store(StoreError::OutcomeUnknown(_))), "{error:?}");
    let stored = base.database.shared().session(header.account_id, header.id).await.unwrap().unwrap();
    assert_eq!(stored.path.len(), 1, "that write was carried out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_whose_reply_is_lost_is_unavailable() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    let lossy = through_a_losing_way(&base).await;
    let email = Email::new(format!("{LOST}@firstline.example")).unwrap();
    let error = lossy.shared().user_by_email(desk.account.id, &email).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outcome_of_a_write_that_waits_for_a_hanging_standby_is_unknown() {
    let options = ClusterOptions { settings: vec!["synchronous_commit=on".to_owned()], ..ClusterOptions::default() };
    let cluster = tokio::task::spawn_blocking(|| Cluster::start(options)).await.unwrap();
    let url = cluster.create_database("standby");
    let hasty = StorageSettings { statement_timeout: Duration::from_millis(200), ..settings() };
    let database = Database::open(logins(&url), Purpose::Serve, &hasty).await.unwrap();
    database.migrate().await.unwrap();
    let desk = World::of(database.shared()).desk().await;
    let superuser = as_superuser(&url);
    // A standby that never answers: each commit stands on this server and waits for it.
    pg(&superuser, "ALTER SYSTEM SET synchronous_standby_names = 'hangs'").await.unwrap();
    pg(&superuser, "SELECT pg_reload_conf()").await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let error = desk.workspace.intake(desk.technician, intake(Target::Adhoc)).await.unwrap_err();
    assert!(matches!(error, WorkspaceError::Store(StoreError::OutcomeUnknown(_))), "{error:?}");
    // The reader sees what stands on this server only when the wait ends.
    pg(&superuser, "ALTER SYSTEM RESET synchronous_standby_names").await.unwrap();
    pg(&superuser, "SELECT pg_reload_conf()").await.unwrap();
    let stored = async { pg(&superuser, "SELECT count(*) FROM tickets").await.unwrap() };
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(stored.await, "1", "that write was carried out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_the_database_cancels_is_no_unknown_outcome() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    let hasty = StorageSettings { statement_timeout: Duration::from_millis(200), ..settings() };
    let database = Database::open(&base.url, Purpose::Serve, &hasty).await.unwrap();
    let superuser = as_superuser(&base.url);
    let lock = tokio::spawn(async move {
        pg(&superuser, "BEGIN; LOCK TABLE tickets IN EXCLUSIVE MODE; SELECT pg_sleep(1); COMMIT").await
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let workspace = workspace_over(&database, &desk);
    let error = workspace.intake(desk.technician, intake(Target::Adhoc)).await.unwrap_err();
    assert!(matches!(error, WorkspaceError::Store(StoreError::Unavailable(_))), "{error:?}");
    lock.await.unwrap().unwrap();
    assert_eq!(base.sql("SELECT count(*) FROM tickets").await.unwrap(), "0");
}
