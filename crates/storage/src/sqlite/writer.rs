//! The one thread that writes, and group commit: the writes that wait are carried out in one transaction, each in a
//! savepoint of its own, and answered after its COMMIT. So a commit's trip to the disk is shared by all who wait for
//! one.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel::result::Error as DieselError;
use firstline_domain::error::StoreError;
use tokio::sync::{mpsc, oneshot};

use super::connection::failure;
use super::identity::Identity;
use crate::error::{DatabaseFailure, OpenError, WriteError, unavailable};
use crate::settings::StorageSettings;

/// The most writes of one transaction: the first of them waits for the last.
const BATCH: usize = 128;

/// The way to the thread.
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    wait: Duration,
}

/// A write on its way through a batch.
trait Job: Send {
    /// Carries it out, inside its savepoint.
    fn run(&mut self, connection: &mut SqliteConnection) -> Fate;
    /// Answers the call that waits. `failed` says why the batch was given up.
    fn answer(self: Box<Self>, failed: Option<&BatchFailure>);
}

/// What is to become of a write's savepoint, and of its batch.
enum Fate {
    Keep,
    Undo,
    /// The connection or the disk is in trouble: nothing of the batch may stay.
    FailBatch,
}

/// Why a batch was given up.
#[derive(Debug)]
enum BatchFailure {
    /// Nothing of it has been written.
    RolledBack(String),
    /// Its COMMIT failed in a way that may leave it in the file.
    OutcomeUnknown(String),
}

impl BatchFailure {
    /// Sorts the error of a COMMIT. A full disk ends it before its last page is written, and a lock before its first.
    /// After any other error (a failed write or fsync) the log of the file may hold the whole commit, which the next
    /// start then finds there.
    fn of_commit(error: DieselError) -> Self {
        let cause = DatabaseFailure::from(error).to_string();
        if ["database is locked", "database or disk is full"].contains(&cause.as_str()) {
            Self::RolledBack(cause)
        } else {
            Self::OutcomeUnknown(cause)
        }
    }
}

impl From<WriteError> for BatchFailure {
    fn from(error: WriteError) -> Self {
        Self::RolledBack(cause(error.into()))
    }
}

/// What is behind an error, for the log.
fn cause(error: StoreError) -> String {
    match error {
        StoreError::Unavailable(cause) | StoreError::Failed(cause) => cause.to_string(),
        other => other.to_string(),
    }
}

struct Write<F, T> {
    work: Option<F>,
    result: Option<Result<T, WriteError>>,
    reply: Reply<T>,
}

/// The way back to the call that waits. Dropped without an answer, it leaves the outcome unknown.
struct Reply<T>(Option<oneshot::Sender<Result<T, WriteError>>>);

impl<T> Reply<T> {
    /// Whether the call has gone away.
    fn is_closed(&self) -> bool {
        self.0.as_ref().is_none_or(oneshot::Sender::is_closed)
    }

    fn send(&mut self, answer: Result<T, WriteError>) {
        // The call may have gone away: the write stands all the same.
        let _ = self.0.take().map(|reply| reply.send(answer));
    }
}

impl<F, T> Drop for Write<F, T> {
    fn drop(&mut self) {
        // The writer panics at another write: of this one it is known that nothing has happened.
        if self.work.is_some() {
            self.reply.send(Err(WriteError::Store(unavailable("the writer of the database has failed"))));
        }
    }
}

impl<F, T> Job for Write<F, T>
where
    F: FnOnce(&mut SqliteConnection) -> Result<T, WriteError> + Send,
    T: Send,
{
    fn run(&mut self, connection: &mut SqliteConnection) -> Fate {
        // Whoever has gone away before it began wants it no more.
        let Some(work) = self.work.take().filter(|_| !self.reply.is_closed()) else { return Fate::Undo };
        let result = work(connection);
        let fate = match &result {
            Ok(_) => Fate::Keep,
            Err(WriteError::Constraint(..) | WriteError::Incomplete) => Fate::Undo,
            Err(WriteError::Retry(_) | WriteError::OutcomeUnknown(_) | WriteError::Store(_)) => Fate::FailBatch,
        };
        self.result = Some(result);
        fate
    }

    fn answer(mut self: Box<Self>, failed: Option<&BatchFailure>) {
        let rolled_back = |why: &str| Err(WriteError::Store(unavailable(why)));
        let answer = match (failed, self.result.take()) {
            // The error that brought the batch down tells more than that it came down.
            (_, Some(Err(error))) => Err(error),
            (Some(BatchFailure::OutcomeUnknown(why)), Some(Ok(_))) => {
                Err(WriteError::OutcomeUnknown(why.as_str().into()))
            }
            (Some(BatchFailure::RolledBack(why) | BatchFailure::OutcomeUnknown(why)), _) => rolled_back(why),
            (None, Some(Ok(value))) => Ok(value),
            (None, None) => rolled_back("nobody waited for the write"),
        };
        self.reply.send(answer);
    }
}

impl Writer {
    /// Starts the thread that writes on this connection.
    pub(super) fn start(
        connection: SqliteConnection,
        identity: Arc<Identity>,
        settings: &StorageSettings,
    ) -> Result<Self, OpenError> {
        let (sender, receiver) = mpsc::channel(settings.sqlite_queue.max(1));
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || write_all(&identity, connection, receiver))
            .map_err(|cause| OpenError::Database(Box::new(cause)))?;
        let wait = settings.wait_timeout;
        Ok(Self { queue: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)), wait })
    }

    /// Has `work` carried out and answers when it is committed. `work` must leave the transaction alone.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, WriteError> + Send + 'static,
    ) -> Result<T, WriteError> {
        let gone = || WriteError::Store(unavailable("the database is closed"));
        let queue = self.queue().ok_or_else(gone)?;
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Write { work: Some(work), result: None, reply: Reply(Some(reply)) });
        match queue.send_timeout(job, self.wait).await {
            Ok(()) => {}
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => {
                return Err(WriteError::Store(unavailable("too many writes wait")));
            }
            Err(mpsc::error::SendTimeoutError::Closed(_)) => return Err(gone()),
        }
        drop(queue);
        // The writer drops the reply of a write that it has begun without using it only if it panics.
        answer.await.unwrap_or_else(|_| Err(WriteError::OutcomeUnknown("the writer of the database has failed".into())))
    }

    /// Has what still waits written, then ends the thread.
    pub(super) fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(_)) = thread.map(JoinHandle::join) {
            tracing::error!("the writer of the database has panicked");
        }
    }

    fn queue(&self) -> Option<mpsc::Sender<Box<dyn Job>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

/// The thread: takes what waits, batch by batch, until the last sender has gone.
fn write_all(identity: &Identity, mut connection: SqliteConnection, mut queue: mpsc::Receiver<Box<dyn Job>>) {
    while let Some(first) = queue.blocking_recv() {
        let mut jobs = vec![first];
        let failed = carry_out(identity, &mut connection, &mut jobs, &mut queue).err();
        if failed.is_some() {
            // SQLite may have rolled back by itself; then there is nothing left to undo.
            let _ = connection.batch_execute("ROLLBACK");
        }
        for job in jobs {
            job.answer(failed.as_ref());
        }
    }
}

/// Carries out `jobs`, and what comes in meanwhile, in one transaction.
fn carry_out(
    identity: &Identity,
    connection: &mut SqliteConnection,
    jobs: &mut Vec<Box<dyn Job>>,
    queue: &mut mpsc::Receiver<Box<dyn Job>>,
) -> Result<(), BatchFailure> {
    identity.check().map_err(WriteError::Store)?;
    connection.batch_execute("BEGIN IMMEDIATE").map_err(failure)?;
    let mut done = 0;
    while let Some(job) = jobs.get_mut(done) {
        connection.batch_execute("SAVEPOINT one").map_err(failure)?;
        match job.run(connection) {
            Fate::Keep => connection.batch_execute("RELEASE one").map_err(failure)?,
            Fate::Undo => connection.batch_execute("ROLLBACK TO one; RELEASE one").map_err(failure)?,
            Fate::FailBatch => {
                let why = "another write of the same transaction has failed";
                return Err(BatchFailure::RolledBack(why.to_owned()));
            }
        }
        done += 1;
        if done == jobs.len() && done < BATCH {
            jobs.extend(queue.try_recv().ok());
        }
    }
    connection.batch_execute("COMMIT").map_err(BatchFailure::of_commit)?;
    // The commit is in a file that the name does not lead to any more: it is lost, or comes back with that file.
    identity.check().map_err(|error| BatchFailure::OutcomeUnknown(cause(error)))
}

#[cfg(test)]
mod tests;
