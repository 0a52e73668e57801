//! Postgres in trouble: every error says that trying again may work, none hangs, and the store comes back by itself.

use std::time::{Duration, Instant};

use firstline_domain::error::StoreError;
use firstline_domain::ids::AccountId;
use firstline_domain::session::Target;
use firstline_storage::{Database, OpenError, Purpose, StorageSettings};
use firstline_testkit::postgres::{Cluster, ClusterOptions, as_superuser};

use crate::support::{Base, intake, logins, name_of, settings, step};

fn unavailable<T>(result: Result<T, StoreError>) -> bool {
    match result {
        Err(StoreError::Unavailable(_)) => true,
        Err(error) => panic!("{error:?}"),
        Ok(_) => false,
    }
}

#[tokio::test]
async fn an_unreachable_server_is_unavailable_at_once() {
    let began = Instant::now();
    let database = Database::open("postgres://u@127.0.0.1:1/d", Purpose::Serve, &settings()).await.unwrap();
    assert!(unavailable(database.probe().await));
    assert!(unavailable(database.for_worker().account(uuid::Uuid::nil().into()).await));
    database.migrate().await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn an_exhausted_pool_is_unavailable_in_time() {
    let base = Base::postgres().await;
    let few = StorageSettings { shared_connections: 1, wait_timeout: Duration::from_millis(200), ..settings() };
    let database = Database::open(&base.url, Purpose::Serve, &few).await.unwrap();
    let desk = base.desk().await;
    let account = desk.account.clone();
    let lock = tokio::spawn({
        let url = as_superuser(&base.url);
        async move { crate::support::pg(&url, "BEGIN; LOCK TABLE accounts; SELECT pg_sleep(1); COMMIT").await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let store = database.shared();
    let waiting = tokio::spawn({
        let (store, account) = (store.clone(), account.clone());
        async move { store.put_account(&account).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let began = Instant::now();
    assert!(unavailable(store.account(account.id).await));
    assert!(
        (Duration::from_millis(150)..Duration::from_millis(900)).contains(&began.elapsed()),
        "{:?}",
        began.elapsed()
    );
    waiting.await.unwrap().unwrap();
    lock.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_statement_beyond_its_time_is_unavailable() {
    let base = Base::postgres().await;
    let hasty = StorageSettings { statement_timeout: Duration::from_millis(200), ..settings() };
    let database = Database::open(&base.url, Purpose::Serve, &hasty).await.unwrap();
    let desk = base.desk().await;
    let lock = tokio::spawn({
        let url = as_superuser(&base.url);
        async move { crate::support::pg(&url, "BEGIN; LOCK TABLE accounts; SELECT pg_sleep(1); COMMIT").await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(unavailable(database.shared().put_account(&desk.account).await));
    lock.await.unwrap().unwrap();
    database.shared().put_account(&desk.account).await.unwrap();
}

#[tokio::test]
async fn terminated_connections_do_not_stay_in_the_pool() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    let store = base.database.shared();
    let terminate = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND application_name = 'firstline'",
        name_of(&base.url)
    );
    for _ in 0..3 {
        base.sql(&terminate).await.unwrap();
        // The news of the end takes a moment; whoever comes first may still meet a dead connection.
        tokio::time::sleep(Duration::from_millis(50)).await;
        for _ in 0..8 {
            assert_eq!(store.account(desk.account.id).await.unwrap().as_ref(), Some(&desk.account));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_server_is_found_again_by_itself() {
    let cluster = tokio::task::spawn_blocking(|| Cluster::start(ClusterOptions::default())).await.unwrap();
    let cluster = std::sync::Arc::new(cluster);
    let url = cluster.create_database("restarted");
    let database = Database::open(logins(&url), Purpose::Serve, &settings()).await.unwrap();
    database.migrate().await.unwrap();
    let store = database.for_worker();
    let look = || async { store.account(AccountId::from(uuid::Uuid::nil())).await };
    look().await.unwrap();
    let stopping = cluster.clone();
    tokio::task::spawn_blocking(move || stopping.stop()).await.unwrap();
    for _ in 0..10 {
        assert!(unavailable(look().await));
        assert!(unavailable(database.probe().await));
    }
    let starting = cluster.clone();
    tokio::task::spawn_blocking(move || starting.start_again()).await.unwrap();
    for _ in 0..10 {
        look().await.unwrap();
    }
    database.probe().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_is_read_and_waited_for_and_takes_writes_once_it_is_promoted() {
    let cluster = tokio::task::spawn_blocking(|| Cluster::start(ClusterOptions::default())).await.unwrap();
    let cluster = std::sync::Arc::new(cluster);
    let database =
        Database::open(logins(&cluster.create_database("standby")), Purpose::Serve, &settings()).await.unwrap();
    database.migrate().await.unwrap();
    assert!(database.to_wait_for().await.is_none());
    let desk = firstline_domain::conformance::World::of(database.shared()).desk().await;
    let call = |what: fn(&Cluster)| {
        let cluster = cluster.clone();
        tokio::task::spawn_blocking(move || what(&cluster))
    };
    call(|cluster| {
        cluster.stop();
        cluster.start_as_standby();
    })
    .await
    .unwrap();
    let missing = database.to_wait_for().await.unwrap();
    assert!(missing.to_string().contains("standby"), "{missing}");
    // One pool has two connections to it by then: one that wrote and one that read.
    for _ in 0..3 {
        assert!(unavailable(database.probe().await));
        assert!(database.shared().account(desk.account.id).await.unwrap().is_some());
        let refused = desk.workspace.intake(desk.technician, intake(Target::Adhoc)).await;
        assert!(unavailable(refused.map_err(|error| match error {
            firstline_domain::service::WorkspaceError::Store(error) => error,
            other => panic!("{other}"),
        })));
    }
    call(Cluster::promote).await.unwrap();
    assert!(database.to_wait_for().await.is_none());
    database.probe().await.unwrap();
    for _ in 0..8 {
        desk.workspace.intake(desk.technician, intake(Target::Adhoc)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_waiting_mends_is_waited_for() {
    let base = Base::postgres().await;
    let missing = |url: String| async move {
        let database = Database::open(logins(&url), Purpose::Serve, &settings()).await.unwrap();
        database.to_wait_for().await.map(|missing| missing.to_string())
    };
    assert_eq!(missing(base.url.clone()).await, None);
    assert_eq!(missing(base.url.replace(&name_of(&base.url), "no_such_database")).await, None);
    let port = Cluster::shared().port().to_string();
    let refused = missing(base.url.replace(&port, "1")).await.unwrap();
    assert!(refused.contains("database.migrate_url") && refused.contains("refused"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_probe_needs_no_connection_of_the_pools() {
    let base = Base::postgres().await;
    let few = StorageSettings { shared_connections: 1, lookup_connections_per_worker: 1, ..settings() };
    let database = Database::open(&base.url, Purpose::Serve, &few).await.unwrap();
    let url = as_superuser(&base.url);
    let lock = tokio::spawn(async move {
        crate::support::pg(&url, "BEGIN; LOCK TABLE accounts; SELECT pg_sleep(1); COMMIT").await
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let store = database.shared();
    let waiting = tokio::spawn(async move { store.account(uuid::Uuid::nil().into()).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    for _ in 0..3 {
        database.probe().await.unwrap();
    }
    assert!(!waiting.is_finished(), "the one connection of the pool was taken all the time");
    lock.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_dropped_half_way_leave_nothing_behind() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let header =
            desk.workspace.intake(desk.technician, intake(Target::Flow(desk.flow.id))).await.unwrap().session.header;
        for round in 0..200_u64 {
            let (desk, id) = (desk.clone(), header.id);
            let call = tokio::spawn(async move {
                let _ = desk.workspace.change(desk.technician, id, step(&format!("n{round}"))).await;
            });
            // From before the first trip to after the last.
            tokio::time::sleep(Duration::from_micros(round * 17 % 1_700)).await;
            call.abort();
        }
        // What was under way when its caller went may end between two looks: but it ends whole.
        let store = base.database.shared();
        let mut agree = false;
        for _ in 0..100 {
            let stored = store.session(header.account_id, header.id).await.unwrap().unwrap();
            let events = store.events(header.account_id, header.id).await.unwrap().unwrap();
            agree = events.len() == stored.path.len() + 1;
            if agree {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(agree, "{:?}", base.database);
        if base.database.kind() == firstline_storage::StoreKind::Postgres {
            let open = format!(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND state LIKE 'idle in transaction%'",
                name_of(&base.url)
            );
            assert_eq!(base.sql(&open).await.unwrap(), "0");
        }
        for round in 0..20 {
            desk.workspace.change(desk.technician, header.id, step(&format!("after{round}"))).await.unwrap();
        }
    }
}

#[tokio::test]
async fn errors_show_no_detail_of_the_rows() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    let session = desk.workspace.intake(desk.technician, intake(Target::Adhoc)).await.unwrap().session;
    // The same session once more: its key is taken, and Postgres's DETAIL would show it.
    let walk = firstline_domain::ports::NewWalk {
        ticket: firstline_domain::ports::WalkedTicket::New(
            base.database.shared().ticket(desk.account.id, session.header.ticket_id).await.unwrap().unwrap().ticket,
        ),
        header: session.header.clone(),
        events: base.database.shared().events(desk.account.id, session.header.id).await.unwrap().unwrap(),
    };
    let error = base.database.shared().create(walk).await.unwrap_err();
    let mut shown = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        shown = format!("{shown} {cause} {cause:?}");
        source = cause.source();
    }
    assert!(shown.contains("tickets_pkey"), "{shown}");
    assert!(!shown.contains(&session.header.ticket_id.to_string()), "{shown}");
}

#[tokio::test]
async fn a_broken_url_is_refused_without_its_password() {
    for url in [
        "postgres://u:secret@h:port/d",
        "postgres://u:secret@h/d?sslmode=verify",
        "postgres://u:secret@h/d?sslmode=verify-ca",
        "postgres://u:secret@h/d?x=1",
    ] {
        let error = Database::open(url, Purpose::Serve, &settings()).await.unwrap_err();
        assert!(matches!(error, OpenError::Url { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
    }
}
