//! Postgres with inherited settings, locked rows and connection limits: the service sets what it relies on, and a
//! waiting call leaves room for others.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use firstline_domain::conformance::{Desk, World};
use firstline_domain::ids::AccountId;
use firstline_domain::session::{Session, Target};
use firstline_storage::{Database, Purpose, StorageSettings, WallError};
use firstline_testkit::postgres::{Cluster, as_owner, as_superuser};

use crate::support::{Base, connected, intake, logins, name_of, notes, pg, run, settings};

/// A new walk without a flow.
async fn adhoc(desk: &Desk) -> Session {
    desk.workspace.intake(desk.technician, intake(Target::Adhoc)).await.unwrap().session
}

/// What a database or a role may have as its defaults, each with what it would break, in groups that go together.
const INHERITED: [&[&str]; 2] = [
    &[
        "default_transaction_isolation = 'serializable'",
        "default_transaction_read_only = on",
        "default_transaction_deferrable = on",
        "lock_timeout = '1ms'",
        "quote_all_identifiers = on",
        "row_security = off",
        "search_path = ''",
        "synchronous_commit = off",
        "TimeZone = 'America/St_Johns'",
    ],
    &[
        "default_transaction_isolation = 'repeatable read'",
        "plan_cache_mode = force_custom_plan",
        "search_path = 'nowhere'",
        "standard_conforming_strings = off",
        "statement_timeout = '20ms'",
    ],
];

/// Refuses a write of a session whose commit is not waited for.
const WAITS_FOR_COMMITS: &str = "CREATE FUNCTION public.waits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
    IF current_setting('synchronous_commit') = 'off' THEN RAISE 'not waited for'; END IF; RETURN NEW; END $$; \
    CREATE TRIGGER waits BEFORE INSERT ON walk_sessions FOR EACH ROW EXECUTE FUNCTION public.waits()";

#[tokio::test(flavor = "multi_thread")]
async fn defaults_of_the_database_and_the_role_change_nothing() {
    let base = Base::postgres().await;
    let admin = as_superuser(&base.url);
    let (name, login) = (name_of(&base.url), pg(&base.url, "SELECT current_user").await.unwrap());
    let owner = pg(&as_owner(&base.url), "SELECT current_user").await.unwrap();
    pg(&admin, WAITS_FOR_COMMITS).await.unwrap();
    let roles = [login.clone(), format!("{login}_lookup"), owner].map(|role| format!("ROLE {role} IN DATABASE {name}"));
    for whose in std::iter::once(format!("DATABASE {name}")).chain(roles) {
        for group in INHERITED {
            let of = format!("{group:?} of {whose}");
            let set: Vec<_> = group.iter().map(|setting| format!("ALTER {whose} SET {setting};")).collect();
            pg(&admin, &set.concat()).await.unwrap();
            let database = Database::open(logins(&base.url), Purpose::Serve, &settings()).await.unwrap();
            database.migrate().await.unwrap_or_else(|error| panic!("{of}: {error}"));
            database.check_wall().await.unwrap_or_else(|error| panic!("{of}: {error}"));
            let desk = World::of(database.shared()).desk().await;
            let session = adhoc(&desk).await;
            let store = database.shared();
            assert!(store.session(desk.account.id, session.header.id).await.unwrap().is_some(), "{of}");
            database.close().await;
            pg(&admin, &format!("SET transaction_read_only = off; ALTER {whose} RESET ALL")).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_new_database_is_migrated_whatever_its_search_path() {
    for path in ["''", "nowhere"] {
        let url = tokio::task::spawn_blocking(|| Cluster::shared().fresh_database()).await.unwrap();
        let set = format!("ALTER DATABASE {} SET search_path = {path}", name_of(&url));
        pg(&as_superuser(&url), &set).await.unwrap();
        let database = Database::open(logins(&url), Purpose::Serve, &settings()).await.unwrap();
        database.migrate().await.unwrap();
        database.check_wall().await.unwrap();
        adhoc(&World::of(database.shared()).desk().await).await;
    }
}

#[tokio::test]
async fn behind_a_pooler_the_logins_must_have_what_statements_rely_on() {
    let base = Base::postgres().await;
    let admin = as_superuser(&base.url);
    let (name, login) = (name_of(&base.url), pg(&base.url, "SELECT current_user").await.unwrap());
    let set = format!("ALTER ROLE {login} IN DATABASE {name} SET");
    pg(&admin, &format!("{set} row_security = off; {set} synchronous_commit = off")).await.unwrap();
    let pooled = StorageSettings { pooler: true, ..settings() };
    let database = Database::open(logins(&base.url), Purpose::Serve, &pooled).await.unwrap();
    let missing = match database.check_wall().await {
        Err(WallError::Defaults(missing)) => missing,
        other => panic!("{other:?}"),
    };
    let said: Vec<_> = missing.iter().map(|breach| breach.what.as_str()).collect();
    let of = |what: &str, login: &str| format!("{what} for the role \"{login}\"");
    let lookup = format!("{login}_lookup");
    assert_eq!(
        said,
        [
            of("lock_timeout is 0", &login),
            of("row_security is off", &login),
            of("statement_timeout is 0", &login),
            of("synchronous_commit is off", &login),
            of("lock_timeout is 0", &lookup),
            of("statement_timeout is 0", &lookup),
            // As the cluster of the tests has it.
            of("synchronous_commit is off", &lookup),
        ]
    );
    let block: Vec<_> = missing.into_iter().map(|breach| breach.remedy).collect();
    pg(&admin, &block.join("\n")).await.unwrap();
    database.check_wall().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_that_race_are_not_refused_where_serializable_is_the_default() {
    let base = Base::postgres().await;
    let admin = as_superuser(&base.url);
    let name = name_of(&base.url);
    pg(&admin, &format!("ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")).await.unwrap();
    let database = Database::open(logins(&base.url), Purpose::Serve, &settings()).await.unwrap();
    let desk = Arc::new(World::of(database.shared()).desk().await);
    let session = adhoc(&desk).await.header.id;
    let tasks: Vec<_> = (0..4)
        .map(|task| {
            let desk = Arc::clone(&desk);
            tokio::spawn(async move {
                for number in 0..20 {
                    let change = notes(&format!("{task} {number}"));
                    desk.workspace.change(desk.technician, session, change).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    database.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_connection_limit_calls_wait_for_the_connections_that_there_are() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    let admin = as_superuser(&base.url);
    base.database.close().await;
    // Connections that are still closing count against the limit.
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    pg(&admin, others).await.unwrap();
    let name = name_of(&base.url);
    pg(&admin, &format!("ALTER DATABASE {name} CONNECTION LIMIT 2")).await.unwrap();
    let database = Database::open(&*base.url, Purpose::Administer, &settings()).await.unwrap();
    assert_eq!(refused_reads(&database, desk.account.id).await, 0);
    database.close().await;
}

/// Many calls at once that read the queue; how many were refused.
async fn refused_reads(database: &Database, account: AccountId) -> usize {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = database.shared();
            tokio::spawn(async move {
                let mut refused = 0;
                for _ in 0..30 {
                    refused += usize::from(store.queue(account, None, None, 50).await.is_err());
                }
                refused
            })
        })
        .collect();
    let mut refused = 0;
    for task in tasks {
        refused += task.await.unwrap();
    }
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_refuses_a_further_connection_calls_wait_for_the_open_one() {
    let base = Base::postgres().await;
    let desk = base.desk().await;
    let database = Database::open(&*base.url, Purpose::Administer, &settings()).await.unwrap();
    database.shared().queue(desk.account.id, None, None, 50).await.unwrap();
    let (name, elsewhere) = (name_of(&base.url), as_superuser(&base.url).replace(&name_of(&base.url), "postgres"));
    let allow = |allowed: bool| format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}");
    pg(&elsewhere, &allow(false)).await.unwrap();
    assert_eq!(refused_reads(&database, desk.account.id).await, 0);
    pg(&elsewhere, &allow(true)).await.unwrap();
    database.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_refuses_is_not_flooded_with_logins() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://u@{}/d?sslmode=disable", listener.local_addr().unwrap());
    let logins = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&logins);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let database = Database::open(&*url, Purpose::Administer, &settings()).await.unwrap();
    let end = Instant::now() + Duration::from_secs(1);
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let store = database.shared();
            tokio::spawn(async move {
                while Instant::now() < end {
                    let _ = store.queue(uuid::Uuid::nil().into(), None, None, 50).await;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    let logins = logins.load(Ordering::Relaxed);
    assert!((1..60).contains(&logins), "{logins} logins in a second");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_row_holds_up_the_calls_on_it_and_no_others() {
    let base = Base::postgres().await;
    let few = StorageSettings { shared_connections: 4, ..settings() };
    let database = Database::open(logins(&base.url), Purpose::Serve, &few).await.unwrap();
    let desk = Arc::new(World::of(database.shared()).desk().await);
    let (locked, free) = (adhoc(&desk).await, adhoc(&desk).await);
    let admin = connected(&as_superuser(&base.url)).await.unwrap();
    let id = locked.header.id;
    run(&admin, &format!("BEGIN; SELECT 1 FROM walk_sessions WHERE id = '{id}' FOR UPDATE")).await.unwrap();
    let end = Instant::now() + Duration::from_secs(3);
    let stuck: Vec<_> = (0..40)
        .map(|number| {
            let desk = Arc::clone(&desk);
            tokio::spawn(async move {
                while Instant::now() < end {
                    let notes = notes(&number.to_string());
                    let _ = desk.workspace.change(desk.technician, id, notes).await;
                }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (mut done, mut slowest) = (0, Duration::ZERO);
    while Instant::now() + Duration::from_millis(300) < end {
        let began = Instant::now();
        let notes = notes(&done.to_string());
        desk.workspace.change(desk.technician, free.header.id, notes).await.expect("another session is free");
        slowest = slowest.max(began.elapsed());
        done += 1;
    }
    run(&admin, "ROLLBACK").await.unwrap();
    for task in stuck {
        task.await.unwrap();
    }
    assert!(done > 20 && slowest < Duration::from_secs(1), "{done} changes, the slowest took {slowest:?}");
    database.close().await;
}

/// What an intake refers to, and who may begin a walk while it is locked.
#[tokio::test(flavor = "multi_thread")]
async fn intakes_that_refer_to_a_locked_row_leave_room_for_others() {
    let base = Base::postgres().await;
    let few = StorageSettings { shared_connections: 4, ..settings() };
    let database = Database::open(logins(&base.url), Purpose::Serve, &few).await.unwrap();
    let world = World::of(database.shared());
    let (desk, other) = (Arc::new(world.desk().await), world.desk().await);
    let (account, user) = (desk.account.id, desk.technician.user_id());
    for locked in [format!("accounts WHERE id = '{account}'"), format!("users WHERE id = '{user}'")] {
        let admin = connected(&as_superuser(&base.url)).await.unwrap();
        run(&admin, &format!("BEGIN; SELECT 1 FROM {locked} FOR UPDATE")).await.unwrap();
        let end = Instant::now() + Duration::from_secs(2);
        let stuck: Vec<_> = (0..20)
            .map(|_| {
                let desk = Arc::clone(&desk);
                tokio::spawn(async move {
                    while Instant::now() < end {
                        let _ = desk.workspace.intake(desk.technician, intake(Target::Adhoc)).await;
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut done = 0;
        while Instant::now() + Duration::from_millis(300) < end {
            adhoc(&other).await;
            done += 1;
        }
        run(&admin, "ROLLBACK").await.unwrap();
        for task in stuck {
            task.await.unwrap();
        }
        assert!(done > 10, "{done} intakes of another account while {locked} is locked");
    }
    database.close().await;
}
