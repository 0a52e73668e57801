//! What the writer does to the writes of one transaction.

use std::path::Path;

use super::*;
use crate::error::{Constraint, DatabaseFailure};
use crate::settings::Purpose;
use crate::sqlite::connection::{create_file, open};
use crate::sqlite::lock::Lock;

fn writer() -> (tempfile::TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("writer.db");
    create_file(&file, false).unwrap();
    open(&file, Duration::ZERO).unwrap().batch_execute("CREATE TABLE t (n INTEGER NOT NULL)").unwrap();
    let writer = started(&file);
    (folder, writer)
}

fn started(file: &Path) -> Writer {
    let lock = Arc::new(Lock::take(file, Purpose::Serve).unwrap());
    let mut connection = open(file, Duration::ZERO).unwrap();
    let identity = Arc::new(Identity::of(file, lock, &mut connection).unwrap());
    Writer::start(connection, identity, &StorageSettings::default()).unwrap()
}

fn insert(connection: &mut SqliteConnection) -> Result<(), WriteError> {
    connection.batch_execute("INSERT INTO t VALUES (1)").map_err(failure)
}

async fn count(writer: &Writer) -> usize {
    let count = |connection: &mut SqliteConnection| {
        diesel::RunQueryDsl::execute(diesel::sql_query("UPDATE t SET n = n"), connection).map_err(failure)
    };
    writer.run(count).await.unwrap()
}

/// Holds the writer while `writes` queue up behind, so that they become one batch.
async fn in_one_batch<T: Send + 'static>(
    writer: &Writer,
    writes: Vec<impl FnOnce(&mut SqliteConnection) -> Result<T, WriteError> + Send + 'static>,
) -> Vec<Result<T, WriteError>> {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let hold = writer.run(move |_| {
        // An error means that the test has ended.
        let _ = wait.recv();
        Ok(())
    });
    let rest = async {
        let mut queued: Vec<_> = writes.into_iter().map(|write| Box::pin(writer.run(write))).collect();
        for write in &mut queued {
            // Polled once, it waits in the queue.
            assert!(tokio::time::timeout(Duration::from_millis(1), write).await.is_err());
        }
        go.send(()).unwrap();
        let mut results = Vec::new();
        for write in queued {
            results.push(write.await);
        }
        results
    };
    tokio::join!(hold, rest).1
}

#[tokio::test]
async fn a_write_that_breaks_a_rule_undoes_itself_alone() {
    let (_folder, writer) = writer();
    let broken = |connection: &mut SqliteConnection| {
        insert(connection)?;
        connection.batch_execute("INSERT INTO t VALUES (NULL)").map_err(failure)
    };
    let writes: Vec<fn(&mut SqliteConnection) -> _> = vec![insert, broken, insert];
    let results = in_one_batch(&writer, writes).await;
    assert!(matches!(results[1], Err(WriteError::Constraint(Constraint::Check, DatabaseFailure { .. }))));
    assert!(results[0].is_ok() && results[2].is_ok());
    assert_eq!(count(&writer).await, 2);
}

#[tokio::test]
async fn a_database_in_trouble_fails_all_that_was_begun_with_it_and_no_other() {
    let (_folder, writer) = writer();
    let trouble = |_: &mut SqliteConnection| Err(WriteError::Store(unavailable("disk on fire")));
    let writes: Vec<fn(&mut SqliteConnection) -> _> = vec![insert, trouble, insert];
    let results = in_one_batch(&writer, writes).await;
    for result in &results[..2] {
        assert!(matches!(result, Err(WriteError::Store(StoreError::Unavailable(_)))));
    }
    // The third had not begun: it went with the next transaction.
    assert!(results[2].is_ok());
    assert_eq!(count(&writer).await, 1);
}

#[tokio::test]
async fn a_write_nobody_waits_for_any_more_is_not_begun() {
    let (_folder, writer) = writer();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let mut hold = Box::pin(writer.run(move |_| {
        let _ = wait.recv();
        Ok(())
    }));
    assert!(tokio::time::timeout(Duration::from_millis(5), &mut hold).await.is_err());
    assert!(tokio::time::timeout(Duration::from_millis(5), writer.run(insert)).await.is_err());
    go.send(()).unwrap();
    hold.await.unwrap();
    assert_eq!(count(&writer).await, 0);
}

#[test]
fn a_commit_that_fails_otherwise_than_by_a_lock_or_a_full_disk_leaves_the_outcome_unknown() {
    let error = |message: &str| {
        DieselError::DatabaseError(diesel::result::DatabaseErrorKind::Unknown, Box::new(message.to_owned()))
    };
    for message in ["database is locked", "database or disk is full"] {
        assert!(matches!(BatchFailure::of_commit(error(message)), BatchFailure::RolledBack(_)), "{message}");
    }
    for message in ["disk I/O error", "cannot commit - no transaction is active", "database disk image is malformed"] {
        assert!(matches!(BatchFailure::of_commit(error(message)), BatchFailure::OutcomeUnknown(_)), "{message}");
    }
}

type Work = fn(&mut SqliteConnection) -> Result<(), WriteError>;

#[tokio::test]
async fn of_a_failed_commit_only_what_broke_no_rule_is_of_unknown_outcome() {
    let answer = |result: Option<Result<(), WriteError>>| {
        let (reply, answer) = oneshot::channel();
        let work: Option<Work> = None;
        let failed = BatchFailure::OutcomeUnknown("disk I/O error".to_owned());
        Box::new(Write { work, result, reply: Reply(Some(reply)) }).answer(Some(&failed));
        answer
    };
    assert!(matches!(answer(Some(Ok(()))).await.unwrap(), Err(WriteError::OutcomeUnknown(_))));
    assert!(matches!(answer(Some(Err(WriteError::Incomplete))).await.unwrap(), Err(WriteError::Incomplete)));
    assert!(matches!(answer(None).await.unwrap(), Err(WriteError::Store(StoreError::Unavailable(_)))));
}

#[tokio::test]
async fn a_writer_that_panics_ends_what_waits_and_takes_no_more() {
    let (_folder, writer) = writer();
    let panicking = |_: &mut SqliteConnection| -> Result<(), WriteError> { panic!("a bug") };
    assert!(matches!(writer.run(panicking).await, Err(WriteError::OutcomeUnknown(_))));
    assert!(matches!(writer.run(insert).await, Err(WriteError::Store(StoreError::Unavailable(_)))));
}

#[tokio::test]
async fn closing_writes_what_waits() {
    let (_folder, writer) = writer();
    let writer = std::sync::Arc::new(writer);
    let writes: Vec<_> = (0..50)
        .map(|_| {
            let writer = writer.clone();
            tokio::spawn(async move { writer.run(insert).await })
        })
        .collect();
    tokio::task::yield_now().await;
    let closing = writer.clone();
    tokio::task::spawn_blocking(move || closing.close()).await.unwrap();
    for write in writes {
        write.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_file_that_goes_while_a_batch_is_written_fails_the_batch_and_all_after_it() {
    let (folder, writer) = writer();
    let (there, away) = (folder.path().join("writer.db"), folder.path().join("away.db"));
    let (from, to) = (there.clone(), away.clone());
    let moves = move |connection: &mut SqliteConnection| {
        insert(connection)?;
        std::fs::rename(&from, &to).unwrap();
        Ok(())
    };
    let gone = writer.run(moves).await;
    assert!(matches!(gone, Err(WriteError::OutcomeUnknown(_))), "{gone:?}");
    assert!(matches!(writer.run(insert).await, Err(WriteError::Store(StoreError::Unavailable(_)))));
    std::fs::rename(away, there).unwrap();
    writer.run(insert).await.unwrap();
    // The first was committed before it was known to be lost, and is back with the file; the second was not begun.
    assert_eq!(count(&writer).await, 2);
}
