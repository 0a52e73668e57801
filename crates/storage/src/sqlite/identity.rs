//! Which files the database is: by device and inode, since a name can come to mean another file.
//!
//! SQLite goes on with the files that it has open, whatever becomes of their names. What it writes to a file that was
//! removed is gone with the process; what it writes to one that was replaced is never seen.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use firstline_domain::error::StoreError;
use firstline_domain::fault;

use super::file_id::FileId;
use super::lock::Lock;
use crate::error::{DatabaseFailure, OpenError, unavailable};

/// The files that SQLite has open: the database, its write-ahead log and that one's index.
pub(super) struct Identity {
    files: Vec<(PathBuf, FileId)>,
    lost: AtomicBool,
    lock: Arc<Lock>,
}

impl Identity {
    /// Notes which files `connection` has open by the name `file`.
    pub(super) fn of(file: &Path, lock: Arc<Lock>, connection: &mut SqliteConnection) -> Result<Self, OpenError> {
        // Opens the two files beside it, if they are not open yet.
        let looked = connection.batch_execute("SELECT count(*) FROM sqlite_master");
        looked.map_err(|error| OpenError::Database(Box::new(DatabaseFailure::from(error))))?;
        let mut files = vec![(file.to_owned(), lock.id())];
        // SQLite follows links, and puts them beside the file itself.
        let beside = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        for suffix in ["-wal", "-shm"] {
            let mut name = beside.clone().into_os_string();
            name.push(suffix);
            let path = PathBuf::from(name);
            // A database that can only be read may have none.
            if let Ok(found) = path.metadata() {
                files.push((path, FileId::of(&found)));
            }
        }
        let identity = Self { files, lost: AtomicBool::new(false), lock };
        match identity.look() {
            Ok(()) => Ok(identity),
            Err(what) => Err(OpenError::Database(what.into())),
        }
    }

    /// Looks whether the names still mean the files that are open. To be asked before a write is begun and before it is
    /// acknowledged.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if a file was removed, moved or replaced.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        fault!("file-by-name", return Ok(()));
        let look = self.look();
        let lost = look.is_err();
        if self.lost.swap(lost, Ordering::Relaxed) != lost {
            match &look {
                Ok(()) => tracing::warn!("the files of the database are back: it is served again"),
                Err(what) => tracing::error!(
                    "{what}. Nothing is read or written until it is back. Put it back where it was, or stop the \
                     service, restore the database and start again"
                ),
            }
        }
        look.map_err(|what| unavailable(&what))
    }

    /// Whether the last look found the files. To be asked before anything is read: another process may be using those
    /// that are in their place.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if a file was removed, moved or replaced.
    pub(super) fn last_look(&self) -> Result<(), StoreError> {
        let lost = self.lost.load(Ordering::Relaxed);
        if lost { Err(unavailable("the files of the database were removed or replaced")) } else { Ok(()) }
    }

    /// Lets another server have the file.
    pub(super) fn release(&self) {
        self.lock.release();
    }

    /// What has become of the first file that is not what it was.
    fn look(&self) -> Result<(), String> {
        for (path, opened) in &self.files {
            match path.metadata() {
                Ok(found) if FileId::of(&found) == *opened => {}
                Ok(_) => return Err(format!("{} was replaced by another file while it was open", path.display())),
                Err(error) => {
                    return Err(format!("{} was removed or moved while it was open ({error})", path.display()));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
